package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Binance's spot REST interface, or whatever speaks it. Shapes and weights: binance-spot-api-docs, {@code rest-api.md}.
 * Thread-safe.
 */
public final class BinanceSpotRest implements MarketDataSource {
    /** A full book of 5000 levels a side is about a third of a mebibyte. */
    public static final int DEFAULT_MAX_BODY_BYTES = 4 << 20;

    private static final Pattern SYMBOL = Pattern.compile("[A-Z0-9][A-Z0-9._-]{0,31}");
    private static final Pattern INTERVAL = Pattern.compile("[1-9][0-9]?[smhdwM]");
    private static final int MAX_PAGE = 1000;
    private static final int MAX_DEPTH = 5000;
    private static final int MAX_FILTERS = 64;
    private static final int MAX_WORD = 64;
    private static final String TRADING = "TRADING";

    private final String name;
    private final RestClient rest;

    /** A source that shares its host's budget with all others of this process. */
    public BinanceSpotRest(String name, URI baseUrl, Duration requestTimeout) {
        this(name, baseUrl, requestTimeout, WeightBudget.sharedFor(baseUrl), DEFAULT_MAX_BODY_BYTES);
    }

    /**
     * @param name for logs and results
     * @param baseUrl e.g. {@code https://api.binance.com}
     * @param requestTimeout from the request to the last byte of the answer
     * @param budget what may be spent at this host
     * @param maxBodyBytes a longer answer is refused as soon as it gets longer
     */
    public BinanceSpotRest(String name, URI baseUrl, Duration requestTimeout, WeightBudget budget, int maxBodyBytes) {
        if (baseUrl.getHost() == null
                || !List.of("http", "https").contains(Objects.requireNonNullElse(baseUrl.getScheme(), ""))) {
            throw new IllegalArgumentException(
                    "source %s: base URL %s: expected http(s)://host[:port]".formatted(name, baseUrl));
        }
        this.name = name;
        this.rest = new RestClient(baseUrl, requestTimeout, maxBodyBytes, budget);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Instant serverTime() throws InterruptedException {
        Context asked = new Context(name, "-", "/api/v3/time");
        byte[] body = rest.get(asked, "", 1);
        Replies replies = new Replies(asked);
        return Instant.ofEpochMilli(replies.time(replies.object(body).path("serverTime"), "serverTime"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Anything but {@code TRADING} is {@code NotTrading}, and lasting: a halt or a break takes minutes to hours, an operation
     * has seconds, and each look costs a weight of 20. Whoever reported the gap reports it again once trading is back. A
     * symbol that the exchange no longer lists is {@code UnknownSymbol}.
     */
    @Override
    public SymbolInfo symbol(String symbol) throws InterruptedException {
        Context asked = asked(symbol, "/api/v3/exchangeInfo");
        byte[] body = rest.get(asked, "symbol=" + symbol, 20);
        Replies replies = new Replies(asked);
        for (JsonNode entry : replies.array(replies.object(body).path("symbols"), "symbols", MAX_PAGE)) {
            if (replies.text(entry.path("symbol"), "symbol", MAX_WORD).equals(symbol)) {
                String status = replies.text(entry.path("status"), "status", MAX_WORD);
                if (!status.equals(TRADING)) {
                    throw notTrading(asked, status);
                }
                JsonNode filters = replies.array(entry.path("filters"), "filters", MAX_FILTERS);
                return new SymbolInfo(
                        symbol,
                        status,
                        step(replies, filters, "PRICE_FILTER", "tickSize"),
                        step(replies, filters, "LOT_SIZE", "stepSize"));
            }
        }
        throw MarketDataException.lasting(
                Type.UNKNOWN_SYMBOL,
                asked.failed(
                        "a symbol that the source lists",
                        "a list without it",
                        "trying again doesn't help: the symbol is delisted, misspelt, or not carried here"),
                null);
    }

    private static MarketDataException notTrading(Context asked, String status) {
        return MarketDataException.lasting(
                Type.NOT_TRADING,
                asked.failed(
                        "status " + TRADING,
                        Context.shown(status),
                        "trying again helps only after trading is back: report the gap again then"),
                null);
    }

    private static BigDecimal step(Replies replies, JsonNode filters, String type, String field) {
        for (JsonNode filter : filters) {
            if (filter.path("filterType").asText().equals(type)) {
                return replies.decimal(filter.path(field), field);
            }
        }
        return BigDecimal.ZERO;
    }

    @Override
    public DepthSnapshot depth(String symbol, int limit) throws InterruptedException {
        requireLimit(limit, MAX_DEPTH);
        Context asked = asked(symbol, "/api/v3/depth");
        int weight = limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
        byte[] body = rest.get(asked, "symbol=%s&limit=%d".formatted(symbol, limit), weight);
        return new DepthReply(asked, limit).read(body);
    }

    @Override
    public List<AggTrade> aggTrades(String symbol, Instant start, int limit) throws InterruptedException {
        return aggTrades(symbol, "startTime=" + start.toEpochMilli(), limit);
    }

    @Override
    public List<AggTrade> aggTrades(String symbol, long fromId, int limit) throws InterruptedException {
        return aggTrades(symbol, "fromId=" + fromId, limit);
    }

    private List<AggTrade> aggTrades(String symbol, String from, int limit) throws InterruptedException {
        requireLimit(limit, MAX_PAGE);
        Context asked = asked(symbol, "/api/v3/aggTrades");
        byte[] body = rest.get(asked, "symbol=%s&%s&limit=%d".formatted(symbol, from, limit), 4);
        Replies replies = new Replies(asked);
        List<AggTrade> trades = new ArrayList<>();
        long before = -1;
        for (JsonNode entry : replies.array(body, limit)) {
            AggTrade trade = aggTrade(replies, entry);
            if (trade.id() < before) {
                replies.refuse("aggregate ids to rise, after %d".formatted(before), entry.path("a"));
            }
            before = trade.id();
            trades.add(trade);
        }
        return trades;
    }

    private static AggTrade aggTrade(Replies replies, JsonNode entry) {
        long first = replies.id(entry.path("f"), "first trade id f");
        long last = replies.id(entry.path("l"), "last trade id l");
        if (first > last) {
            replies.refuse("first trade id f not past last trade id l", entry);
        }
        return new AggTrade(
                replies.id(entry.path("a"), "aggregate id a"),
                new Trade(
                        first,
                        last,
                        replies.positive(entry.path("p"), "price p"),
                        replies.positive(entry.path("q"), "quantity q"),
                        replies.time(entry.path("T"), "time T"),
                        replies.flag(entry.path("m"), "buyer is maker m")));
    }

    @Override
    public List<Kline> klines(String symbol, String interval, Instant start, Instant end, int limit)
            throws InterruptedException {
        requireLimit(limit, MAX_PAGE);
        if (!INTERVAL.matcher(interval).matches()) {
            throw new IllegalArgumentException("interval \"%s\": expected one like 1s or 1m".formatted(interval));
        }
        Context asked = asked(symbol, "/api/v3/klines");
        String query = "symbol=%s&interval=%s&startTime=%d&endTime=%d&limit=%d"
                .formatted(symbol, interval, start.toEpochMilli(), end.toEpochMilli(), limit);
        byte[] body = rest.get(asked, query, 2);
        Replies replies = new Replies(asked);
        List<Kline> klines = new ArrayList<>();
        long before = -1;
        for (JsonNode entry : replies.array(body, limit)) {
            Kline kline = kline(replies, entry);
            if (kline.openTime() <= before) {
                replies.refuse("open times to rise, after %d".formatted(before), entry.path(0));
            }
            before = kline.openTime();
            klines.add(kline);
        }
        return klines;
    }

    private static Kline kline(Replies replies, JsonNode bar) {
        if (!bar.isArray() || bar.size() < 11) {
            replies.refuse("a kline to be an array of at least 11 elements", bar);
        }
        return new Kline(
                replies.time(bar.get(0), "open time"),
                replies.positive(bar.get(1), "open"),
                replies.positive(bar.get(2), "high"),
                replies.positive(bar.get(3), "low"),
                replies.positive(bar.get(4), "close"),
                replies.decimal(bar.get(5), "volume"),
                replies.time(bar.get(6), "close time"),
                replies.decimal(bar.get(7), "quote volume"),
                replies.id(bar.get(8), "trade count"),
                replies.decimal(bar.get(9), "taker buy volume"),
                replies.decimal(bar.get(10), "taker buy quote volume"));
    }

    private Context asked(String symbol, String endpoint) {
        if (!SYMBOL.matcher(symbol).matches()) {
            throw new IllegalArgumentException(
                    "symbol %s: expected %s".formatted(Context.shown(symbol), SYMBOL.pattern()));
        }
        return new Context(name, symbol, endpoint);
    }

    private static void requireLimit(int limit, int max) {
        if (limit < 1 || limit > max) {
            throw new IllegalArgumentException("limit %d: expected 1 to %d".formatted(limit, max));
        }
    }
}
