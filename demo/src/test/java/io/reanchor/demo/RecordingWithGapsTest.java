package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.activity.FlightReplay;
import io.reanchor.activity.ReplayedFlight;
import io.reanchor.market.BookSide;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevel;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.RedisSettings;
import io.reanchor.testkit.MarketEvent;
import io.reanchor.testkit.RecordedMarket;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.TestData;
import io.reanchor.testkit.TransactionalReaders;
import io.reanchor.workflow.Outcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/**
 * A minute of a real market, played through exchange, writer, detector and service, with gaps forced at random places. Whenever all is whole,
 * which is nearly always, what is live is held against the truth at the same ids, after every tenth of a second; and all the while readers read.
 */
@Timeout(300)
class RecordingWithGapsTest {
    private static final String SYMBOL = "BTCUSDT";
    private static final int GAPS = 20;
    private static final long SEED = Long.getLong("reanchor.gaps.seed", 20_240_808);
    private static final Duration STEP = Duration.ofMillis(100);
    /** While a recovery goes on, so does the market, as fast as it was: faster, and on a slow machine it is over before the last gap. */
    private static final long STEP_MS_MEANWHILE = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> READ = List.of("ob:BTCUSDT", "tr:BTCUSDT:1s", "tr:BTCUSDT:5s", "feat:BTCUSDT");

    @TempDir
    Path recordings;

    private final Random random = new Random(SEED);
    private final Map<Long, MarketEvent.Ticker> oracle = new ConcurrentHashMap<>();
    private final Map<Long, List<PriceLevel>> tops = new HashMap<>();
    private final Parts parts = new Parts();
    private RecordedMarket market;
    private SimulatedExchange exchange;
    private LiveStack stack;
    private MarketState state;
    private volatile long lastTradeId;
    private long checks;
    private long looked;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        market = RecordedMarket.read(TestData.orSkip(TestAbortedException::new).raw());
        market.listen(event -> {
            if (event instanceof MarketEvent.Ticker ticker) {
                oracle.put(ticker.updateId(), ticker);
            } else if (event instanceof MarketEvent.Print print) {
                lastTradeId = print.trade().lastTradeId();
            }
        });
        exchange = parts.add(SimulatedExchange.start(market));
        exchange.step(STEP);
        stack = parts.add(LiveStack.start(
                new LiveStack.Options(
                        List.of(SYMBOL),
                        exchange.restUri(),
                        exchange.streamUri(),
                        null,
                        null,
                        LiveStack.Retention.DEFAULT,
                        Map.of(
                                "re_anchor.recordings.directory",
                                recordings.toString(),
                                "re_anchor.recordings.keep",
                                "ALL")),
                line -> {}));
        state = parts.add(
                new MarketState(RedisSettings.of(stack.redis()).withOperationTimeout(PATIENCE), Clock.systemUTC()));
        awaitWhole();
    }

    @AfterEach
    void stop() {
        parts.close();
    }

    @Test
    void afterEachGapItIsTheExchangesAgainToTheLastDecimal() throws Exception {
        TransactionalReaders readers = TransactionalReaders.start(stack.redis(), 1, READ);
        int gaps = 0;
        long first = generation();
        int untilGap = wholeSteps();
        while (!market.finished()) {
            if (gaps < GAPS && untilGap == 0) {
                long before = generation();
                String what = forceGap();
                awaitWhole();
                assertThat(generation()).as("after %s, seed %d", what, SEED).isGreaterThan(before);
                gaps++;
                untilGap = wholeSteps();
            } else {
                untilGap--;
                exchange.step(STEP);
                awaitLevel();
            }
            check();
        }
        TransactionalReaders.Verdict read = readers.stop();
        long rows = rows();

        System.out.printf(
                "recording, seed %d: %d gaps, %d cut-overs, %d looks at %d levels and bars, %d oracle rows, %d reads of %d generations%n",
                SEED, gaps, generation() - first, checks, looked, rows, read.reads(), read.generations());
        assertThat(gaps).isEqualTo(GAPS);
        assertThat(rows).isPositive();
        assertThat(read.clean()).as("%s", read).isTrue();
        assertThat(read.generations()).isGreaterThan(GAPS);
        replayed();
    }

    /** What the service recorded of itself meanwhile: the same steps make the same of it, to the last digit of each digest. */
    private void replayed() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(recordings)) {
            files = all.filter(file -> file.toString().endsWith(".jsonl")).toList();
        }
        List<Path> committed = new ArrayList<>();
        for (Path file : files) {
            ReplayedFlight replayed = replay(file, Map.of());
            assertThat(replayed.same()).as("%s: %s", file, replayed).isTrue();
            if (replayed.outcome()
                    == Outcome.COMMITTED) { // another round may have followed on one that was rolled back
                assertThat(replayed.points())
                        .extracting(ReplayedFlight.Point::what)
                        .contains("the book as staged", "the bars as staged", "the checks", "the cut-over");
                committed.add(file);
            }
        }
        assertThat(committed).hasSizeGreaterThanOrEqualTo(GAPS);
        ReplayedFlight stricter = replay(committed.get(0), Map.of("DEPTH_MIN", 4_000.0));
        assertThat(stricter.same()).isFalse();
        assertThat(stricter.points().stream().flatMap(point -> point.differences().stream()))
                .isNotEmpty()
                .allMatch(difference -> difference.startsWith("DEPTH_MIN: then passed"));
    }

    private static ReplayedFlight replay(Path file, Map<String, Double> otherwise) throws Exception {
        try (RedisServer own = RedisServer.start()) {
            return FlightReplay.read(file).run(own.uri(), otherwise);
        }
    }

    /** The judge itself: the last decimal of a level, and of a bar. */
    @Test
    void whatIsWrongIsFound() throws Exception {
        assertThat(LiveCheck.of(state, market).orElseThrow().wrong()).isZero();
        try (Jedis redis = new Jedis(stack.redis())) {
            MarketView live = state.live(SYMBOL);
            BookSide bids = Objects.requireNonNull(live.book()).book().bids();
            String best = "b:" + PackedDecimal.toString(bids.price(0));
            String quantity = redis.hget("ob:BTCUSDT", best);
            redis.hset(
                    "ob:BTCUSDT",
                    best,
                    new BigDecimal(quantity).add(new BigDecimal("0.00001")).toPlainString());
            LiveCheck level = LiveCheck.of(state, market).orElseThrow();
            redis.hset("ob:BTCUSDT", best, quantity);

            assertThat(level.wrong()).isOne();
            assertThat(level.example()).contains("bid " + PackedDecimal.toString(bids.price(0)));
        }
        assertThat(LiveCheck.of(state, market).orElseThrow().wrong()).isZero();
    }

    private int wholeSteps() {
        return 4 + random.nextInt(8);
    }

    private String forceGap() {
        int events = 1 + random.nextInt(5);
        switch (random.nextInt(5)) {
            case 0 -> {
                exchange.dropTrades(SYMBOL, events);
                return events + " trades lost";
            }
            case 1 -> {
                exchange.dropDepth(SYMBOL, events);
                exchange.dropTrades(SYMBOL, events);
                return events + " updates and trades lost";
            }
            case 2 -> {
                exchange.disconnectAll();
                exchange.step(STEP.multipliedBy(events));
                return "a disconnect";
            }
            default -> {
                exchange.dropDepth(SYMBOL, events);
                return events + " updates lost";
            }
        }
    }

    /** Lets the market go on until a recovery has brought all that was lost, and all after it is there, too. */
    private void awaitWhole() throws InterruptedException {
        long before = generation();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isWholeSince(before)) {
            assertThat(System.nanoTime())
                    .as(
                            "live at %s of %d, %s",
                            ids(), market.updateId(), stack.feed().standing(SYMBOL))
                    .isLessThan(end);
            exchange.step(STEP);
            long step = System.nanoTime() + STEP_MS_MEANWHILE * 1_000_000;
            while (!isWholeSince(before) && System.nanoTime() < step) {
                Thread.sleep(2);
            }
        }
    }

    private boolean isWholeSince(long generation) {
        return generation() > generation
                && !exchange.drops(SYMBOL) // a recovery may be over before the last trade that is to be lost
                && isLevel()
                && stack.feed().standing(SYMBOL).isWhole();
    }

    private void awaitLevel() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isLevel()) {
            assertThat(System.nanoTime())
                    .as(
                            "live at %s of %d, %s",
                            ids(), market.updateId(), stack.feed().standing(SYMBOL))
                    .isLessThan(end);
            Thread.sleep(1);
        }
    }

    /** Whether live has all that the market has sent. */
    private boolean isLevel() {
        List<Long> ids = ids();
        return ids.get(0) == market.updateId() && ids.get(1) >= lastTradeId;
    }

    private List<Long> ids() {
        try (Jedis redis = new Jedis(stack.redis())) {
            return List.of(
                    number(redis.hget("ob:BTCUSDT", "lastUpdateId")),
                    number(redis.hget("tr:BTCUSDT:1s", "lastTradeId")));
        }
    }

    private long generation() {
        try (Jedis redis = new Jedis(stack.redis())) {
            String gen = redis.hget("meta:BTCUSDT", "gen");
            return gen == null ? 0 : number(gen.substring(0, gen.indexOf('-')));
        }
    }

    private static long number(String text) {
        return text == null ? -1 : Long.parseLong(text);
    }

    private void check() {
        LiveCheck found = LiveCheck.of(state, market).orElseThrow();
        assertThat(found.wrong()).as("seed %d: %s", SEED, found.example()).isZero();
        checks++;
        looked += found.looked();
        MarketView.Book book = Objects.requireNonNull(state.live(SYMBOL).book());
        tops.put(
                book.book().lastUpdateId(),
                List.of(best(book.book().bids()), best(book.book().asks())));
    }

    private static PriceLevel best(BookSide side) {
        return new PriceLevel(PackedDecimal.toBigDecimal(side.price(0)), PackedDecimal.toBigDecimal(side.quantity(0)));
    }

    /** The exchange's own word on the best bid and ask at an update id, wherever it gave one at an id that was live. */
    private long rows() {
        long rows = 0;
        for (Map.Entry<Long, List<PriceLevel>> top : tops.entrySet()) {
            MarketEvent.Ticker row = oracle.get(top.getKey());
            if (row != null) {
                rows++;
                assertThat(numbers(top.getValue()))
                        .as("at update id %d", top.getKey())
                        .isEqualTo(numbers(List.of(row.bid(), row.ask())));
            }
        }
        return rows;
    }

    private static List<BigDecimal> numbers(List<PriceLevel> levels) {
        return levels.stream()
                .flatMap(level -> List.of(level.price(), level.quantity()).stream())
                .map(BigDecimal::stripTrailingZeros)
                .toList();
    }
}
