package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.OrderBook;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.RedisTopology;
import io.reanchor.redis.Token;
import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.check.Checker;
import io.reanchor.testkit.check.Dump;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.testkit.check.Truth;
import io.reanchor.testkit.check.Violation;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorActivities.Swap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checker that never finds anything is worth nothing: it must catch each broken cut-over, and not the right one in its place. */
class NegativeControlsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static Server server;
    private static Activities activities;
    private static Activities anotherWorker;
    private static Seed seed;

    @BeforeAll
    static void start() {
        server = Server.start(Server.Kind.FORGETFUL);
        activities = new Activities();
        anotherWorker = new Activities();
        seed = Seed.prepare(1, server, activities);
    }

    @AfterAll
    static void stop() {
        seed.close();
        anotherWorker.close();
        activities.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void theBrokenOneIsCaught(Control control) throws Exception {
        assertThat(run(control, true)).extracting(Violation::invariant).contains(control.caughtBy());
    }

    @ParameterizedTest
    @EnumSource
    void theRightOneIsNot(Control control) throws Exception {
        assertThat(run(control, false)).isEmpty();
    }

    private static List<Violation> run(Control control, boolean broken) throws Exception {
        try (Ingestor ingestor = control == Control.NO_FOLLOW ? seed.ingestor() : null) {
            return run(control, broken, ingestor);
        }
    }

    private static List<Violation> run(Control control, boolean broken, @Nullable Ingestor ingestor) throws Exception {
        Exchange exchange = ingestor == null ? seed.exchange() : ingestor.exchange();
        server.hold(seed.live());
        if (ingestor != null) {
            ingestor.begin(server);
        }
        activities.connect(server.topology(), exchange, control.ending().unhurried());
        History history = new History();
        history.add(
                "test",
                "begin",
                Type.info,
                Map.of("symbol", Exchange.SYMBOL, "control", control, "broken", broken, "journaled", ingestor != null));
        Truth.tell(exchange.market(), exchange.depth, history);
        FeedGap gap = ingestor == null ? exchange.gap() : ingestor.gap();
        try (Observer observer = Observer.start("reader", server::connect, Seed.KEYS, history)) {
            observer.awaitRead();
            dump("begin", history);
            Schedule schedule = new Schedule(control, observer, history, ingestor);
            Driver driver = new Driver(activities, history, schedule, "recovery-1", runId());
            schedule.of(driver.token());
            if (broken) {
                driver.begin();
                Swap swap = driver.prepare(gap);
                schedule.begins(Step.CUT_OVER);
                control.cutOver(driver, server, swap);
            } else {
                driver.recover(gap, control.ending());
            }
            observer.awaitRead();
            activities.disconnect();
            schedule.end();
            server.proxy.awaitEnd();
            observer.awaitRead();
            dump("end", history);
        }
        Path file = History.file("control-%s-%s".formatted(control, broken ? "broken" : "right"), seed.number());
        history.write(file);
        return Checker.check(History.read(file));
    }

    private static void dump(String when, History history) throws IOException {
        try (RespClient client = server.connect(TIMEOUT)) {
            Dump.take(client, Seed.KEYS, when, history);
        }
    }

    private static String runId() {
        return UUID.randomUUID().toString();
    }

    /** What else happens in that very moment. */
    private static final class Schedule implements Driver.Watcher {
        private final Control control;
        private final Observer observer;
        private final History history;
        private String token = "";
        private FaultProxy.@Nullable Held held;
        private @Nullable Runnable afterwards;

        private final @Nullable Ingestor ingestor;

        Schedule(Control control, Observer observer, History history, @Nullable Ingestor ingestor) {
            this.ingestor = ingestor;
            this.control = control;
            this.observer = observer;
            this.history = history;
        }

        void of(String recovery) {
            token = recovery;
        }

        @Override
        public void begins(Step step) {
            if (step != Step.CUT_OVER || held != null) {
                return;
            }
            String bars = Seed.KEYS.staged().get(1);
            switch (control) {
                case SEPARATE_RENAMES ->
                    at(b -> b.name().equals("RENAME") && b.keys().contains(bars), Break.NONE, this::read);
                case NO_WATCH -> at(b -> b.name().equals("MULTI"), Break.NONE, this::anotherRunStages);
                case NO_OWNER_CHECK -> {
                    lateLoad();
                    at(b -> b.name().equals("MULTI"), Break.NONE, () -> {});
                }
                case NO_FOLLOW ->
                    at(
                            Mark.EXEC.boundary(),
                            Break.NONE,
                            () -> Objects.requireNonNull(ingestor).journalTheRest(server));
                case BLIND_RETRY, UNDO_BY_PUTTING_BACK -> at(Mark.EXEC.boundary(), Break.CUT_AFTER, this::read);
                case UNDO_BY_READING -> at(Mark.EXEC.boundary(), Break.HOLD, () -> {});
            }
        }

        private void at(Predicate<Boundary> where, Break how, Runnable here) {
            held = server.proxy.breakNext(where, how, here);
        }

        private void read() {
            try {
                observer.awaitRead();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** The flag's time is over, and another run has staged and sealed its own; it cuts over afterwards. */
        private void anotherRunStages() {
            server.admin("DEL", Seed.KEYS.flag());
            anotherWorker.connect(RedisTopology.of(server.redis.uri()), seed.exchange(), Activities.UNHURRIED);
            Driver other = new Driver(anotherWorker, history, Quiet.WATCHER, "recovery-2", runId());
            other.begin();
            Swap swap = other.prepare(seed.exchange().gap());
            try (RespClient client = server.connect(TIMEOUT)) {
                RawCutOver.stamp(client, other.token());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            afterwards = () -> other.finish(swap);
        }

        /** An attempt at staging that was given up wakes, and loads the older book that it had fetched. */
        private void lateLoad() {
            SimulatedMarket market = seed.exchange().market();
            OrderBook older = market.trueBook(market.updateId() - 50);
            RedisTopology redis = RedisTopology.of(server.redis.uri());
            try (MarketState state =
                    new MarketState(Activities.settings(redis, Activities.UNHURRIED), Clock.systemUTC())) {
                state.stageBook(Exchange.SYMBOL, Owner.of(new Token(token), 1, 2), older, levels -> {});
            }
        }

        @Override
        public void failed() {}

        void end() throws InterruptedException {
            assertThat(held).as("the schedule began").isNotNull();
            held.release();
            boolean reached = held.met().isPresent();
            if (reached) {
                held.awaitArrival(); // what is done there may take longer than the client waits
            }
            boolean refusedBefore = control == Control.NO_OWNER_CHECK; // the right one doesn't come as far as MULTI
            assertThat(reached || refusedBefore)
                    .as("the schedule's moment came")
                    .isTrue();
            if (afterwards != null) {
                afterwards.run();
                anotherWorker.disconnect();
            }
        }
    }
}
