package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.BookSide;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.MarketView;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.SyntheticMarket.Shape;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReportReceipt;
import io.temporal.client.WorkflowStub;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XTrimParams;

/** Whole recoveries with a journal: gaps that come while one runs, a journal that is trimmed, a storm of reports. */
class JournaledSagaTest {
    private static final OperationPolicy POLICY = new OperationPolicy(Duration.ofMinutes(1), 3, Duration.ofSeconds(30));

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<String> hooked = new HashSet<>();
    private final CompletableFuture<WorkflowStub> running = new CompletableFuture<>();
    private RedisServer redis;
    private SimulatedExchange exchange;
    private RealParts parts;
    private Feed feed;
    private Jedis client;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        exchange = SimulatedExchange.start(new SyntheticMarket(
                5,
                RealParts.SYMBOL,
                new BigDecimal("61837.63"),
                Instant.parse("2026-01-05T10:00:00Z"),
                new Shape(20, 60, 4, 0.1)));
        parts = RealParts.inProcess(redis, 0, exchange);
        feed = new Feed(exchange.market(RealParts.SYMBOL), redis.uri());
        client = new Jedis(redis.host(), redis.port());
        step(10);
        feed.journal();
        parts.startWorker(POLICY, parts.activities());
        assertThat(RealParts.end(parts.start(FeedGap.UNKNOWN)).outcome()).isEqualTo(Outcome.COMMITTED);
        parts.stopWorkers();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        feed.close();
        parts.close();
        exchange.close();
        redis.close();
    }

    /** More events are lost while the recovery of the first gap is at that step; the writer hears on, and reports. */
    @ParameterizedTest
    @ValueSource(
            strings = {"before raiseFlag", "after stageSnapshot", "before validate", "after validate", "after swap"})
    void aGapThatComesMeanwhileJoins(String when) throws Exception {
        List<Long> reported = new ArrayList<>();
        recovering(when, () -> {
            FeedGap later = gapThenMore();
            reported.add(later.lastUpdateId());
            assertThat(report(later).joined()).as("joined").isTrue();
        });

        ReanchorResult result = recover(gapThenMore());

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(reported).hasSize(1);
        assertThat(liveIsTrue()).isGreaterThanOrEqualTo(reported.get(0));
        assertThat(client.exists("reanchor:BTCUSDT")).isFalse();
        assertThat(parts.keys.stagedKeys()).isEmpty();
        assertThat(client.xlen("diff:BTCUSDT")).as("the journal is kept").isPositive();
    }

    /** Nobody reports: the journal alone shows what is lost meanwhile. */
    @Test
    void aHoleThatTheJournalShowsIsStagedPast() throws Exception {
        recovering("after validate", this::gapThenMore);

        ReanchorResult result = recover(gapThenMore());

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(calls("stageSnapshot")).as("staged anew").isEqualTo(2);
        liveIsTrue();
    }

    @Test
    void aJournalThatIsTrimmedMeanwhileIsStagedPast() throws Exception {
        recovering("after validate", () -> {
            step(1);
            feed.journal();
            client.xtrim("diff:BTCUSDT", XTrimParams.xTrimParams().maxLen(0).exactTrimming());
            client.xtrim("trades:BTCUSDT", XTrimParams.xTrimParams().maxLen(0).exactTrimming());
            step(1);
            feed.journal();
        });

        ReanchorResult result = recover(gapThenMore());

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(calls("stageSnapshot")).as("staged anew").isEqualTo(2);
        liveIsTrue();
    }

    @Test
    void aStormOfReportsCostsOneRecovery() throws Exception {
        List<ReportReceipt> receipts = new ArrayList<>();
        FeedGap gap = gapThenMore();
        recovering("after stageSnapshot", () -> {
            ExecutorService reporters = Executors.newFixedThreadPool(8);
            try {
                List<Future<ReportReceipt>> reports = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    reports.add(reporters.submit(() -> report(gap)));
                }
                for (Future<ReportReceipt> each : reports) {
                    receipts.add(each.get(60, TimeUnit.SECONDS));
                }
            } finally {
                reporters.shutdownNow();
            }
        });

        ReanchorResult result = recover(gap);

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(receipts).hasSize(100).allMatch(ReportReceipt::joined);
        assertThat(calls("stageSnapshot")).isEqualTo(1);
        assertThat(calls("swap")).isEqualTo(1);
        assertThat(result.earlier()).isEmpty();
        assertThat(client.hget("meta:BTCUSDT", "gen")).startsWith("2-");
        liveIsTrue();
    }

    /** 22: the snapshot ends inside an update that nobody has any more; the report names its last id. */
    @Test
    void story22ASnapshotInsideALostUpdateIsNotEnough() throws Exception {
        DepthUpdate lost = updateOfMany();
        feed.lose();
        exchange.inject(Endpoint.DEPTH, new Fault.Body(snapshotInside(lost)), 1);
        recovering("never", () -> {});

        ReanchorResult result = recover(new FeedGap(null, lost.finalUpdateId(), null, null, null));

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(Objects.requireNonNull(result.book()).fetches()).isEqualTo(2);
        assertThat(liveIsTrue()).isEqualTo(lost.finalUpdateId());
    }

    /** 22: the journal has the update: it continues a snapshot that ends inside it. */
    @Test
    void story22ASnapshotInsideAJournaledUpdateIsContinued() throws Exception {
        DepthUpdate journaled = updateOfMany();
        feed.journal();
        exchange.inject(Endpoint.DEPTH, new Fault.Body(snapshotInside(journaled)), 1);
        recovering("never", () -> {});

        ReanchorResult result = recover(new FeedGap(null, journaled.finalUpdateId(), null, null, null));

        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        assertThat(Objects.requireNonNull(result.book()).fetches()).isEqualTo(1);
        assertThat(liveIsTrue()).isEqualTo(journaled.finalUpdateId());
    }

    /** What goes live is told as it went live, not as it was staged. */
    @Test
    void theResultTellsOfWhatWentLive() throws Exception {
        recovering("after validate", () -> {
            step(3);
            feed.journal();
        });

        ReanchorResult result = recover(gapThenMore());

        MarketView live = parts.state.live(RealParts.SYMBOL);
        OrderBook book = Objects.requireNonNull(live.book()).book();
        var ones = Objects.requireNonNull(live.bars1s()).bars();
        var told = Objects.requireNonNull(result.book());
        var bars = Objects.requireNonNull(result.bars());
        assertThat(told.digest()).isEqualTo(book.digest()).isEqualTo(client.hget("meta:BTCUSDT", "bookDigest"));
        assertThat(told.bids()).isEqualTo(book.bids().size());
        assertThat(told.bestAsk()).isEqualTo(StageSnapshotStep.best(book.asks()));
        assertThat(Objects.requireNonNull(told.journal()).last()).isEqualTo(book.lastUpdateId());
        assertThat(bars.partial())
                .isEqualTo(Objects.requireNonNull(
                                Objects.requireNonNull(result.receipt()).quality())
                        .partialBars())
                .isEqualTo(ones.values().stream()
                        .filter(TradeBar::partial)
                        .map(bar -> Instant.ofEpochMilli(bar.openTime()))
                        .toList());
        assertThat(bars.lastTradePrice())
                .isEqualTo(
                        Objects.requireNonNull(ones.get(ones.lastKey())).close().toPlainString());
        assertThat(bars.trades())
                .isEqualTo(ones.tailMap(bars.since().toEpochMilli()).values().stream()
                        .mapToLong(TradeBar::trades)
                        .sum());
        assertThat(Objects.requireNonNull(result.receipt()).live())
                .as("once is enough")
                .isNull();
        liveIsTrue();
    }

    private void step(int seconds) {
        exchange.step(Duration.ofSeconds(seconds));
    }

    /** A second is lost, the next one is heard. @return what its writer reports */
    private FeedGap gapThenMore() {
        step(1);
        feed.lose();
        step(1);
        return new FeedGap(null, feed.journal().finalUpdateId(), null, null, null);
    }

    /** Until the last update that was heard is of more than one id. */
    private DepthUpdate updateOfMany() {
        do {
            step(1);
        } while (feed.heard().firstUpdateId() == feed.heard().finalUpdateId());
        return feed.heard();
    }

    /** As the exchange would answer in the midst of it: none of its levels are there yet. */
    private String snapshotInside(DepthUpdate update) {
        OrderBook book = exchange.market(RealParts.SYMBOL).trueBook(update.firstUpdateId() - 1);
        return "{\"lastUpdateId\":%d,\"bids\":%s,\"asks\":%s}"
                .formatted(update.finalUpdateId() - 1, levels(book.bids()), levels(book.asks()));
    }

    private static String levels(BookSide side) {
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < side.size(); i++) {
            levels.add("[\"%s\",\"%s\"]"
                    .formatted(
                            side.level(i).price().toPlainString(),
                            side.level(i).quantity().toPlainString()));
        }
        return levels.toString();
    }

    private ReanchorResult recover(FeedGap gap) {
        WorkflowStub run = parts.start(gap);
        running.complete(run);
        return RealParts.end(run);
    }

    private ReportReceipt report(FeedGap gap) throws Exception {
        return running.get(60, TimeUnit.SECONDS)
                .update(
                        "report",
                        ReportReceipt.class,
                        new ReanchorRequest(RealParts.SYMBOL, gap, "reported meanwhile", "test", null));
    }

    private int calls(String step) {
        return calls.getOrDefault(step, new AtomicInteger()).get();
    }

    /** @return the live update id, when book and bars are what the exchange had at their ids */
    private long liveIsTrue() {
        MarketView live = parts.state.live(RealParts.SYMBOL);
        OrderBook book = Objects.requireNonNull(live.book()).book();
        assertThat(book.digest())
                .isEqualTo(exchange.market(RealParts.SYMBOL)
                        .trueBook(book.lastUpdateId())
                        .digest());
        var ones = Objects.requireNonNull(live.bars1s()).bars();
        assertThat(exchange.market(RealParts.SYMBOL).trueBars(Duration.ofSeconds(1)))
                .filteredOn(bar -> !bar.partial() && bar.openTime() < ones.lastKey())
                .isNotEmpty()
                .allSatisfy(bar -> assertThat(ones.get(bar.openTime()))
                        .usingRecursiveComparison()
                        .ignoringFields("partial")
                        .isEqualTo(bar));
        return book.lastUpdateId();
    }

    private interface Happening {
        void happens() throws Exception;
    }

    /** Starts a worker with the real steps, and lets something happen once, before or after one of them. */
    private void recovering(String when, Happening happening) {
        ReanchorActivities real = parts.activities();
        parts.startWorker(POLICY, (ReanchorActivities) Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> {
                    calls.computeIfAbsent(method.getName(), name -> new AtomicInteger())
                            .incrementAndGet();
                    once("before " + method.getName(), when, happening);
                    try {
                        Object result = method.invoke(real, args);
                        once("after " + method.getName(), when, happening);
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void once(String now, String when, Happening happening) throws Exception {
        if (now.equals(when) && hooked.add(now)) {
            happening.happens();
        }
    }
}
