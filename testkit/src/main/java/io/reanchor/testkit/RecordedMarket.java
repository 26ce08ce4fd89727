package io.reanchor.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevel;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A recording of Binance's spot streams played again: {@code local_ns {json}} lines, plain or gzip, with one REST depth reply
 * among them. The book is that reply and the updates behind it; aggregate trades are mapped from the single ones (neighbours of
 * one time, price and side are one taker's). The recorder's clock is moved so that no event is told before the exchange made it.
 */
public final class RecordedMarket extends SimulatedMarket {
    private final List<Timed> events;
    private final List<Aggregate> aggregates;
    private int nextEvent;
    private int nextAggregate;

    private record Timed(long time, MarketEvent event) {}

    private RecordedMarket(Tape tape, DepthSnapshot snapshot) {
        super(tape.requireSymbol(), Instant.ofEpochMilli(tape.startOf(snapshot)), snapshot);
        this.events = tape.eventsBehind(snapshot);
        this.aggregates = aggregates(tape.trades());
        advance(millis());
    }

    /** @throws IOException when the file can't be read, or isn't such a recording */
    public static RecordedMarket read(Path file) throws IOException {
        Tape tape = Tape.read(file);
        if (tape.snapshot == null || tape.symbol == null || tape.events.isEmpty()) {
            throw new IOException(
                    file + ": expected lines of \"local_ns {json}\" with depth updates and one REST depth reply"
                            + " (lastUpdateId, bids, asks) among them");
        }
        return new RecordedMarket(tape, tape.snapshot);
    }

    /** Whether all of it has been played; the clock goes on. */
    public synchronized boolean finished() {
        return nextEvent == events.size();
    }

    @Override
    void advance(long until) {
        while (nextEvent < events.size() && events.get(nextEvent).time() <= until) {
            Timed timed = events.get(nextEvent++);
            setNow(timed.time());
            if (timed.event() instanceof MarketEvent.Depth depth) {
                apply(depth.update());
                setNow(timed.time());
            } else if (timed.event() instanceof MarketEvent.Print print) {
                trades.add(print.trade());
                showAggregates(print.trade().lastTradeId());
            }
            emit(timed.event());
        }
    }

    /** An aggregate is served once its last trade is told, so that none changes afterwards. */
    private void showAggregates(long tradeId) {
        while (nextAggregate < aggregates.size()
                && aggregates.get(nextAggregate).trade().lastTradeId() <= tradeId) {
            trades.add(aggregates.get(nextAggregate++));
        }
    }

    private static List<Aggregate> aggregates(List<Trade> raw) {
        List<Aggregate> aggregates = new ArrayList<>();
        Trade open = null;
        long id = 1;
        for (Trade trade : raw) {
            if (open != null && isSameTaker(open, trade)) {
                open = new Trade(
                        open.firstTradeId(),
                        trade.lastTradeId(),
                        open.price(),
                        open.quantity().add(trade.quantity()),
                        open.time(),
                        open.buyerIsMaker());
            } else {
                if (open != null) {
                    aggregates.add(new Aggregate(id++, open));
                }
                open = trade;
            }
        }
        if (open != null) {
            aggregates.add(new Aggregate(id, open));
        }
        return aggregates;
    }

    private static boolean isSameTaker(Trade open, Trade next) {
        return next.firstTradeId() == open.lastTradeId() + 1
                && next.time() == open.time()
                && next.buyerIsMaker() == open.buyerIsMaker()
                && next.price().equals(open.price());
    }

    /** What stands in the file. */
    private static final class Tape {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final List<Timed> events = new ArrayList<>();
        private long clockOffset = Long.MIN_VALUE;
        private @Nullable DepthSnapshot snapshot;
        private @Nullable String symbol;

        static Tape read(Path file) throws IOException {
            Tape tape = new Tape();
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(unzipped(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
                int number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    try {
                        tape.add(line);
                    } catch (RuntimeException | IOException malformed) {
                        throw new IOException(
                                "%s line %d: expected local_ns {json}: %s"
                                        .formatted(file, number, malformed.getMessage()),
                                malformed);
                    }
                }
            }
            return tape;
        }

        private static InputStream unzipped(InputStream file) throws IOException {
            PushbackInputStream bytes = new PushbackInputStream(file, 2);
            byte[] magic = bytes.readNBytes(2);
            bytes.unread(magic);
            boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
            return gzip ? new GZIPInputStream(bytes, 1 << 16) : bytes;
        }

        private void add(String line) throws IOException {
            int space = line.indexOf(' ');
            long local = Long.parseLong(line.substring(0, space)) / 1_000_000;
            JsonNode json = JSON.readTree(line.substring(space + 1));
            if (json.has("lastUpdateId")) {
                if (snapshot == null) {
                    snapshot = new DepthSnapshot(
                            json.get("lastUpdateId").longValue(), levels(json.get("bids")), levels(json.get("asks")));
                }
                return;
            }
            JsonNode data = json.get("data");
            String stream = json.get("stream").textValue();
            MarketEvent event = stream.contains("@depth")
                    ? depth(data)
                    : stream.endsWith("@trade") ? trade(data) : stream.endsWith("@bookTicker") ? ticker(data) : null;
            if (event != null) {
                symbol = data.get("s").textValue();
                clockOffset =
                        data.has("E") ? Math.max(clockOffset, data.get("E").longValue() - local) : clockOffset;
                events.add(new Timed(local, event));
            }
        }

        private static MarketEvent depth(JsonNode data) {
            return new MarketEvent.Depth(new DepthUpdate(
                    data.get("U").longValue(),
                    data.get("u").longValue(),
                    data.get("E").longValue(),
                    levels(data.get("b")),
                    levels(data.get("a"))));
        }

        private static MarketEvent trade(JsonNode data) {
            long id = data.get("t").longValue();
            return new MarketEvent.Print(new Trade(
                    id,
                    id,
                    decimal(data, "p"),
                    decimal(data, "q"),
                    data.get("T").longValue(),
                    data.get("m").booleanValue()));
        }

        private static MarketEvent ticker(JsonNode data) {
            return new MarketEvent.Ticker(
                    data.get("u").longValue(),
                    new PriceLevel(decimal(data, "b"), decimal(data, "B")),
                    new PriceLevel(decimal(data, "a"), decimal(data, "A")));
        }

        private static BigDecimal decimal(JsonNode data, String field) {
            return new BigDecimal(data.get(field).textValue());
        }

        private static PriceLevels levels(JsonNode side) {
            PriceLevels.Builder levels = new PriceLevels.Builder();
            side.forEach(level -> levels.add(
                    PackedDecimal.parse(level.get(0).textValue()),
                    PackedDecimal.parse(level.get(1).textValue())));
            return levels.build();
        }

        String requireSymbol() {
            return java.util.Objects.requireNonNull(symbol);
        }

        /** Just before the first update that goes past the snapshot: so that a first snapshot is met in mid-update. */
        long startOf(DepthSnapshot snapshot) {
            return eventsBehind(snapshot).stream()
                            .filter(timed -> timed.event() instanceof MarketEvent.Depth)
                            .mapToLong(Timed::time)
                            .findFirst()
                            .orElseThrow()
                    - 1;
        }

        List<Timed> eventsBehind(DepthSnapshot snapshot) {
            long id = snapshot.lastUpdateId();
            return events.stream()
                    .filter(timed -> !(timed.event() instanceof MarketEvent.Depth depth
                            && depth.update().finalUpdateId() <= id))
                    .filter(timed -> !(timed.event() instanceof MarketEvent.Ticker ticker && ticker.updateId() <= id))
                    .map(timed -> new Timed(timed.time() + clockOffset, timed.event()))
                    .toList();
        }

        List<Trade> trades() {
            return events.stream()
                    .filter(timed -> timed.event() instanceof MarketEvent.Print)
                    .map(timed -> ((MarketEvent.Print) timed.event()).trade())
                    .toList();
        }
    }
}
