package io.reanchor.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.Trade;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Whatever bytes an exchange sends: values within their limits, or the refusal that is documented. */
class RepliesFuzzTest {
    private static final Context ASKED = new Context("fuzzed", "BTCUSDT", "/");

    @FuzzTest(maxDuration = "75s")
    void depth(byte[] body) {
        readOrRefused(body, bytes -> {
            DepthSnapshot depth = new DepthReply(ASKED, 1000).read(bytes);
            OrderBook.of(depth); // throws at a price that stands there twice
        });
    }

    @FuzzTest(maxDuration = "75s")
    void aggTrades(byte[] body) {
        readOrRefused(body, bytes -> {
            long before = -1;
            for (AggTrade trade : new AggTradesReply(ASKED, 1000).read(bytes)) {
                assertTrue(trade.id() >= before && trade.trade().count() > 0);
                before = trade.id();
            }
        });
    }

    @FuzzTest(maxDuration = "75s")
    void otherReplies(byte[] body) {
        readOrRefused(body, bytes -> new KlinesReply(ASKED, 1000).read(bytes));
        readOrRefused(body, bytes -> new ExchangeInfoReply(ASKED).read(bytes));
        isShown(ExchangeError.in(body).toString());
    }

    /** The quick way and the careful way see the same, or the quick one sees nothing. */
    @FuzzTest(maxDuration = "75s")
    void events(byte[] event) {
        List<Object> quick = new ArrayList<>();
        boolean scanned = new EventScanner().scan(event, 0, event.length, seenBy(quick));
        assertEquals(scanned, !quick.isEmpty());
        List<Object> careful = new ArrayList<>();
        try {
            EventReader.read(event, 0, event.length, seenBy(careful));
        } catch (MalformedEventException refused) {
            assertFalse(scanned, "the scanner took what the reader refuses");
            assertTrue(careful.isEmpty());
            isShown(String.valueOf(refused.getMessage()));
            return;
        }
        assertEquals(careful, scanned ? quick : careful);
    }

    private static void readOrRefused(byte[] body, Consumer<byte[]> read) {
        try {
            read.accept(body);
        } catch (MarketDataException refused) {
            assertTrue(refused.type() != Type.RATE_LIMITED && refused.type() != Type.SOURCE_UNAVAILABLE);
            for (Throwable e = refused; e != null; e = e.getCause()) {
                isShown(String.valueOf(e.getMessage()));
            }
        }
    }

    private static void isShown(String message) {
        assertTrue(message.length() < 600, "a long message");
        assertTrue(message.codePoints().noneMatch(Character::isISOControl), "a message of several lines");
    }

    private static MarketEvents seenBy(List<Object> seen) {
        return new MarketEvents() {
            @Override
            public void depthUpdate(String symbol, DepthUpdate update) {
                seen.add(List.of(symbol, update));
            }

            @Override
            public void trade(String symbol, Trade trade) {
                seen.add(List.of(symbol, trade));
            }

            @Override
            public void bookTicker(String symbol, BookTicker ticker) {
                seen.add(List.of(symbol, ticker));
            }

            @Override
            public void depthSnapshot(DepthSnapshot snapshot) {
                seen.add(snapshot);
            }

            @Override
            public void other() {
                seen.add("other");
            }
        };
    }
}
