package io.reanchor.exchange;

/**
 * Reads Binance spot's JSON: the stream events {@code depthUpdate}, {@code trade} and {@code bookTicker}, raw or wrapped as
 * {@code {"stream":…,"data":…}}, and the REST depth reply. Not thread-safe: it keeps buffers between events.
 *
 * <p>What has exactly the exchange's shape is read by a byte scanner; all else, in any order of fields and with unknown ones,
 * goes through Jackson, which also says what is wrong with it. Both give the same events.
 */
public final class BinanceSpotJson {
    private final EventScanner scanner = new EventScanner();

    /** Reads one event; see {@link #read(byte[], int, int, MarketEvents)}. */
    public void read(byte[] json, MarketEvents events) {
        read(json, 0, json.length, events);
    }

    /**
     * Reads the event that stands in {@code bytes[from..to)} and calls {@code events} once.
     *
     * @throws MalformedEventException when it isn't JSON, or an event of a known type lacks a field or has a wrong one
     */
    public void read(byte[] bytes, int from, int to, MarketEvents events) {
        if (!scanner.scan(bytes, from, to, events)) {
            EventReader.read(bytes, from, to, events);
        }
    }
}
