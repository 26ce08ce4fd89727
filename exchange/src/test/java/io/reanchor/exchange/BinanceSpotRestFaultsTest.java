package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which the exchange fails has its type, its advice, and a message that an operator can act on. */
class BinanceSpotRestFaultsTest {
    private static final int MAX_BODY = 100_000;

    private final WeightBudget budget = new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC());
    private SimulatedExchange exchange;
    private BinanceSpotRest source;

    @BeforeEach
    void start() throws Exception {
        exchange = SimulatedExchange.start(
                new SyntheticMarket(22, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2026-01-01T00:00:00Z")));
        source = source(exchange.restUri(), Duration.ofSeconds(5));
    }

    private BinanceSpotRest source(URI base, Duration timeout) {
        return new BinanceSpotRest("simulated", base, timeout, budget, MAX_BODY);
    }

    @AfterEach
    void stop() {
        exchange.close();
    }

    private static MarketDataException failure(ThrowingCallable call) {
        return catchThrowableOfType(MarketDataException.class, call);
    }

    private MarketDataException depthFailure() {
        return failure(() -> source.depth("BTCUSDT", 100));
    }

    @ParameterizedTest
    @CsvSource({"429, 7, rate limited", "418, 120, banned"})
    void obeysRetryAfter(int status, int seconds, String word) {
        exchange.inject(Endpoint.DEPTH, new Fault.Status(status, seconds));
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.RATE_LIMITED);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(failure)
                .hasMessage(
                        "simulated BTCUSDT /api/v3/depth: expected HTTP 200, got HTTP %d (%s); trying again helps in "
                                        .formatted(status, word)
                                + seconds + " s, sooner earns a ban; look who else uses this address");

        exchange.heal();
        MarketDataException closed = depthFailure();
        assertThat(closed.type()).isEqualTo(Type.RATE_LIMITED);
        assertThat(closed.retryAfter()).isBetween(Duration.ofSeconds(seconds - 5), Duration.ofSeconds(seconds));
        assertThat(exchange.requests(Endpoint.DEPTH)).as("asked again too soon").isOne();
    }

    @ParameterizedTest
    @CsvSource({"429, 60", "418, 120"})
    void waitsAWindowWhenThereIsNoRetryAfter(int status, int seconds) {
        exchange.inject(Endpoint.DEPTH, new Fault.Status(status, null));
        assertThat(depthFailure().retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void aServersOwnFailurePasses(int status) {
        exchange.inject(Endpoint.DEPTH, new Fault.Status(status, null));
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure)
                .hasMessageContaining("simulated BTCUSDT /api/v3/depth: expected HTTP 200, got HTTP " + status)
                .hasMessageContaining("status page");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 403, 404})
    void aRefusalLasts(int status) {
        exchange.inject(Endpoint.DEPTH, new Fault.Status(status, null));
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessageContaining("HTTP " + status + " code -1000 \"An unknown error occurred.\"")
                .hasMessageContaining("trying again doesn't help");
    }

    @Test
    void nobodyThereIsUnavailable() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        BinanceSpotRest nowhere = source(URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(5));
        MarketDataException failure = failure(nowhere::serverTime);
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure)
                .hasMessageContaining("simulated - /api/v3/time: expected an answer from http://127.0.0.1:" + port)
                .hasMessageContaining("ConnectException");
    }

    @Test
    void anAnswerThatDoesntComeInTimeIsUnavailable() {
        exchange.inject(Endpoint.DEPTH, new Fault.Hang());
        BinanceSpotRest hasty = source(exchange.restUri(), Duration.ofMillis(200));
        MarketDataException failure = failure(() -> hasty.depth("BTCUSDT", 100));
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageContaining("expected an answer within 200 ms, got none");
    }

    @Test
    void aBodyThatDoesntEndInTimeIsUnavailable() throws Exception {
        try (ServerSocket slow = new ServerSocket(0)) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
                try (var client = slow.accept()) {
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes());
                    while (client.getInputStream().read() >= 0) {
                        // Until the client hangs up.
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            BinanceSpotRest hasty =
                    source(URI.create("http://127.0.0.1:" + slow.getLocalPort()), Duration.ofMillis(300));
            MarketDataException failure = failure(hasty::serverTime);
            assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
            assertThat(failure).hasMessageContaining("expected an answer within 300 ms, got none");
            server.handle((done, reset) -> null).get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aLateAnswerIsStillAnAnswer() throws Exception {
        exchange.inject(Endpoint.DEPTH, new Fault.Late(Duration.ofMillis(100)));
        assertThat(source.depth("BTCUSDT", 100).bids().size()).isEqualTo(100);
    }

    @Test
    void anAnswerCutShortIsUnavailable() {
        exchange.inject(Endpoint.DEPTH, new Fault.CutShort());
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
    }

    @Test
    void anInterruptEndsTheCallAtOnce() throws Exception {
        exchange.inject(Endpoint.DEPTH, new Fault.Hang());
        BinanceSpotRest patient = source(exchange.restUri(), Duration.ofMinutes(10));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                ended.complete(new AssertionError("answered: " + patient.depth("BTCUSDT", 100)));
            } catch (InterruptedException | RuntimeException e) {
                ended.complete(e);
            }
        });
        caller.start();
        while (exchange.requests(Endpoint.DEPTH) == 0) {
            Thread.sleep(1);
        }
        caller.interrupt();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aBodyAboveTheLimitIsRefusedBeforeItIsAllRead() {
        exchange.inject(Endpoint.DEPTH, new Fault.Oversize(Integer.MAX_VALUE));
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.MALFORMED_REPLY);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessageContaining(
                        "simulated BTCUSDT /api/v3/depth: expected a body of at most 100000 bytes, got more");
    }

    @Test
    void theLimitIsExact() {
        exchange.inject(Endpoint.DEPTH, new Fault.Oversize(MAX_BODY), 1);
        assertThat(depthFailure()).hasMessageContaining("expected a JSON object, got nothing");
        exchange.inject(Endpoint.DEPTH, new Fault.Oversize(MAX_BODY + 1), 1);
        assertThat(depthFailure()).hasMessageContaining("at most 100000 bytes");
    }

    @Test
    void anUnknownSymbolIsNotTriedAgain() {
        MarketDataException failure = failure(() -> source.depth("NOSUCH", 100));
        assertThat(failure.type()).isEqualTo(Type.UNKNOWN_SYMBOL);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessage(
                        "simulated NOSUCH /api/v3/depth: expected a symbol that the source knows, got HTTP 400 code "
                                + "-1121 \"Invalid symbol.\"; trying again doesn't help: the symbol is delisted, misspelt, or not "
                                + "carried here");
    }

    @Test
    void aDelistedSymbolIsUnknown() {
        exchange.delist("BTCUSDT");
        assertThat(failure(() -> source.symbol("BTCUSDT")).type()).isEqualTo(Type.UNKNOWN_SYMBOL);
        exchange.inject(Endpoint.EXCHANGE_INFO, new Fault.Body("{\"symbols\":[]}"));
        MarketDataException unlisted = failure(() -> source.symbol("BTCUSDT"));
        assertThat(unlisted.type()).isEqualTo(Type.UNKNOWN_SYMBOL);
        assertThat(unlisted).hasMessageContaining("got a list without it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HALT", "BREAK", "CANCEL_ONLY"})
    void aSymbolThatIsntTradingIsNamed(String status) {
        exchange.symbolStatus("BTCUSDT", status);
        MarketDataException failure = failure(() -> source.symbol("BTCUSDT"));
        assertThat(failure.type()).isEqualTo(Type.NOT_TRADING);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessage("simulated BTCUSDT /api/v3/exchangeInfo: expected status TRADING, got \"" + status
                        + "\"; trying again helps only after trading is back: report the gap again then");
    }

    @Test
    void anEmptyBudgetIsRateLimitedWithoutARequest() {
        budget.observed(5998);
        MarketDataException failure = depthFailure();
        assertThat(failure.type()).isEqualTo(Type.RATE_LIMITED);
        assertThat(failure.retryAfter()).isBetween(Duration.ofNanos(1), Duration.ofMinutes(1));
        assertThat(failure).hasMessageContaining("expected a weight of 5 to be left at 127.0.0.1, got 2");
        assertThat(exchange.requests(Endpoint.DEPTH)).isZero();
    }

    @Test
    void learnsFromTheExchangeWhatOthersUsed() throws Exception {
        BinanceSpotRest other = new BinanceSpotRest(
                "other",
                exchange.restUri(),
                Duration.ofSeconds(5),
                new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC()),
                MAX_BODY * 10);
        for (int i = 0; i < 20; i++) {
            other.depth("BTCUSDT", 5000);
        }
        source.serverTime();
        assertThat(budget.available()).isEqualTo(6000 - 20 * 250 - 1);
    }
}
