package io.reanchor.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reanchor.testkit.Faults.Armed;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** The REST half of the simulated exchange. */
final class RestServer implements AutoCloseable {
    static {
        // The JDK's server sends head and body apart; with Nagle's algorithm each answer would wait 40 ms for an ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final SimulatedExchange exchange;
    private final RestAnswers answers;
    private final Faults faults;
    private final WeightMeter weight;
    private final AtomicIntegerArray requests = new AtomicIntegerArray(Endpoint.values().length);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-exchange-rest");
        thread.setDaemon(true);
        return thread;
    });

    RestServer(
            SimulatedExchange exchange,
            ExchangeControl control,
            Faults faults,
            InetSocketAddress address,
            WeightMeter weight)
            throws IOException {
        this.exchange = exchange;
        this.answers = new RestAnswers(exchange);
        this.faults = faults;
        this.weight = weight;
        this.server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.createContext("/control/", http -> control(http, control));
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int requests(Endpoint endpoint) {
        return requests.get(endpoint.ordinal());
    }

    WeightMeter weight() {
        return weight;
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
            answer(http, endpoint.get(), new RestAnswers.Query(http.getRequestURI()));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void control(HttpExchange http, ExchangeControl control) throws IOException {
        try (http) {
            http.getRequestBody().readAllBytes();
            String command = http.getRequestURI().getPath().substring("/control/".length());
            try {
                if (!http.getRequestMethod().equals("POST")) {
                    throw new IllegalArgumentException("expected POST");
                }
                send(http, 200, control.run(command, new RestAnswers.Query(http.getRequestURI())));
            } catch (IllegalArgumentException e) {
                send(http, 400, BinanceFormat.error(-1100, String.valueOf(e.getMessage())));
            }
        }
    }

    private void answer(HttpExchange http, Endpoint endpoint, RestAnswers.Query query)
            throws IOException, InterruptedException {
        List<Armed> armed = faults.next(endpoint);
        for (Armed one : armed) {
            if (one.fault instanceof Fault.Late late) {
                one.healed.await(late.by().toNanos(), TimeUnit.NANOSECONDS);
            } else if (one.fault instanceof Fault.Hang) {
                one.healed.await();
            }
        }
        int wait = weight.spend(RestAnswers.weight(endpoint, query), exchange.now());
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
            String body = answers.body(
                    endpoint, query, armed.stream().map(one -> one.fault).toList());
            if (armed.stream().anyMatch(one -> one.fault instanceof Fault.CutShort)) {
                cutShort(http, body);
            } else {
                send(http, 200, body);
            }
        } catch (RestAnswers.Refusal refusal) {
            send(http, refusal.status, refusal.body());
        }
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
}
