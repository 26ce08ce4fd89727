package io.reanchor.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Reads events that have exactly the bytes Binance sends: these fields in this order, no white space, no escapes, short numbers.
 * Anything else it leaves to {@link EventReader}, before telling anybody. It exists because a book is applied faster than a
 * general parser finds its levels. Not thread-safe.
 */
final class EventScanner {
    private static final byte[] STREAM = ascii("{\"stream\":\"");
    private static final byte[] DATA = ascii("\",\"data\":");
    private static final byte[] DEPTH = ascii("{\"e\":\"depthUpdate\",\"E\":");
    private static final byte[] TRADE = ascii("{\"e\":\"trade\",\"E\":");
    private static final byte[] TICKER = ascii("{\"u\":");
    private static final byte[] SNAPSHOT = ascii("{\"lastUpdateId\":");
    private static final byte[] SYMBOL = ascii(",\"s\":\"");
    private static final byte[] FIRST_ID = ascii("\",\"U\":");
    private static final byte[] FINAL_ID = ascii(",\"u\":");
    private static final byte[] UPDATE_BIDS = ascii(",\"b\":[");
    private static final byte[] UPDATE_ASKS = ascii("],\"a\":[");
    private static final byte[] SNAPSHOT_BIDS = ascii(",\"bids\":[");
    private static final byte[] SNAPSHOT_ASKS = ascii("],\"asks\":[");
    private static final byte[] LEVELS_END = ascii("]}");
    private static final byte[] TRADE_ID = ascii("\",\"t\":");
    private static final byte[] PRICE = ascii(",\"p\":\"");
    private static final byte[] QUANTITY = ascii("\",\"q\":\"");
    private static final byte[] TRADE_TIME = ascii("\",\"T\":");
    private static final byte[] MAKER_TRUE = ascii(",\"m\":true,\"M\":");
    private static final byte[] MAKER_FALSE = ascii(",\"m\":false,\"M\":");
    private static final byte[] TRUE_END = ascii("true}");
    private static final byte[] FALSE_END = ascii("false}");
    private static final byte[] BID_PRICE = ascii("\",\"b\":\"");
    private static final byte[] BID_QUANTITY = ascii("\",\"B\":\"");
    private static final byte[] ASK_PRICE = ascii("\",\"a\":\"");
    private static final byte[] ASK_QUANTITY = ascii("\",\"A\":\"");
    private static final byte[] TEXT_END = ascii("\"}");

    /** Longer ones may be past what an id can be: the reader judges. */
    private static final int MAX_ID_DIGITS = 15;

    /** Seventeen digits and a point always fit a packed decimal. */
    private static final int MAX_SHORT = PackedDecimal.MAX_DIGITS;

    private static final long[] POWERS =
            LongStream.iterate(1, p -> p * 10).limit(MAX_SHORT + 1).toArray();
    private static final int MAX_SYMBOL = 32;
    private static final int MAX_STREAM = 100;

    private final PriceLevels.Builder levels = new PriceLevels.Builder();
    private byte[] bytes = {};
    private int at;
    private int to;
    private boolean failed;
    private byte[] symbolBytes = {};
    private String symbol = "";

    /** Whether it was an event of the expected shape, and has been passed on. */
    boolean scan(byte[] source, int from, int end, MarketEvents events) {
        bytes = source;
        at = from;
        to = end;
        failed = false;
        int closing = 0;
        if (skip(STREAM)) {
            int longest = Math.min(to, at + MAX_STREAM);
            while (at < longest && isNamePart(bytes[at])) {
                at++;
            }
            expect(DATA);
            closing = 1;
        }
        if (failed || !isEndedBy(closing)) {
            return false;
        }
        to -= closing;
        if (skip(DEPTH)) {
            return depthUpdate(events);
        }
        if (skip(TICKER)) {
            return bookTicker(events);
        }
        if (skip(TRADE)) {
            return trade(events);
        }
        return skip(SNAPSHOT) && depthSnapshot(events);
    }

    private boolean isEndedBy(int closing) {
        return closing == 0 || (to - 1 > at && bytes[to - 1] == '}');
    }

    private boolean depthUpdate(MarketEvents events) {
        long time = time();
        expect(SYMBOL);
        symbol();
        expect(FIRST_ID);
        long first = number();
        expect(FINAL_ID);
        long last = number();
        PriceLevels bids = levels(UPDATE_BIDS);
        PriceLevels asks = levels(UPDATE_ASKS);
        expect(LEVELS_END);
        if (failed || at != to || first > last) {
            return false;
        }
        events.depthUpdate(symbol, new DepthUpdate(first, last, time, bids, asks));
        return true;
    }

    private boolean depthSnapshot(MarketEvents events) {
        long id = number();
        PriceLevels bids = levels(SNAPSHOT_BIDS);
        PriceLevels asks = levels(SNAPSHOT_ASKS);
        expect(LEVELS_END);
        if (failed || at != to) {
            return false;
        }
        events.depthSnapshot(new DepthSnapshot(id, bids, asks));
        return true;
    }

    private boolean bookTicker(MarketEvents events) {
        long id = number();
        expect(SYMBOL);
        symbol();
        expect(BID_PRICE);
        long bidPrice = decimal();
        expect(BID_QUANTITY);
        long bidQuantity = decimal();
        expect(ASK_PRICE);
        long askPrice = decimal();
        expect(ASK_QUANTITY);
        long askQuantity = decimal();
        expect(TEXT_END);
        if (failed || at != to) {
            return false;
        }
        events.bookTicker(symbol, new BookTicker(id, bidPrice, bidQuantity, askPrice, askQuantity));
        return true;
    }

    private boolean trade(MarketEvents events) {
        number();
        expect(SYMBOL);
        symbol();
        expect(TRADE_ID);
        long id = number();
        expect(PRICE);
        long price = decimal();
        expect(QUANTITY);
        long quantity = decimal();
        expect(TRADE_TIME);
        long time = time();
        boolean maker = skip(MAKER_TRUE);
        if (!maker) {
            expect(MAKER_FALSE);
        }
        if (!skip(TRUE_END)) {
            expect(FALSE_END);
        }
        if (failed || at != to || price == 0 || quantity == 0) {
            return false;
        }
        events.trade(
                symbol,
                new Trade(
                        id, id, PackedDecimal.toBigDecimal(price), PackedDecimal.toBigDecimal(quantity), time, maker));
        return true;
    }

    /** The levels behind an opening, up to but without the closing bracket. */
    private PriceLevels levels(byte[] opening) {
        expect(opening);
        if (failed || at >= to || bytes[at] == ']') {
            return PriceLevels.EMPTY;
        }
        while (!failed) {
            expect('[', '"');
            long price = decimal();
            expect('"', ',');
            expect('"');
            long quantity = decimal();
            expect('"', ']');
            failed |= price == 0;
            levels.add(price, quantity);
            if (at >= to || bytes[at] != ',') {
                break;
            }
            at++;
        }
        return levels.build();
    }

    /**
     * A decimal from zero up, without its quotes; stands at the closing one afterwards. One look at each byte: zeros behind the
     * point are held back until another digit follows.
     */
    private long decimal() {
        byte[] source = bytes;
        int start = at;
        int i = start;
        int digit = -1;
        long unscaled = 0;
        while (i < to && (digit = source[i] - '0') >= 0 && digit <= 9) {
            unscaled = unscaled * 10 + digit;
            i++;
        }
        int scale = 0;
        if (i > start && digit == '.' - '0') {
            int zeros = 0;
            int point = i++;
            while (i < to && (digit = source[i] - '0') >= 0 && digit <= 9) {
                if (digit == 0) {
                    zeros++;
                } else {
                    unscaled = unscaled * POWERS[Math.min(zeros, MAX_SHORT)] * 10 + digit;
                    scale += zeros + 1;
                    zeros = 0;
                }
                i++;
            }
            failed |= i == point + 1;
        }
        at = i;
        failed |= i == start || i - start > MAX_SHORT; // what is longer, the reader judges
        return failed ? 0 : PackedDecimal.of(unscaled, scale);
    }

    private long time() {
        long time = number();
        failed |= time > Replies.LAST_TIME;
        return time;
    }

    private long number() {
        int start = at;
        long value = 0;
        int digit;
        while (at < to && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
            value = value * 10 + digit;
            at++;
        }
        int length = at - start;
        failed |= length == 0 || length > MAX_ID_DIGITS || (length > 1 && bytes[start] == '0');
        return value;
    }

    /** Reads a symbol; the same as before, which it nearly always is, costs no new string. */
    private void symbol() {
        int length = symbolBytes.length;
        if (length > 0
                && to - at > length
                && bytes[at + length] == '"'
                && Arrays.equals(bytes, at, at + length, symbolBytes, 0, length)) {
            at += length;
            return;
        }
        int start = at;
        while (at < to && isSymbolPart(bytes[at])) {
            at++;
        }
        String read = new String(bytes, start, at - start, US_ASCII);
        if (isSymbol(read)) {
            symbol = read;
            symbolBytes = read.getBytes(US_ASCII);
        } else {
            failed = true;
        }
    }

    static boolean isSymbol(String text) {
        if (text.isEmpty() || text.length() > MAX_SYMBOL || !Character.isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        return text.chars().allMatch(EventScanner::isSymbolPart);
    }

    private static boolean isSymbolPart(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }

    private static boolean isNamePart(byte c) {
        return isSymbolPart(c) || (c >= 'a' && c <= 'z') || c == '@';
    }

    private void expect(char one) {
        if (failed || at >= to || bytes[at] != one) {
            failed = true;
            return;
        }
        at++;
    }

    private void expect(char one, char two) {
        if (failed || to - at < 2 || bytes[at] != one || bytes[at + 1] != two) {
            failed = true;
            return;
        }
        at += 2;
    }

    private void expect(byte[] literal) {
        failed |= !skip(literal);
    }

    private boolean skip(byte[] literal) {
        if (failed
                || to - at < literal.length
                || !Arrays.equals(bytes, at, at + literal.length, literal, 0, literal.length)) {
            return false;
        }
        at += literal.length;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
