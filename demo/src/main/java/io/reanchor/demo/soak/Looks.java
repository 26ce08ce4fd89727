package io.reanchor.demo.soak;

import io.reanchor.demo.LiveCheck;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisStateException;
import io.reanchor.testkit.SimulatedMarket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is live against the exchange's truth, all the while: whatever is going wrong, and whether it is marked as suspect or not, what
 * stands there must be true of the ids that it names. Thread-safe.
 */
final class Looks implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final int EXAMPLES = 10;

    private final MarketState state;
    private final Collection<? extends SimulatedMarket> markets;
    private final Thread thread = new Thread(this::run, "soak-looks");
    private final List<String> examples = new ArrayList<>();
    private volatile boolean closed;
    private long looks;
    private long looked;
    private long wrong;
    private @Nullable RuntimeException failure;

    Looks(URI redis, Collection<? extends SimulatedMarket> markets) {
        this.state = new MarketState(RedisSettings.of(redis).withOperationTimeout(TIMEOUT), Clock.systemUTC());
        this.markets = markets;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                markets.forEach(this::look);
                Soak.rest(PAUSE);
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = e;
            }
        }
    }

    /** Nothing when Redis is away: then nobody reads anything. */
    void look(SimulatedMarket market) {
        Optional<LiveCheck> check;
        try {
            check = LiveCheck.of(state, market);
        } catch (RedisStateException e) {
            if (e.retryable()) {
                return;
            }
            throw e;
        }
        check.ifPresent(found -> tell(market.symbol(), found));
    }

    private synchronized void tell(String symbol, LiveCheck found) {
        looks++;
        looked += found.looked();
        wrong += found.wrong();
        if (found.wrong() > 0 && examples.size() < EXAMPLES) {
            examples.add("%s: %s".formatted(symbol, found.example()));
        }
    }

    synchronized long looks() {
        return looks;
    }

    synchronized long looked() {
        return looked;
    }

    synchronized long wrong() {
        if (failure != null) {
            throw new IllegalStateException("nobody looks any more", failure);
        }
        return wrong;
    }

    synchronized List<String> examples() {
        return List.copyOf(examples);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        state.close();
    }
}
