package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import io.reanchor.kit.Continuation;
import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.redis.MarketState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recording of one operation while it goes on. What can't be written is warned of and isn't there: no recovery fails for it.
 * Thread-safe.
 */
final class Flight {
    /** Records nothing. */
    static final Flight NONE = new Flight("", null, 0, Clock.systemUTC());

    private static final Logger log = LoggerFactory.getLogger(Flight.class);

    private final String symbol;
    private final @Nullable Path file;
    private final long maxBytes;
    private final Clock clock;
    private final Map<String, Long> followed = new HashMap<>();
    private long bytes;
    private boolean ended;

    Flight(String symbol, @Nullable Path file, long maxBytes, Clock clock) {
        this.symbol = symbol;
        this.file = file;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    boolean isOn() {
        return file != null;
    }

    /** @param lane which of several that ask at once: replayed, each gets its own answers */
    MarketDataSource tapped(MarketDataSource source, String lane) {
        return isOn()
                ? source.tapped((path, body) -> add(
                        FlightLine.ANSWER,
                        Map.of(
                                "lane",
                                lane,
                                "source",
                                source.name(),
                                "path",
                                path,
                                "body",
                                new String(body, StandardCharsets.UTF_8))))
                : source;
    }

    /** What stands in the journal between the last snapshot and this one may never be read: it has holes. */
    synchronized void snapshot(long updateId) {
        followed.merge(FlightLine.DIFFS, updateId, Math::max);
    }

    /** What of the journals came since the last call; at the first, since these ids. A journal that can't be read is missing here, nowhere else. */
    synchronized void follow(MarketState state, @Nullable Long updateId, @Nullable Long tradeId) {
        if (!isOn()) {
            return;
        }
        try {
            Keyspace.Names names = Keyspace.DEFAULT.of(symbol);
            Journal<DepthUpdate> diffs = Journal.diffs(names, Duration.ofDays(1));
            follow(FlightLine.DIFFS, updateId, id -> state.diffsAfter(symbol, id), diffs::fields);
            Journal<Trade> trades = Journal.trades(names, Duration.ofDays(1));
            follow(FlightLine.TRADES, tradeId, id -> state.tradesAfter(symbol, id), trades::fields);
        } catch (RuntimeException e) {
            log.warn("{}: the journals can't be read for the recording {}", symbol, file, e);
        }
    }

    private <E> void follow(
            String kind,
            @Nullable Long from,
            Function<Long, Optional<Continuation<E>>> journal,
            Function<E, Map<String, String>> fields) {
        Long id = followed.getOrDefault(kind, from);
        List<Map<String, String>> events = new ArrayList<>();
        while (id != null) {
            Continuation<E> found = journal.apply(id).orElse(null);
            if (found == null) {
                break;
            }
            found.events().stream().map(fields).forEach(events::add);
            Long behindHole = found.nextFirst();
            followed.put(kind, found.end());
            id = behindHole == null ? null : Long.valueOf(behindHole - 1);
        }
        if (!events.isEmpty()) {
            add(kind, Map.of("events", events));
        }
    }

    synchronized void add(String kind, Map<String, ?> content) {
        if (file == null || ended) {
            return;
        }
        byte[] line = FlightLine.bytes(kind, clock.instant(), content);
        if (bytes + line.length > maxBytes) {
            line = FlightLine.bytes(FlightLine.TRUNCATED, clock.instant(), Map.of("maxBytes", maxBytes));
            ended = true;
        }
        try {
            Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            bytes += line.length;
        } catch (IOException e) {
            ended = true;
            log.warn("{}: the recording {} can't be written, it ends here", symbol, file, e);
        }
    }

    /** @param kept where it stays; null when it isn't kept */
    synchronized void end(@Nullable Path kept) {
        ended = true;
        if (file == null || !Files.exists(file)) {
            return;
        }
        try {
            if (kept == null) {
                Files.delete(file);
            } else {
                Files.move(file, kept);
                log.info("{}: recorded in {}", symbol, kept);
            }
        } catch (IOException e) {
            log.warn("{}: the recording {} can't be put away", symbol, file, e);
        }
    }
}
