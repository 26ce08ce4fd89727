package io.reanchor.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reanchor.exchange.MarketDataException.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that means ill in what stands around the body: headers, encodings, the pace. */
class HostileServerTest {
    private static final String TIME = "{\"serverTime\":1723161255342}";

    private final WeightBudget budget = new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private BinanceSpotRest source;

    /** Answers one request. */
    private interface Answer {
        void to(HttpExchange http) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        source = source(Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private BinanceSpotRest source(Duration timeout) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new BinanceSpotRest("hostile", uri, timeout, budget, 1 << 20);
    }

    private void answer(Answer answer) {
        server.createContext("/", http -> {
            try (http) {
                answer.to(http);
            }
        });
    }

    private void answer(int status, String header, String value, byte[] body) {
        answer(http -> {
            http.getResponseHeaders().set(header, value);
            http.sendResponseHeaders(status, body.length);
            http.getResponseBody().write(body);
        });
    }

    private MarketDataException failure() {
        MarketDataException failure = catchThrowableOfType(MarketDataException.class, () -> source.serverTime());
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).hasSizeLessThan(600).doesNotContainPattern("\\p{Cntrl}");
        return failure;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "-5", "1e9", "NaN", "0x10", "99999999999999999999", "1, 2"})
    void aWeightThatIsNoneTellsNothing(String weight) throws Exception {
        answer(200, "X-MBX-USED-WEIGHT-1M", weight, TIME.getBytes(UTF_8));
        assertThat(source.serverTime()).hasToString("2024-08-08T23:54:15.342Z");
        assertThat(budget.available()).isEqualTo(5999);
    }

    /** Whoever claims that all is used up holds us up for no longer than the exchange's own minute. */
    @Test
    void anAbsurdWeightUsesUpThisMinute() throws Exception {
        answer(200, "X-MBX-USED-WEIGHT-1M", "999999999", TIME.getBytes(UTF_8));
        source.serverTime();
        MarketDataException failure = failure();
        assertThat(failure.type()).isEqualTo(Type.RATE_LIMITED);
        assertThat(failure.retryAfter()).isBetween(Duration.ofNanos(1), Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 60",
        "soon, 60",
        "-1, 60",
        "1.5, 60",
        "0, 1",
        "999999999, 259200",
        "99999999999999999999, 60",
        "'Fri, 09 Aug 2024 00:00:55 GMT', 60"
    })
    void absurdAdviceIsHeldToWhatCanBe(String retryAfter, long seconds) {
        answer(429, "Retry-After", retryAfter, new byte[0]);
        assertThat(failure().retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aRedirectIsNotFollowed() {
        answer(302, "Location", "http://169.254.169.254/latest/meta-data/", new byte[0]);
        assertThat(failure())
                .hasMessageContaining("HTTP 302")
                .extracting("retryable")
                .isEqualTo(false);
    }

    /** Nothing compressed is asked for, so nothing is inflated: a bomb stays as small as it came. */
    @Test
    void aBodyThatWasCompressedUnaskedIsNoJson() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[100 << 20]);
        }
        answer(200, "Content-Encoding", "gzip", bomb.toByteArray());
        assertThat(failure().type()).isEqualTo(Type.MALFORMED_REPLY);
    }

    @Test
    void anErrorPageIsShownAsOneShortLine() {
        String page = "<html>\r\n2026-01-01 INFO all is well\u0085\u202e\u009b31m" + "x".repeat(1_000_000);
        answer(403, "Content-Type", "text/html", page.getBytes(UTF_8));
        assertThat(failure()).hasMessageContaining("<html> 2026-01-01 INFO all is well 31mxxx");
        server.removeContext("/");
        answer(400, "Content-Type", "text/html", ("{\"code\":-1,\"msg\":\"a\\n\\u202eb\"}").getBytes(UTF_8));
        assertThat(failure()).hasMessageContaining("code -1 \"a b\"");
        server.removeContext("/");
        answer(400, "Content-Type", "text/html", ("{\"code\":" + "9".repeat(100_000) + "}").getBytes(UTF_8));
        assertThat(failure().type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
    }

    /** A byte now and then keeps every time-out waiting that begins anew with each. */
    @Test
    void aBodyThatDripsEndsWithTheTimeout() {
        answer(http -> {
            http.sendResponseHeaders(200, 0);
            try (OutputStream body = http.getResponseBody()) {
                while (true) { // until the client hangs up
                    body.write(' ');
                    body.flush();
                    Thread.sleep(10);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        source = source(Duration.ofMillis(300));
        assertThat(failure()).hasMessageContaining("expected an answer within 300 ms, got none");
    }
}
