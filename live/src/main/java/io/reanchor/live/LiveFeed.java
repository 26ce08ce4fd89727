package io.reanchor.live;

import io.reanchor.exchange.BinanceSpotJson;
import io.reanchor.exchange.MalformedEventException;
import io.reanchor.exchange.MarketEvents;
import io.reanchor.kit.Connections;
import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.LiveBarsWriter;
import io.reanchor.kit.LiveBookWriter;
import io.reanchor.kit.Verdict;
import io.reanchor.kit.WriteOutcome;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.workflow.ReanchorRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live writer and a gap detector for some symbols of one exchange that speaks Binance spot's format: what comes is journaled and applied; what
 * doesn't come is noticed, marked, and reported until a recovery has brought it. Thread-safe.
 */
public final class LiveFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

    /** An address of streams can't be of any length, nor a connection carry any number of them. */
    private static final int SYMBOLS_A_CONNECTION = 100;

    private final Map<String, SymbolFeed> symbols = new LinkedHashMap<>();
    private final List<AutoCloseable> parts = new ArrayList<>();

    /**
     * What to follow, and where to.
     *
     * @param streams the exchange's streams, {@code wss://host:port}
     * @param symbols as the exchange writes them
     * @param keyspace names of the keys
     * @param journalRetention how old a journal's entries may become: longer than a recovery waits and takes
     * @param barsRetention how far back bars are kept
     * @param name who reports, for operators
     */
    public record Settings(
            URI streams,
            Collection<String> symbols,
            Keyspace keyspace,
            Duration journalRetention,
            Duration barsRetention,
            String name) {
        public Settings {
            symbols = List.copyOf(new LinkedHashSet<>(symbols));
            if (symbols.isEmpty()) {
                throw new IllegalArgumentException("at least one symbol is needed");
            }
            symbols.forEach(ReanchorRequest::requireSymbol);
        }
    }

    /**
     * How a symbol stands.
     *
     * @param book what became of the last depth updates
     * @param bars what became of the last trades
     * @param doubted whether a stream has been silent for too long, or is cut
     */
    public record Standing(WriteOutcome book, WriteOutcome bars, boolean doubted) {
        static final Standing UNKNOWN = new Standing(
                new WriteOutcome(Verdict.UNKNOWN, null, 0, null, 0, null),
                new WriteOutcome(Verdict.UNKNOWN, null, 0, null, 0, null),
                false);

        /** Whether book and bars have all that was ever in hand. */
        public boolean isWhole() {
            return book.isWhole() && bars.isWhole();
        }
    }

    private LiveFeed(Settings settings, Connections redis, Consumer<ReanchorRequest> reports, InstantSource clock) {
        GapReporter reporter = new GapReporter(reports, settings.name(), clock);
        parts.add(reporter);
        for (String symbol : settings.symbols()) {
            Keyspace.Names names = settings.keyspace().of(symbol);
            LiveBookWriter book =
                    LiveBookWriter.withJournal(redis, names, Journal.diffs(names, settings.journalRetention()), clock);
            LiveBarsWriter bars = LiveBarsWriter.withJournal(
                    redis, names, Journal.trades(names, settings.journalRetention()), clock, settings.barsRetention());
            SymbolFeed feed = new SymbolFeed(symbol, book, bars, reporter, clock);
            if (symbols.putIfAbsent(symbol, feed) == null) {
                parts.add(book::close);
                parts.add(bars::close);
                parts.add(feed);
            }
        }
        List<String> all = List.copyOf(symbols.keySet());
        for (int from = 0; from < all.size(); from += SYMBOLS_A_CONNECTION) {
            List<String> some = all.subList(from, Math.min(all.size(), from + SYMBOLS_A_CONNECTION));
            ExchangeStream stream = new ExchangeStream(settings.streams(), some, new Events(some));
            parts.add(stream);
            symbols.values().stream().skip(from).limit(some.size()).forEach(SymbolFeed::start);
            stream.start();
        }
    }

    /**
     * Starts following; connects, and goes on connecting, by itself.
     *
     * @param redis where the live keys are
     * @param reports starts or joins a recovery, as {@code ReanchorClient.recover} does; throws when nobody took it
     */
    public static LiveFeed start(
            Settings settings, Connections redis, Consumer<ReanchorRequest> reports, InstantSource clock) {
        return new LiveFeed(settings, redis, reports, clock);
    }

    /** @throws IllegalArgumentException for a symbol that isn't followed */
    public Standing standing(String symbol) {
        return Optional.ofNullable(symbols.get(symbol))
                .orElseThrow(
                        () -> new IllegalArgumentException(symbol + " isn't followed, " + symbols.keySet() + " are"))
                .standing();
    }

    /** Ends it; the live keys stay as they are, and the journals. */
    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                log.warn("{} didn't end as it should", parts.get(i), e);
            }
        }
    }

    /** One connection's messages, each to its symbol. */
    private final class Events implements ExchangeStream.Listener, MarketEvents {
        private final BinanceSpotJson json = new BinanceSpotJson();
        private final List<String> followed;

        Events(List<String> followed) {
            this.followed = List.copyOf(followed);
        }

        @Override
        public void connected() {
            log.info("connected, {} symbols", followed.size());
        }

        @Override
        public void message(byte[] message) {
            try {
                json.read(message, this);
            } catch (MalformedEventException e) {
                // As good as lost: the next event of its symbol shows the gap.
                log.warn("an event that can't be read: {}", e.getMessage());
            }
        }

        @Override
        public void disconnected(String why) {
            log.info("disconnected: {}", why);
            followed.forEach(symbol -> feed(symbol).ifPresent(SymbolFeed::disconnected));
        }

        @Override
        public void depthUpdate(String symbol, DepthUpdate update) {
            feed(symbol).ifPresent(feed -> feed.take(update));
        }

        @Override
        public void trade(String symbol, Trade trade) {
            feed(symbol).ifPresent(feed -> feed.take(trade));
        }

        private Optional<SymbolFeed> feed(String symbol) {
            return Optional.ofNullable(symbols.get(symbol));
        }
    }
}
