package io.reanchor.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeStreamTest {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private SimulatedExchange exchange;
    private ExchangeStream stream;

    @BeforeEach
    void start() throws Exception {
        exchange = SimulatedExchange.start(
                new SyntheticMarket(3, "BTCUSDT", new BigDecimal("61800"), Instant.parse("2026-01-01T00:00:00Z")),
                new SyntheticMarket(4, "ETHUSDT", new BigDecimal("3100"), Instant.parse("2026-01-01T00:00:00Z")));
        exchange.goLive(1);
        stream = new ExchangeStream(exchange.streamUri(), List.of("BTCUSDT", "ETHUSDT"), new ExchangeStream.Listener() {
            @Override
            public void connected() {
                heard.add("connected");
            }

            @Override
            public void message(byte[] json) {
                heard.add(new String(json, StandardCharsets.UTF_8));
            }

            @Override
            public void disconnected(String why) {
                heard.add("disconnected");
            }
        });
        stream.start();
    }

    @AfterEach
    void stop() {
        stream.close();
        exchange.close();
    }

    /** Passes over what else is heard. */
    private void await(String part) throws InterruptedException {
        String next;
        do {
            next = heard.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("waiting for " + part).isNotNull();
        } while (!next.contains(part));
    }

    @Test
    void bringsEachSymbolsUpdatesAndTrades() throws Exception {
        await("connected");
        await("btcusdt@depth@100ms");
        await("ethusdt@depth@100ms");
        await("btcusdt@trade");
    }

    @Test
    void connectsAgainWhenItIsCut() throws Exception {
        await("depthUpdate");
        exchange.disconnectAll();
        await("disconnected");
        await("connected");
        await("depthUpdate");
    }

    @Test
    void goesOnTryingWhileItIsRefused() throws Exception {
        await("depthUpdate");
        exchange.refuseStreams(true);
        exchange.disconnectAll();
        await("disconnected");
        await("disconnected");
        await("disconnected");
        exchange.refuseStreams(false);
        await("depthUpdate");
    }

    @Test
    void isSilentOnceItIsClosed() throws Exception {
        await("depthUpdate");
        stream.close();
        heard.clear();
        exchange.disconnectAll();

        assertThat(exchange.streamConnections()).isZero();
        assertThat(heard).isEmpty();
    }
}
