package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.Ids;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies that can't be read end as {@code MalformedReply} with what was expected and what came, and as nothing else. */
class HostileReplyTest {
    private static SimulatedExchange exchange;
    private static BinanceSpotRest source;

    @BeforeAll
    static void start() throws Exception {
        SyntheticMarket market =
                new SyntheticMarket(23, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2026-01-01T00:00:00Z"));
        exchange = SimulatedExchange.start(List.of(market), 0, 0, 1_000_000);
        source = new BinanceSpotRest(
                "simulated",
                exchange.restUri(),
                Duration.ofSeconds(5),
                new WeightBudget(1_000_000, Duration.ofMinutes(1), Clock.systemUTC()),
                1_000_000);
    }

    @AfterEach
    void heal() {
        exchange.heal();
    }

    @AfterAll
    static void stop() {
        exchange.close();
    }

    private static MarketDataException failure(Endpoint endpoint, String body, ThrowingCallable call) {
        exchange.inject(endpoint, new Fault.Body(body), 1);
        MarketDataException failure = catchThrowableOfType(MarketDataException.class, call);
        assertThat(failure).as(body).isNotNull();
        assertThat(failure.type()).isEqualTo(Type.MALFORMED_REPLY);
        return failure;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                    | expected a JSON object, got nothing         | true",
                "<html>Bad gateway</html>                              | expected JSON, got \"<html>Bad gateway</html>\" | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\",\"              | expected JSON                                | true",
                "{} {}                                                 | expected JSON                                | true",
                "{\"lastUpdateId\":1,\"lastUpdateId\":2}               | expected JSON                                | true",
                "[]                                                    | expected a JSON object, got \"[]\"           | true",
                "null                                                  | expected a JSON object                       | true",
                "{}                                                    | expected lastUpdateId to be a whole number   | true",
                "{\"lastUpdateId\":\"1\",\"bids\":[],\"asks\":[]}      | expected lastUpdateId to be a whole number   | true",
                "{\"lastUpdateId\":-1,\"bids\":[],\"asks\":[]}         | expected lastUpdateId to be a whole number   | true",
                "{\"lastUpdateId\":1.5,\"bids\":[],\"asks\":[]}        | expected lastUpdateId to be a whole number   | true",
                "{\"lastUpdateId\":9223372036854775808,\"bids\":[]}    | expected lastUpdateId to be a whole number   | true",
                "{\"lastUpdateId\":1,\"bids\":{},\"asks\":[]}          | expected bids to be a JSON array             | true",
                "{\"lastUpdateId\":1,\"bids\":[1],\"asks\":[]}         | a level of bids to be [price, quantity]      | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\"]],\"asks\":[]}   | a level of bids to be [price, quantity]      | true",
                "{\"lastUpdateId\":1,\"bids\":[[1,2]],\"asks\":[]}     | bids price to be a decimal as text           | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"NaN\",\"1\"]]}       | bids price to be a decimal as text           | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1e5\",\"1\"]]}       | bids price to be a decimal as text           | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"-1\",\"1\"]]}        | bids price to be a decimal as text           | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"0.0\",\"1\"]]}       | bids price to be above 0                     | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\",\"0.0\"]]}       | bids quantity to be above 0                  | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\",\"1\"],[\"2\",\"1\"]]} | bids with falling prices, none twice, got 2 after 1 | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\",\"1\"],[\"1.0\",\"1\"]]} | bids with falling prices, none twice, got 1 after 1 | true",
                "{\"lastUpdateId\":1,\"bids\":[],\"asks\":[[\"2\",\"1\"],[\"1\",\"1\"]]} | asks with rising prices, none twice, got 1 after 2 | true",
                "{\"lastUpdateId\":1,\"bids\":[[\"1.12345678901234567\",\"1\"]]} | bids price of at most 17 digits | false",
                "{\"lastUpdateId\":1,\"bids\":[[\"3\",\"1\"],[\"2\",\"1\"],[\"1\",\"1\"]]} | bids to have at most 2 elements, got 3 | false",
            })
    void depth(String body, String message, boolean retryable) {
        MarketDataException failure = failure(Endpoint.DEPTH, body, () -> source.depth("BTCUSDT", 2));
        assertThat(failure).hasMessageStartingWith("simulated BTCUSDT /api/v3/depth: expected ");
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.retryable()).isEqualTo(retryable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":-1,\"p\":\"1\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1,\"m\":true} | aggregate id a to be a whole number",
                "{\"a\":1,\"p\":\"0\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1,\"m\":true}  | price p to be above 0",
                "{\"a\":1,\"p\":\"1\",\"q\":1,\"f\":1,\"l\":1,\"T\":1,\"m\":true}      | quantity q to be a decimal as text",
                "{\"a\":1,\"p\":\"1\",\"q\":\"1\",\"f\":2,\"l\":1,\"T\":1,\"m\":true}  | first trade id f not past last trade id l",
                "{\"a\":1,\"p\":\"1\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1723161255342000,\"m\":true} | time T to be epoch milliseconds",
                "{\"a\":1,\"p\":\"1\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1,\"m\":\"true\"} | buyer is maker m to be true or false",
                "7                                                                     | first trade id f to be a whole number",
            })
    void aggTrades(String trade, String message) {
        MarketDataException failure =
                failure(Endpoint.AGG_TRADES, "[" + trade + "]", () -> source.aggTrades("BTCUSDT", 1, 10));
        assertThat(failure).hasMessageStartingWith("simulated BTCUSDT /api/v3/aggTrades: expected ");
        assertThat(failure).hasMessageContaining(message);
    }

    @Test
    void aggTradesOutOfOrder() {
        String trade = "{\"a\":%d,\"p\":\"1\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":1,\"m\":true}";
        String body = "[" + trade.formatted(2) + "," + trade.formatted(1) + "]";
        assertThat(failure(Endpoint.AGG_TRADES, body, () -> source.aggTrades("BTCUSDT", 1, 10)))
                .hasMessageContaining("aggregate ids to rise, after 2, got \"1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"code\":0}                                       | the reply to be a JSON array",
                "[[1,\"1\"]]                                        | a kline to be an array of at least 11 elements",
                "[[1,\"x\",\"1\",\"1\",\"1\",\"1\",2,\"1\",1,\"1\",\"1\",\"0\"]] | open to be a decimal as text",
            })
    void klines(String body, String message) {
        Instant now = Instant.EPOCH;
        assertThat(failure(Endpoint.KLINES, body, () -> source.klines("BTCUSDT", "1s", now, now, 10)))
                .hasMessageContaining(message);
    }

    @Test
    void nestingAndLongTextsHaveLimits() {
        MarketDataException deep = failure(Endpoint.DEPTH, "[".repeat(100_000), () -> source.depth("BTCUSDT", 100));
        assertThat(deep).hasMessageContaining("expected JSON within the limits");
        assertThat(deep.retryable()).isFalse();
        String text = "{\"lastUpdateId\":\"" + "x".repeat(100_000) + "\"}";
        assertThat(failure(Endpoint.DEPTH, text, () -> source.depth("BTCUSDT", 100))
                        .getMessage())
                .hasSizeLessThan(600);
        String number = "{\"lastUpdateId\":" + "9".repeat(100_000) + "}";
        assertThat(failure(Endpoint.DEPTH, number, () -> source.depth("BTCUSDT", 100))
                        .getMessage())
                .hasSizeLessThan(600);
    }

    /** Four mebibytes of empty nodes are a hundred on the heap. */
    @Test
    void aFloodOfEmptyNodesIsRefused() {
        String flood = "{\"bids\":[" + "[],".repeat(300_000) + "[]]}";
        MarketDataException failure = failure(Endpoint.DEPTH, flood, () -> source.depth("BTCUSDT", 5000));
        assertThat(failure)
                .hasMessageContaining("expected JSON within the limits")
                .hasMessageContaining("500000");
        assertThat(failure.retryable()).isFalse();
    }

    /** Scripts of writers compare ids as Lua's numbers. */
    @Test
    void anIdThatLuaDoesntCountExactlyIsRefused() throws Exception {
        String body = "{\"lastUpdateId\":%d,\"bids\":[],\"asks\":[]}";
        exchange.inject(Endpoint.DEPTH, new Fault.Body(body.formatted(Ids.MAX)), 1);
        assertThat(source.depth("BTCUSDT", 5).lastUpdateId()).isEqualTo(9_007_199_254_740_991L);
        assertThat(failure(Endpoint.DEPTH, body.formatted(Ids.MAX + 1), () -> source.depth("BTCUSDT", 5)))
                .hasMessageContaining("from 0 to 9007199254740991, got \"9007199254740992\"");
    }

    /** A stack trace shows the messages of all causes. */
    @Test
    void noCauseShowsMore() {
        for (String body : List.of(
                "{\"a\\nb\u202e\":1,\"a\\nb\u202e\":2}",
                "x\u009b31m",
                "{\"lastUpdateId\":1,\"bids\":[[\"1\\n\",1]]}")) {
            for (Throwable e = failure(Endpoint.DEPTH, body, () -> source.depth("BTCUSDT", 5));
                    e != null;
                    e = e.getCause()) {
                assertThat(String.valueOf(e.getMessage())).doesNotContainPattern("\\p{C}");
            }
        }
    }

    @Test
    void garbageIsShownOnOneLine() {
        assertThat(failure(Endpoint.DEPTH, "a\r\nb\u001b[31m\tc", () -> source.depth("BTCUSDT", 100)))
                .hasMessageContaining("got \"a b [31m c\"");
    }

    @Test
    void aRealReplyWithOneByteChangedIsReadOrRefusedNeverAnythingElse() throws Exception {
        Random random = new Random(5);
        URI depth = URI.create(exchange.restUri() + "/api/v3/depth?symbol=BTCUSDT&limit=5");
        String good = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(depth).build(), BodyHandlers.ofString())
                .body();
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            StringBuilder body = new StringBuilder(good);
            body.setCharAt(random.nextInt(body.length()), (char) (32 + random.nextInt(95)));
            exchange.inject(Endpoint.DEPTH, new Fault.Body(body.toString()), 1);
            try {
                assertThat(source.depth("BTCUSDT", 5).lastUpdateId()).isPositive();
            } catch (MarketDataException failure) {
                assertThat(failure.type()).isEqualTo(Type.MALFORMED_REPLY);
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 299);
    }
}
