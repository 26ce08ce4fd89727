package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.FaultProxy;
import io.reanchor.workflow.FailureTypes;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;

/** Bars are read in steps; what happens between two of them must not mix two states. */
class ReadingInStepsTest extends RealRedis {
    private static final Token A = run("A");
    private static final Token B = run("B");

    /** A day of bars, at the default timeout of 100 ms a command. */
    @Test
    void aDayOfBarsHoldsTheServerUpInNoSingleCommand() {
        given.claim(A);
        given.state.stageBars(
                SYMBOL,
                Owner.of(A, 0, 1),
                Given.bars(1000, 86_400, 100_000),
                Given.bars(5000, 17_280, 100_000),
                100_000L,
                n -> {});
        given.redis.sendCommand(Protocol.Command.CONFIG, "RESETSTAT");
        try (MarketState state = new MarketState(
                RedisSettings.of(server.uri()).withOperationTimeout(Duration.ofSeconds(1)), Clock.systemUTC())) {
            MarketView staged = state.staged(SYMBOL);
            assertThat(requireNonNull(staged.bars1s()).bars()).isEqualTo(Given.bars(1000, 86_400, 100_000));
            assertThat(requireNonNull(staged.bars5s()).bars()).isEqualTo(Given.bars(5000, 17_280, 100_000));
            assertThat(requireNonNull(staged.bars1s()).header())
                    .isEqualTo(new KeyHeader("tr:new:BTCUSDT:1s", 86_404, "A.1:1", 174L, "", 100_000L));
        }
        String stats = given.redis.info("commandstats");
        assertThat(calls(stats, "hgetall")).as("book, features, receipt").isEqualTo(3);
        assertThat(calls(stats, "hscan")).as("steps of about 1,000").isBetween(80, 200);
    }

    private static int calls(String stats, String command) {
        Matcher matcher =
                Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)").matcher(stats);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    void aCutOverInTheMidstOfAReadIsReadAnew() throws Exception {
        given.recover(A, 100, 50);
        MarketView live = liveWhile(() -> given.recover(B, 101, 51));

        assertThat(requireNonNull(live.book()).header().generation()).isEqualTo("2-B.1");
        assertThat(requireNonNull(live.bars1s()).header().generation()).isEqualTo("2-B.1");
        assertThat(requireNonNull(live.bars1s()).bars()).isEqualTo(Given.bars(1000, 10, 51));
        assertThat(requireNonNull(live.features()).asOfTradeId()).isEqualTo(51);
    }

    /** Trades come in all the time; the bars found have at least those up to the id found. */
    @Test
    void aTradeInTheMidstOfAReadIsNoOtherState() throws Exception {
        given.recover(A, 100, 50);
        given.redis.sendCommand(Protocol.Command.CONFIG, "RESETSTAT");
        MarketView live = liveWhile(() -> given.redis.hset("tr:BTCUSDT:1s", "lastTradeId", "51"));

        assertThat(requireNonNull(live.bars1s()).header().id()).isEqualTo(50);
        assertThat(calls(given.redis.info("commandstats"), "hscan")).isEqualTo(2);
    }

    @Test
    void anotherLoadInTheMidstOfAReadIsReadAnew() throws Exception {
        given.claim(A);
        given.stage(A, 100, 50);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held step = slow.hold("HSCAN");
            CompletableFuture<MarketView> read = CompletableFuture.supplyAsync(() -> throughSlow.staged(SYMBOL));
            step.awaitArrival();
            given.stage(A, 101, 51, 2);
            step.release();

            MarketView staged = read.get();
            assertThat(requireNonNull(staged.book()).header().owner()).isEqualTo("A.1:2");
            assertThat(requireNonNull(staged.bars1s()).bars()).isEqualTo(Given.bars(1000, 10, 51));
        }
    }

    @Test
    void loadsWithoutEndAreRefused() throws Exception {
        given.claim(A);
        given.stage(A, 100, 50);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held step = slow.hold("HSCAN");
            CompletableFuture<MarketView> read = CompletableFuture.supplyAsync(() -> throughSlow.staged(SYMBOL));
            for (int steps = 1; steps <= 10; steps++) { // two in each of five attempts
                step.awaitArrival();
                given.stage(A, 100, 50 + steps, 1 + steps);
                FaultProxy.Held next = steps == 10 ? step : slow.hold("HSCAN");
                step.release();
                step = next;
            }
            assertThat(read)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RedisStateException.class, e -> assertThat(e.type()).isEqualTo(FailureTypes.FENCED));
        }
    }

    private MarketView liveWhile(Runnable change) throws Exception {
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held step = slow.hold("HSCAN");
            CompletableFuture<MarketView> read = CompletableFuture.supplyAsync(() -> throughSlow.live(SYMBOL));
            step.awaitArrival();
            change.run();
            step.release();
            return read.get();
        }
    }

    private static MarketState through(FaultProxy proxy) {
        return new MarketState(
                RedisSettings.of(proxy.uri()).withOperationTimeout(Duration.ofSeconds(10)), Clock.systemUTC());
    }
}
