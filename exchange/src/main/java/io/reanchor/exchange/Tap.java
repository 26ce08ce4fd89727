package io.reanchor.exchange;

/** Hears every answer of a source, as it came. Called by whatever thread asked. */
@FunctionalInterface
public interface Tap {
    /**
     * @param path with its query, as in {@code /api/v3/depth?symbol=BTCUSDT&limit=1000}
     * @param body of HTTP 200; not to be changed
     */
    void answered(String path, byte[] body);
}
