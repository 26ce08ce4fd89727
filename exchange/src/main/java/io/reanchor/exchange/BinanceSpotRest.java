package io.reanchor.exchange;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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

    private final String name;
    private final Answers rest;
    private final WeightBudget budget;

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
        if (baseUrl.getRawUserInfo() != null
                || baseUrl.getRawQuery() != null) { // it is shown in errors, so it isn't here
            throw new IllegalArgumentException("source %s: base URL at %s: expected none with credentials or a query"
                    .formatted(name, baseUrl.getHost()));
        }
        if (baseUrl.getHost() == null
                || !List.of("http", "https").contains(Objects.requireNonNullElse(baseUrl.getScheme(), ""))) {
            throw new IllegalArgumentException(
                    "source %s: base URL %s: expected http(s)://host[:port]".formatted(name, baseUrl));
        }
        this.name = name;
        this.budget = budget;
        this.rest = new RestClient(baseUrl, requestTimeout, maxBodyBytes, budget);
    }

    private BinanceSpotRest(String name, Answers answers, WeightBudget budget) {
        this.name = name;
        this.rest = answers;
        this.budget = budget;
    }

    /**
     * A source that answers from a recording.
     *
     * @param bodies by path, see {@link Tap#answered}; empty where none was recorded
     */
    public static MarketDataSource recorded(String name, Function<String, Optional<byte[]>> bodies) {
        Answers answers = (asked, query, weight) -> bodies.apply(Answers.path(asked, query))
                .orElseThrow(() -> MarketDataException.lasting(
                        MarketDataException.Type.SOURCE_UNAVAILABLE,
                        asked.failed(
                                "an answer to " + Answers.path(asked, query),
                                "none in the recording",
                                "trying again doesn't help: today's code asks for something else than was asked then"),
                        null));
        return new BinanceSpotRest(
                name, answers, new WeightBudget(1_000_000, Duration.ofMinutes(1), InstantSource.system()));
    }

    @Override
    public MarketDataSource tapped(Tap tap) {
        Answers heard = (asked, query, weight) -> {
            byte[] body = rest.get(asked, query, weight);
            tap.answered(Answers.path(asked, query), body);
            return body;
        };
        return new BinanceSpotRest(name, heard, budget);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Instant serverTime() throws InterruptedException {
        Context asked = new Context(name, "-", "/api/v3/time");
        Instant sent = budget.now();
        byte[] body = rest.get(asked, "", 1);
        Instant received = budget.now();
        Replies replies = new Replies(asked);
        Instant time = Instant.ofEpochMilli(replies.time(replies.object(body).path("serverTime"), "serverTime"));
        budget.exchangeTime(time, sent, received);
        return time;
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
        return new ExchangeInfoReply(asked).read(rest.get(asked, "symbol=" + symbol, 20));
    }

    @Override
    public DepthSnapshot depth(String symbol, int limit) throws InterruptedException {
        requireLimit(limit, MAX_DEPTH);
        Context asked = asked(symbol, "/api/v3/depth");
        byte[] body = rest.get(asked, "symbol=%s&limit=%d".formatted(symbol, limit), depthWeight(limit));
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
        return new AggTradesReply(asked, limit).read(body);
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
        return new KlinesReply(asked, limit).read(body);
    }

    /** What a snapshot of so many levels a side weighs. */
    static int depthWeight(int limit) {
        return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
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
