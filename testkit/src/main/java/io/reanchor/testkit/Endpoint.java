package io.reanchor.testkit;

/** The REST endpoints of the simulated exchange, with Binance's paths. */
public enum Endpoint {
    TIME("/api/v3/time"),
    EXCHANGE_INFO("/api/v3/exchangeInfo"),
    DEPTH("/api/v3/depth"),
    AGG_TRADES("/api/v3/aggTrades"),
    TRADES("/api/v3/trades"),
    KLINES("/api/v3/klines");

    private final String path;

    Endpoint(String path) {
        this.path = path;
    }

    public String path() {
        return path;
    }
}
