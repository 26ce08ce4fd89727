package io.reanchor.demo.bench;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.Token;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Staging a book, fence and all, beside the bare pipelined HSETs of the same fields in the same chunks, whose bytes are made before.
 * The two alternate in one run, so that whatever else the machine does hits both.
 */
public final class StagingBench {
    private static final String SYMBOL = "BENCHUSDT";
    private static final String BARE_KEY = "ob:bare:" + SYMBOL;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int WARM_UP = 100;

    private StagingBench() {}

    /**
     * Medians of one run.
     *
     * @param levels a side
     * @param rounds of each
     * @param stagedMicros staging through {@link MarketState}
     * @param bareMicros the bare HSETs
     * @param ratio of the two medians
     */
    public record Result(int levels, int rounds, double stagedMicros, double bareMicros, double ratio) {}

    /** Runs it against a server; what it writes there is gone afterwards. */
    public static Result run(URI redis, int levels, int rounds) {
        RedisSettings settings = RedisSettings.of(redis).withOperationTimeout(PATIENCE);
        OrderBook book = book(levels);
        List<byte[][]> chunks = chunks(book, settings.chunk());
        Token token = Token.of("bench", 1);
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .user(JedisURIHelper.getUser(redis))
                .password(JedisURIHelper.getPassword(redis))
                .database(JedisURIHelper.getDBIndex(redis))
                .ssl(JedisURIHelper.isRedisSSLScheme(redis))
                .build();
        long[] staged = new long[rounds];
        long[] bare = new long[rounds];
        try (MarketState state = new MarketState(settings, Clock.systemUTC());
                Connection connection = new Connection(JedisURIHelper.getHostAndPort(redis), config)) {
            if (!state.claim(SYMBOL, token, Duration.ofMinutes(10)).mine()) {
                throw new IllegalStateException("reanchor:%s is taken: another bench is running".formatted(SYMBOL));
            }
            try {
                for (int i = -WARM_UP; i < rounds; i++) {
                    Owner owner = Owner.of(token, i + WARM_UP, 1);
                    long start = System.nanoTime();
                    state.stageBook(SYMBOL, owner, book, written -> {});
                    long between = System.nanoTime();
                    bare(connection, chunks);
                    long end = System.nanoTime();
                    if (i >= 0) {
                        staged[i] = between - start;
                        bare[i] = end - between;
                    }
                }
            } finally {
                state.settle(SYMBOL, token, null);
                connection.sendCommand(Command.UNLINK, BARE_KEY);
                connection.getOne();
            }
        }
        double stagedMedian = median(staged);
        double bareMedian = median(bare);
        return new Result(levels, rounds, stagedMedian, bareMedian, stagedMedian / bareMedian);
    }

    private static void bare(Connection connection, List<byte[][]> chunks) {
        connection.sendCommand(Command.UNLINK, BARE_KEY);
        chunks.forEach(chunk -> connection.sendCommand(Command.HSET, chunk));
        connection.getMany(chunks.size() + 1);
    }

    /** The arguments of each HSET: the key, then fields and values. */
    private static List<byte[][]> chunks(OrderBook book, int size) {
        List<byte[]> fields = new ArrayList<>();
        for (int i = 0; i < book.bids().size(); i++) {
            fields.add(bytes("b:" + PackedDecimal.toString(book.bids().price(i))));
            fields.add(bytes(PackedDecimal.toString(book.bids().quantity(i))));
        }
        for (int i = 0; i < book.asks().size(); i++) {
            fields.add(bytes("a:" + PackedDecimal.toString(book.asks().price(i))));
            fields.add(bytes(PackedDecimal.toString(book.asks().quantity(i))));
        }
        List<byte[][]> chunks = new ArrayList<>();
        for (int from = 0; from < fields.size(); from += 2 * size) {
            List<byte[]> chunk = new ArrayList<>();
            chunk.add(bytes(BARE_KEY));
            chunk.addAll(fields.subList(from, Math.min(fields.size(), from + 2 * size)));
            chunks.add(chunk.toArray(byte[][]::new));
        }
        return chunks;
    }

    /** Prices and quantities as long as real ones. */
    private static OrderBook book(int levels) {
        Random random = new Random(7);
        PriceLevels.Builder bids = new PriceLevels.Builder();
        PriceLevels.Builder asks = new PriceLevels.Builder();
        for (int i = 0; i < levels; i++) {
            bids.add(decimal(6_183_763 - i, 2), decimal(1 + random.nextInt(999_999), 5));
            asks.add(decimal(6_183_764 + i, 2), decimal(1 + random.nextInt(999_999), 5));
        }
        return OrderBook.of(new DepthSnapshot(1, bids.build(), asks.build()));
    }

    private static long decimal(long unscaled, int scale) {
        return PackedDecimal.of(BigDecimal.valueOf(unscaled, scale));
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1000.0;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
