package io.reanchor.demo.soak;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.redis.Installed;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.MarketEvent;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TransactionalReaders;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * A long run of the whole thing in which something goes wrong every few seconds: two processes of {@code reanchor live} (a pair that writes the
 * same symbols), a Redis that keeps a log, a simulated exchange with bursts, and troubles drawn from a seed. Readers that read without
 * knowing of any of it, and looks that hold what is live against the exchange's truth, judge it all the while.
 */
public final class Soak {
    private static final Duration HISTORY = Duration.ofSeconds(30);
    private static final String JOURNALS = "2m";
    private static final String BARS = "3m";
    private static final Duration READ_PAUSE = Duration.ofMillis(5);
    private static final Duration WEIGH_EVERY = Duration.ofSeconds(10);
    private static final Duration HEALED = Duration.ofSeconds(150);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READERS = 2;

    private final Options options;
    private final Consumer<String> say;
    private final Random random;
    private final Map<String, SyntheticMarket> markets = new TreeMap<>();
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private final Map<String, Integer> troubles = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Weight weight = new Weight();
    private long slowestHeal;
    private long weighed;

    /**
     * What to run.
     *
     * @param lasts until no more goes wrong
     * @param seed of the markets and of what goes wrong
     * @param program the command line of {@code reanchor}
     * @param temporal {@code host:port} of a server; null for a development server of its own where the {@code temporal} command is there,
     *     else Temporal's test server, in this process: then no worker is killed
     */
    public record Options(
            Duration lasts,
            long seed,
            List<String> program,
            @Nullable String temporal) {}

    /**
     * How it went.
     *
     * @param seed of it
     * @param troubles how often each kind
     * @param cutOvers of all symbols
     * @param reads transactions read
     * @param torn reads of more than one generation
     * @param missing reads that lacked a key, or found one empty
     * @param backwards reads whose update id or generation was lower than before
     * @param looks at live state beside the exchange's
     * @param looked levels and bars in them
     * @param wrong of them
     * @param slowestHeal the longest that it took after a trouble until all was whole again; seconds
     * @param memory empty when the run was too short to tell
     * @param violations what didn't hold, in words; empty when all did
     */
    public record Result(
            long seed,
            Map<String, Integer> troubles,
            long cutOvers,
            long reads,
            long torn,
            long missing,
            long backwards,
            long looks,
            long looked,
            long wrong,
            double slowestHeal,
            List<MemoryCourse> memory,
            List<String> violations) {}

    private Soak(Options options, Consumer<String> say) {
        this.options = options;
        this.say = say;
        this.random = new Random(options.seed());
        Instant start = Instant.now().minus(HISTORY);
        for (String symbol : List.of("BTCUSDT", "ETHUSDT")) {
            SyntheticMarket market =
                    new SyntheticMarket(options.seed() + markets.size(), symbol, new BigDecimal("61800"), start);
            market.listen(event -> {
                if (event instanceof MarketEvent.Depth depth) {
                    sent.put(symbol, depth.update().finalUpdateId());
                }
            });
            markets.put(symbol, market);
        }
    }

    /**
     * Runs it. Files of its processes are in the system's temporary folder, and gone afterwards unless something didn't hold.
     *
     * @param say told each trouble, and what didn't hold
     */
    public static Result run(Options options, Consumer<String> say) throws IOException, InterruptedException {
        return new Soak(options, say).run();
    }

    private Result run() throws IOException, InterruptedException {
        Path logs = Files.createTempDirectory("reanchor-soak-");
        try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                FaultProxy proxy = FaultProxy.before(redis);
                Engine engine = Engine.start(options.temporal());
                SimulatedExchange exchange =
                        SimulatedExchange.start(markets.values().toArray(SyntheticMarket[]::new))) {
            exchange.step(HISTORY);
            exchange.goLive(1);
            String temporal = engine.address();
            say.accept("temporal: " + engine.text());
            try (LiveProcess steady = live(exchange, proxy.uri(), temporal, logs.resolve("steady.log"));
                    LiveProcess replaced = live(exchange, proxy.uri(), temporal, logs.resolve("replaced.log"));
                    ReanchorClient client =
                            ReanchorClient.connect(ReanchorClientOptions.DEFAULT.withAddress(temporal))) {
                awaitWhole(redis.uri());
                Result result = run(
                        redis,
                        new Troubles(
                                random, exchange, redis, proxy, steady, engine.outlivesWorkers() ? replaced : null),
                        client,
                        steady,
                        replaced);
                if (result.violations().isEmpty()) {
                    delete(logs);
                } else {
                    say.accept("the logs of its processes are in " + logs);
                }
                return result;
            }
        }
    }

    private LiveProcess live(SimulatedExchange exchange, URI redis, String temporal, Path log) {
        List<String> command = Stream.concat(
                        options.program().stream(),
                        Stream.of(
                                "live",
                                "--symbols",
                                String.join(",", markets.keySet()),
                                "--rest",
                                exchange.restUri().toString(),
                                "--ws",
                                exchange.streamUri().toString(),
                                "--redis",
                                redis.toString(),
                                "--temporal",
                                temporal,
                                "--keep-journals",
                                JOURNALS,
                                "--keep-bars",
                                BARS))
                .toList();
        return LiveProcess.start(command, log);
    }

    private Result run(
            RedisServer redis, Troubles next, ReanchorClient client, LiveProcess steady, LiveProcess replaced)
            throws InterruptedException {
        List<TransactionalReaders> readers = markets.keySet().stream()
                .map(symbol -> TransactionalReaders.startPatiently(redis.uri(), READERS, readKeys(symbol), READ_PAUSE))
                .toList();
        try (Looks looks = new Looks(redis.uri(), markets.values())) {
            long end = System.nanoTime() + options.lasts().toNanos();
            while (System.nanoTime() < end && violations.isEmpty()) {
                trouble(next);
                if (random.nextInt(3) == 0) {
                    awaitWhole(redis.uri());
                    markets.values().forEach(looks::look);
                    weigh(steady, redis);
                } else {
                    rest(Duration.ofMillis(random.nextInt(1_500)));
                }
                check(readers, looks);
            }
            awaitWhole(redis.uri());
            markets.values().forEach(looks::look);
            acknowledged(client, redis.uri());
            steady.stop();
            replaced.stop();
            long cutOvers = cutOvers(redis.uri());
            leftovers(redis.uri());
            looks.close();
            TransactionalReaders.Verdict read = readers.stream()
                    .map(TransactionalReaders::stop)
                    .reduce(TransactionalReaders.Verdict::plus)
                    .orElseThrow();
            check(readers, looks);
            List<MemoryCourse> memory = weight.courses();
            memory.stream().filter(course -> !course.isFlat()).forEach(course -> violated("memory grew: " + course));
            return new Result(
                    options.seed(),
                    troubles,
                    cutOvers,
                    read.reads(),
                    read.torn(),
                    read.missing() + read.empty(),
                    read.backwards(),
                    looks.looks(),
                    looks.looked(),
                    looks.wrong(),
                    slowestHeal / 1e9,
                    memory,
                    violations);
        } finally {
            readers.forEach(TransactionalReaders::close);
        }
    }

    private void trouble(Troubles next) {
        Trouble trouble = next.next();
        troubles.merge(trouble.kind(), 1, Integer::sum);
        say.accept(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + trouble);
        trouble.begin().run();
        try {
            rest(trouble.lasts());
        } finally {
            trouble.end().run();
        }
    }

    /** Waits until every symbol has what was sent when the wait began, and doubts nothing. */
    private void awaitWhole(URI redis) {
        Map<String, Long> due = Map.copyOf(sent);
        long begin = System.nanoTime();
        for (String symbol : markets.keySet()) {
            while (true) {
                String lacks = lacks(redis, symbol, due.getOrDefault(symbol, 0L));
                if (lacks.isEmpty()) {
                    break;
                }
                if (System.nanoTime() - begin > HEALED.toNanos()) {
                    violated("%s isn't whole %d s after all is well again: %s"
                            .formatted(symbol, HEALED.toSeconds(), lacks));
                    return;
                }
                rest(Duration.ofMillis(20));
            }
        }
        slowestHeal = Math.max(slowestHeal, System.nanoTime() - begin);
    }

    private static String lacks(URI redis, String symbol, long due) {
        try (Jedis jedis = new Jedis(redis, (int) PATIENCE.toMillis())) {
            List<String> book = jedis.hmget("ob:" + symbol, "lastUpdateId", "suspectFrom", "suspectAt");
            List<String> bars = jedis.hmget("tr:" + symbol + ":1s", "lastTradeId", "suspectFrom", "suspectAt");
            boolean doubted = Stream.of(book.get(1), book.get(2), bars.get(1), bars.get(2))
                    .anyMatch(mark -> mark != null);
            boolean there = book.get(0) != null && bars.get(0) != null;
            boolean flag = jedis.exists("reanchor:" + symbol);
            return there && !doubted && !flag && Long.parseLong(book.get(0)) >= due
                    ? ""
                    : "book %s, %d was sent, bars %s, flag %s".formatted(book, due, bars, flag);
        } catch (JedisException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void weigh(LiveProcess steady, RedisServer redis) {
        if (System.nanoTime() - weighed < WEIGH_EVERY.toNanos()) {
            return;
        }
        weighed = System.nanoTime();
        try (Jedis jedis = new Jedis(redis.uri())) {
            long used = jedis.info("memory")
                    .lines()
                    .filter(line -> line.startsWith("used_memory:"))
                    .mapToLong(line -> Long.parseLong(
                            line.substring("used_memory:".length()).trim()))
                    .findFirst()
                    .orElseThrow();
            weight.take(steady.pid(), used);
        }
    }

    private void check(List<TransactionalReaders> readers, Looks looks) {
        for (TransactionalReaders each : readers) {
            TransactionalReaders.Verdict verdict = each.soFar();
            if (!verdict.clean()) {
                violated("readers saw " + verdict.examples());
            }
        }
        if (looks.wrong() > 0) {
            violated("live isn't true: " + looks.examples());
        }
    }

    private void violated(String what) {
        if (!violations.contains(what)) {
            violations.add(what);
            say.accept(what);
        }
    }

    /** What the service said it had committed last must be known to Redis. */
    private void acknowledged(ReanchorClient client, URI redis) {
        try (MarketState state =
                new MarketState(RedisSettings.of(redis).withOperationTimeout(PATIENCE), Clock.systemUTC())) {
            for (String symbol : markets.keySet()) {
                Installed installed = state.installed(symbol);
                // The end of the last run, which the server tells: a query wants the worker that knows the run.
                Optional.ofNullable(client.follow(symbol).await(PATIENCE).receipt())
                        .filter(last -> installed.lost(last.generation()))
                        .ifPresent(last -> violated(symbol + ": " + installed.lostText(last.generation())));
            }
        }
    }

    private long cutOvers(URI redis) {
        try (Jedis jedis = new Jedis(redis)) {
            return markets.keySet().stream()
                    .map(symbol -> Optional.ofNullable(jedis.hget("meta:" + symbol, "gen")))
                    .mapToLong(gen -> gen.map(text -> Long.parseLong(text.substring(0, text.indexOf('-'))))
                            .orElse(0L))
                    .sum();
        }
    }

    /** Beside live keys, journals and the stream of events, only what was replaced may be there, on a timer. */
    private void leftovers(URI redis) {
        List<String> expected = new ArrayList<>(List.of("reanchor:events"));
        markets.keySet().forEach(symbol -> {
            expected.addAll(readKeys(symbol));
            expected.addAll(List.of("meta:" + symbol, "diff:" + symbol, "trades:" + symbol));
        });
        try (Jedis jedis = new Jedis(redis)) {
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> some = jedis.scan(cursor);
                for (String key : some.getResult()) {
                    boolean onTimer = key.contains(":old:") && jedis.pttl(key) > 0;
                    if (!expected.contains(key) && !onTimer) {
                        violated("%s is left over, with a TTL of %d ms".formatted(key, jedis.pttl(key)));
                    }
                }
                cursor = some.getCursor();
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        }
    }

    private static List<String> readKeys(String symbol) {
        return List.of("ob:" + symbol, "tr:" + symbol + ":1s", "tr:" + symbol + ":5s", "feat:" + symbol);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    static void rest(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
