package io.reanchor.testkit;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the simulated exchange answers to a REST request, and what that weighs. */
final class RestAnswers {
    private static final int MAX_PAGE = 1000;
    private static final int MAX_DEPTH = 5000;

    private final SimulatedExchange exchange;

    RestAnswers(SimulatedExchange exchange) {
        this.exchange = exchange;
    }

    /** What a request asks for that can't be given. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        final int status;

        Refusal(int status, int code, String message) {
            super(BinanceFormat.error(code, message));
            this.status = status;
        }

        String body() {
            return String.valueOf(getMessage());
        }
    }

    static int weight(Endpoint endpoint, Query query) {
        return switch (endpoint) {
            case TIME -> 1;
            case EXCHANGE_INFO -> 20;
            case DEPTH -> {
                long limit = query.number("limit", 100);
                yield limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
            }
            case AGG_TRADES -> 4;
            case TRADES -> 25;
            case KLINES -> 2;
        };
    }

    String body(Endpoint endpoint, Query query, List<Fault> faults) throws Refusal {
        if (endpoint == Endpoint.TIME) {
            return BinanceFormat.time(exchange.now().toEpochMilli());
        }
        String symbol = query.text("symbol");
        if (symbol == null) {
            throw new Refusal(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
        }
        SimulatedMarket market = exchange.listed(symbol).orElseThrow(() -> new Refusal(400, -1121, "Invalid symbol."));
        return switch (endpoint) {
            case EXCHANGE_INFO ->
                BinanceFormat.exchangeInfo(market.now().toEpochMilli(), symbol, exchange.symbolStatus(symbol));
            case DEPTH -> BinanceFormat.depth(depth(market, query.limit(100, MAX_DEPTH), faults));
            case AGG_TRADES -> BinanceFormat.aggregates(aggregates(market, query, faults));
            case TRADES -> BinanceFormat.trades(newest(market.trueTrades(), query.limit(500, MAX_PAGE)));
            default -> BinanceFormat.klines(klines(market, query));
        };
    }

    private static List<Trade> newest(List<Trade> trades, int limit) {
        return trades.subList(Math.max(0, trades.size() - limit), trades.size());
    }

    private static DepthSnapshot depth(SimulatedMarket market, int limit, List<Fault> faults) {
        DepthSnapshot book = market.snapshot(limit);
        for (Fault fault : faults) {
            if (fault instanceof Fault.StaleSnapshot stale) {
                book = market.snapshot(limit, stale.age());
            }
        }
        return faults.stream().anyMatch(Fault.CrossedBook.class::isInstance) ? crossed(book) : book;
    }

    /** The best bid is moved just past the second-best ask. */
    private static DepthSnapshot crossed(DepthSnapshot book) {
        PriceLevels.Builder bids = new PriceLevels.Builder();
        long behind = book.asks().price(Math.min(1, book.asks().size() - 1));
        bids.add(
                PackedDecimal.of(PackedDecimal.toBigDecimal(behind)),
                book.bids().quantity(0));
        for (int i = 1; i < book.bids().size(); i++) {
            bids.add(book.bids().price(i), book.bids().quantity(i));
        }
        return new DepthSnapshot(book.lastUpdateId(), bids.build(), book.asks());
    }

    private static List<Aggregate> aggregates(SimulatedMarket market, Query query, List<Fault> faults) {
        int late = faults.stream()
                .mapToInt(fault -> fault instanceof Fault.LateTrades trades ? trades.newest() : 0)
                .sum();
        int limit = query.limit(500, MAX_PAGE);
        if (query.text("fromId") != null) {
            return market.aggregatesFrom(query.number("fromId", 0), limit, late);
        }
        if (query.text("startTime") != null || query.text("endTime") != null) {
            long end = query.number("endTime", Long.MAX_VALUE);
            return market.aggregatesSince(query.number("startTime", 0), end, limit, late);
        }
        return market.newestAggregates(limit, late);
    }

    private static List<Kline> klines(SimulatedMarket market, Query query) throws Refusal {
        Duration size = switch (String.valueOf(query.text("interval"))) {
            case "1s" -> Duration.ofSeconds(1);
            case "1m" -> Duration.ofMinutes(1);
            default -> throw new Refusal(400, -1120, "Invalid interval.");
        };
        int limit = query.limit(500, MAX_PAGE);
        long now = market.now().toEpochMilli();
        long end = query.number("endTime", now);
        long start = query.number("startTime", Math.max(0, Math.min(end, now) - size.toMillis() * (limit - 1)));
        return market.klines(size, start, end, limit);
    }

    /** A request's parameters. */
    static final class Query {
        private final Map<String, String> values = new HashMap<>();

        Query(URI uri) {
            if (uri.getQuery() != null) {
                for (String pair : uri.getQuery().split("&")) {
                    int equals = pair.indexOf('=');
                    if (equals > 0) {
                        values.put(pair.substring(0, equals), pair.substring(equals + 1));
                    }
                }
            }
        }

        @Nullable
        String text(String name) {
            return values.get(name);
        }

        long number(String name, long otherwise) {
            String text = values.get(name);
            return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
        }

        int limit(int otherwise, int max) {
            return (int) Math.max(1, Math.min(max, number("limit", otherwise)));
        }
    }
}
