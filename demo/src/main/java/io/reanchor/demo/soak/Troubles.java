package io.reanchor.demo.soak;

import io.reanchor.testkit.Break;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What may go wrong, drawn from a seed. What is drawn says all of itself, so that a run can be told by its lines. */
final class Troubles {
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final Endpoint[] ASKED = {
        Endpoint.DEPTH, Endpoint.AGG_TRADES, Endpoint.KLINES, Endpoint.EXCHANGE_INFO
    };
    private static final Break[] BREAKS = {Break.CUT_BEFORE, Break.CUT_AFTER, Break.LOSE_REPLY, Break.HALF_REPLY};
    private static final int COMMANDS_AWAY = 200;

    private final Random random;
    private final List<String> symbols;
    private final SimulatedExchange exchange;
    private final RedisServer redis;
    private final FaultProxy proxy;
    private final LiveProcess steady;
    private final @Nullable LiveProcess replaced;

    /**
     * @param steady is never restarted, so that it can be weighed
     * @param replaced is; null when no worker may be
     */
    Troubles(
            Random random,
            SimulatedExchange exchange,
            RedisServer redis,
            FaultProxy proxy,
            LiveProcess steady,
            @Nullable LiveProcess replaced) {
        this.random = random;
        this.symbols = exchange.symbols().stream().sorted().toList();
        this.exchange = exchange;
        this.redis = redis;
        this.proxy = proxy;
        this.steady = steady;
        this.replaced = replaced;
    }

    Trouble next() {
        String symbol = symbols.get(random.nextInt(symbols.size()));
        Duration while_ = millis(200, 2_000);
        return switch (random.nextInt(12)) {
            case 0, 1 -> {
                int events = 1 + random.nextInt(15);
                yield of(
                        "depth updates lost",
                        "%d of %s".formatted(events, symbol),
                        () -> exchange.dropDepth(symbol, events));
            }
            case 2 -> {
                int events = 1 + random.nextInt(30);
                yield of(
                        "trades lost", "%d of %s".formatted(events, symbol), () -> exchange.dropTrades(symbol, events));
            }
            case 3 ->
                new Trouble(
                        "silence",
                        symbol,
                        () -> exchange.mute(symbol, true),
                        while_,
                        () -> exchange.mute(symbol, false));
            case 4 ->
                new Trouble(
                        "disconnect",
                        "and new connections refused",
                        () -> {
                            exchange.refuseStreams(true);
                            exchange.disconnectAll();
                        },
                        while_,
                        () -> exchange.refuseStreams(false));
            case 5, 6 -> exchangeFails(symbol);
            case 7, 8 -> connectionBreaks(symbol);
            case 9 -> new Trouble("Redis paused", "", redis::pause, while_, redis::resume);
            case 10 -> new Trouble("Redis killed", "and started from its log", redis::kill, while_, redis::restart);
            default -> process(while_);
        };
    }

    /** While it is asked because of a gap. */
    private Trouble exchangeFails(String symbol) {
        Endpoint endpoint = ASKED[random.nextInt(ASKED.length)];
        Fault fault = switch (random.nextInt(7)) {
            case 0 -> new Fault.Late(millis(200, 3_000));
            case 1 -> new Fault.Hang();
            case 2 -> new Fault.Status(503, null);
            case 3 -> new Fault.Status(429, 1);
            case 4 -> new Fault.CutShort();
            case 5 -> endpoint == Endpoint.DEPTH ? new Fault.StaleSnapshot(millis(1_000, 20_000)) : new Fault.Body("{");
            default ->
                endpoint == Endpoint.AGG_TRADES
                        ? new Fault.LateTrades(1 + random.nextInt(20))
                        : new Fault.Status(500, null);
        };
        return new Trouble(
                "exchange fails",
                "%s: %s, with a gap of %s".formatted(endpoint.path(), fault, symbol),
                () -> {
                    exchange.inject(endpoint, fault);
                    exchange.dropDepth(symbol, 3);
                    exchange.dropTrades(symbol, 3);
                },
                millis(1_000, 5_000),
                () -> exchange.heal(endpoint));
    }

    /** At one of the next commands, with or without a gap that makes a recovery send them. */
    private Trouble connectionBreaks(String symbol) {
        Break how = BREAKS[random.nextInt(BREAKS.length)];
        int commands = random.nextInt(COMMANDS_AWAY);
        boolean gap = random.nextInt(4) > 0;
        return new Trouble(
                "connection to Redis breaks",
                "%s, %d commands away%s"
                        .formatted(
                                how.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                commands,
                                gap ? ", with a gap of " + symbol : ""),
                () -> {
                    AtomicInteger left = new AtomicInteger(commands);
                    proxy.startCounting();
                    proxy.breakNext(boundary -> left.decrementAndGet() < 0, how, () -> {});
                    if (gap) {
                        exchange.dropDepth(symbol, 3);
                    }
                },
                millis(500, 2_000),
                proxy::startCounting);
    }

    private Trouble process(Duration while_) {
        LiveProcess other = replaced;
        int which = random.nextInt(4);
        if (which == 3 || other == null) {
            return new Trouble("worker stopped", "the one", steady::pause, while_, steady::resume);
        }
        return switch (which) {
            case 0 -> new Trouble("worker killed", "", other::kill, while_, other::restart);
            case 1 -> new Trouble("worker replaced", "", other::stop, while_, other::restart);
            default -> new Trouble("worker stopped", "the other", other::pause, while_, other::resume);
        };
    }

    private static Trouble of(String kind, String what, Runnable begin) {
        return new Trouble(kind, what, begin, AT_ONCE, () -> {});
    }

    private Duration millis(int from, int to) {
        return Duration.ofMillis(from + random.nextInt(to - from));
    }
}
