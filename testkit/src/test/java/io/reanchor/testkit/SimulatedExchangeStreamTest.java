package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.SequenceRule.Verdict;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedExchangeStreamTest {
    private static final Duration UPDATE = Duration.ofMillis(100);
    private final SyntheticMarket market =
            new SyntheticMarket(11, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2026-01-01T00:00:00Z"));
    private SimulatedExchange exchange;

    @BeforeEach
    void start() throws Exception {
        exchange = SimulatedExchange.start(market);
        market.step(Duration.ofMillis(1_050));
    }

    @AfterEach
    void stop() {
        exchange.close();
    }

    private Subscriber subscribe(String resource) throws InterruptedException {
        int before = exchange.streamConnections();
        Subscriber subscriber = new Subscriber(exchange.streamUri(), resource);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (exchange.streamConnections() == before && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        return subscriber;
    }

    private OrderBook snapshot() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(exchange.restUri() + "/api/v3/depth?symbol=BTCUSDT&limit=5000"))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        JsonNode json = new ObjectMapper().readTree(body);
        return OrderBook.of(new DepthSnapshot(
                json.get("lastUpdateId").asLong(), levels(json.get("bids")), levels(json.get("asks"))));
    }

    private static PriceLevels levels(JsonNode side) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        side.forEach(level -> levels.add(
                PackedDecimal.parse(level.get(0).asText()),
                PackedDecimal.parse(level.get(1).asText())));
        return levels.build();
    }

    private static DepthUpdate update(JsonNode json) {
        return new DepthUpdate(
                json.get("U").asLong(),
                json.get("u").asLong(),
                json.get("E").asLong(),
                levels(json.get("b")),
                levels(json.get("a")));
    }

    @Test
    void snapshotAndStreamMakeTheTrueBook() throws Exception {
        try (Subscriber subscriber = subscribe("/stream?streams=btcusdt@depth@100ms/btcusdt@trade")) {
            OrderBook book = snapshot();
            market.step(Duration.ofSeconds(30));
            int applied = 0;
            int trades = 0;
            while (book.lastUpdateId() < market.updateId() - 200) {
                JsonNode event = subscriber.next();
                if (event.get("stream").asText().equals("btcusdt@trade")) {
                    trades++;
                    continue;
                }
                assertThat(book.apply(update(event.get("data")))).isEqualTo(Verdict.APPLY);
                assertThat(book.digest())
                        .isEqualTo(market.trueBook(book.lastUpdateId()).digest());
                applied++;
            }
            assertThat(applied).isGreaterThan(200);
            assertThat(trades).isGreaterThan(100);
        }
    }

    @Test
    void tickersTellTheTrueBestPrices() throws Exception {
        try (Subscriber subscriber = subscribe("/ws/btcusdt@bookTicker")) {
            market.step(Duration.ofSeconds(2));
            for (int i = 0; i < 20; i++) {
                JsonNode ticker = subscriber.next();
                OrderBook truth = market.trueBook(ticker.get("u").asLong());
                assertThat(new BigDecimal(ticker.get("b").asText()))
                        .isEqualByComparingTo(truth.bids().level(0).price());
                assertThat(new BigDecimal(ticker.get("A").asText()))
                        .isEqualByComparingTo(truth.asks().level(0).quantity());
            }
        }
    }

    @Test
    void droppedUpdatesAreAGap() throws Exception {
        try (Subscriber subscriber = subscribe("/ws/btcusdt@depth@100ms")) {
            OrderBook book = snapshot();
            market.step(UPDATE);
            assertThat(book.apply(update(subscriber.next()))).isEqualTo(Verdict.APPLY);
            exchange.dropDepth("BTCUSDT", 2);
            market.step(UPDATE.multipliedBy(3));
            assertThat(book.apply(update(subscriber.next()))).isEqualTo(Verdict.GAP);
        }
    }

    @Test
    void disconnectsEverybodyAndTakesThemBack() throws Exception {
        try (Subscriber one = subscribe("/ws/btcusdt@trade");
                Subscriber other = subscribe("/ws/btcusdt@depth@100ms")) {
            exchange.disconnectAll();
            assertThat(one.ended.get(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(other.ended.get(10, TimeUnit.SECONDS)).isNotNull();
        }
        try (Subscriber again = subscribe("/ws/btcusdt@depth@100ms")) {
            market.step(UPDATE);
            assertThat(again.next().get("e").asText()).isEqualTo("depthUpdate");
        }
    }

    @Test
    void isToldOfGapsFromOutside() throws Exception {
        try (Subscriber subscriber = subscribe("/ws/btcusdt@depth@100ms")) {
            OrderBook book = snapshot();
            assertThat(control("gap?symbol=BTCUSDT&ms=100")).isEqualTo(200);
            JsonNode next = null;
            for (int i = 0; i < 10_000 && next == null; i++) {
                market.step(UPDATE); // until the gap is over by our clock, which isn't the market's
                next = subscriber.events.poll(1, TimeUnit.MILLISECONDS);
            }
            assertThat(book.apply(update(Objects.requireNonNull(next)))).isEqualTo(Verdict.GAP);
        }
    }

    @Test
    void isToldOfDisconnectsFromOutside() throws Exception {
        try (Subscriber subscriber = subscribe("/ws/btcusdt@trade")) {
            assertThat(control("disconnect?ms=3600000")).isEqualTo(200);
            assertThat(subscriber.ended.get(10, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(brings("/ws/btcusdt@depth@100ms")).isFalse();
        assertThat(control("disconnect?ms=0")).isEqualTo(200);
        for (int i = 0; !brings("/ws/btcusdt@depth@100ms"); i++) {
            assertThat(i).as("streams are refused for good").isLessThan(1_000);
        }
    }

    /** Whether a new subscription brings events: a refused one is cut in its handshake, or right after it. */
    private boolean brings(String resource) throws InterruptedException {
        try (Subscriber subscriber = new Subscriber(exchange.streamUri(), resource)) {
            for (int i = 0; i < 10_000 && !subscriber.ended.isDone(); i++) {
                market.step(UPDATE);
                if (subscriber.events.poll(1, TimeUnit.MILLISECONDS) != null) {
                    return true;
                }
            }
            return false;
        } catch (CompletionException cutInItsHandshake) {
            return false;
        }
    }

    @Test
    void anotherCommandIsRefusedWithAReason() throws Exception {
        assertThat(control("gap?symbol=ETHUSDT&ms=1")).isEqualTo(400);
        assertThat(control("gap?symbol=BTCUSDT")).isEqualTo(400);
        assertThat(control("explode?ms=1")).isEqualTo(400);
    }

    private int control(String command) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(exchange.restUri() + "/control/" + command))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void anUnknownStreamIsRefusedWithAReason() throws Exception {
        for (String resource : List.of("/ws/ethusdt@trade", "/ws/btcusdt@nothing", "/nowhere")) {
            try (Subscriber subscriber = new Subscriber(exchange.streamUri(), resource)) {
                assertThat(subscriber.ended.get(10, TimeUnit.SECONDS)).contains("1008", "/stream?streams=");
            }
        }
    }

    @Test
    void goesLiveWithRealTime() throws Exception {
        try (Subscriber subscriber = subscribe("/ws/btcusdt@depth@100ms")) {
            exchange.goLive(20);
            for (int i = 0; i < 10; i++) {
                subscriber.next();
            }
            assertThat(market.now()).isAfter(Instant.parse("2026-01-01T00:00:02Z"));
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        URI rest = exchange.restUri();
        URI streams = exchange.streamUri();
        exchange.close();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(rest + "/api/v3/time")).build();
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> new Subscriber(streams, "/ws/btcusdt@trade").close())
                .isInstanceOf(CompletionException.class);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!threadsOfTheExchange().isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        assertThat(threadsOfTheExchange()).isEmpty();
    }

    private static List<String> threadsOfTheExchange() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.matches("(simulated-exchange|WebSocketSelector|WebSocketWorker|HTTP-Dispatcher).*"))
                .toList();
    }
}
