package io.reanchor.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Faults.Armed;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** The REST half of the simulated exchange. */
final class RestServer implements AutoCloseable {
    static {
        // The JDK's server sends head and body apart; with Nagle's algorithm each answer would wait 40 ms for an ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final int MAX_PAGE = 1000;
    private static final int MAX_DEPTH = 5000;
    private static final long HOUR = 3_600_000;

    private final SimulatedExchange exchange;
    private final Faults faults;
    private final WeightMeter weight;
    private final AtomicIntegerArray requests = new AtomicIntegerArray(Endpoint.values().length);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-exchange-rest");
        thread.setDaemon(true);
        return thread;
    });

    RestServer(SimulatedExchange exchange, Faults faults, int port, int weightLimit) throws IOException {
        this.exchange = exchange;
        this.faults = faults;
        this.weight = new WeightMeter(weightLimit);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int requests(Endpoint endpoint) {
        return requests.get(endpoint.ordinal());
    }

    int usedWeight() {
        return weight.used();
    }

    @Override
    public void close() {
        Arrays.stream(Endpoint.values()).forEach(faults::heal);
        server.stop(0);
        threads.shutdownNow();
    }

    /** What a request asks for that can't be given. */
    private static final class Refusal extends Exception {
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

    private void handle(HttpExchange http) throws IOException {
        try (http) {
            // Unless the (empty) request has been read, close() ends the connection with the exchange.
            http.getRequestBody().readAllBytes();
            String path = http.getRequestURI().getPath();
            Optional<Endpoint> endpoint = Arrays.stream(Endpoint.values())
                    .filter(e -> e.path().equals(path))
                    .findFirst();
            if (endpoint.isEmpty()) {
                send(http, 404, "<html>Not found</html>");
                return;
            }
            requests.incrementAndGet(endpoint.get().ordinal());
            answer(http, endpoint.get(), new Query(http.getRequestURI()));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange http, Endpoint endpoint, Query query) throws IOException, InterruptedException {
        List<Armed> armed = faults.next(endpoint);
        for (Armed one : armed) {
            if (one.fault instanceof Fault.Late late) {
                one.healed.await(late.by().toNanos(), TimeUnit.NANOSECONDS);
            } else if (one.fault instanceof Fault.Hang) {
                one.healed.await();
            }
        }
        int wait = weight.spend(weight(endpoint, query), exchange.now());
        http.getResponseHeaders().set("X-MBX-USED-WEIGHT-1M", "" + weight.used());
        if (wait > 0) {
            http.getResponseHeaders().set("Retry-After", "" + wait);
            send(http, 429, BinanceFormat.error(-1003, "Too much request weight used."));
            return;
        }
        for (Armed one : armed) {
            if (spoilt(http, one.fault)) {
                return;
            }
        }
        try {
            String body =
                    body(endpoint, query, armed.stream().map(one -> one.fault).toList());
            if (armed.stream().anyMatch(one -> one.fault instanceof Fault.CutShort)) {
                cutShort(http, body);
            } else {
                send(http, 200, body);
            }
        } catch (Refusal refusal) {
            send(http, refusal.status, refusal.body());
        }
    }

    private static int weight(Endpoint endpoint, Query query) {
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

    private static boolean spoilt(HttpExchange http, Fault fault) throws IOException {
        if (fault instanceof Fault.Status status) {
            if (status.retryAfterSeconds() != null) {
                http.getResponseHeaders().set("Retry-After", "" + status.retryAfterSeconds());
            }
            send(http, status.code(), BinanceFormat.error(-1000, "An unknown error occurred."));
            return true;
        }
        if (fault instanceof Fault.Body body) {
            send(http, 200, body.text());
            return true;
        }
        if (fault instanceof Fault.Oversize oversize) {
            http.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(8192).getBytes(StandardCharsets.US_ASCII);
            try (OutputStream out = http.getResponseBody()) {
                for (int sent = 0; sent < oversize.bytes(); sent += blanks.length) {
                    out.write(blanks, 0, Math.min(blanks.length, oversize.bytes() - sent));
                }
            }
            return true;
        }
        return false;
    }

    private static void cutShort(HttpExchange http, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        http.sendResponseHeaders(200, bytes.length);
        http.getResponseBody().write(bytes, 0, bytes.length / 2);
        http.getResponseBody().flush();
    }

    private static void send(HttpExchange http, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    private String body(Endpoint endpoint, Query query, List<Fault> faults) throws Refusal {
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

    private static List<io.reanchor.market.Kline> klines(SimulatedMarket market, Query query) throws Refusal {
        Duration size = switch (String.valueOf(query.text("interval"))) {
            case "1s" -> Duration.ofSeconds(1);
            case "1m" -> Duration.ofMinutes(1);
            default -> throw new Refusal(400, -1120, "Invalid interval.");
        };
        int limit = query.limit(500, MAX_PAGE);
        long now = market.now().toEpochMilli();
        long end = query.number("endTime", now);
        long start = query.number("startTime", Math.max(0, Math.min(end, now) - size.toMillis() * (limit - 1)));
        return market.klines(size, Math.max(start, now - 1000 * HOUR), end, limit);
    }

    /** A request's parameters. */
    private static final class Query {
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
