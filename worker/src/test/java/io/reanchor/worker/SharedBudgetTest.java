package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;

/** What one host allows is spent by all sources at it together. */
class SharedBudgetTest {
    private static final int SOURCES = 6;
    private static final int DEPTH_WEIGHT = 50;

    @Test
    void sourcesAtOneHostShareItsBudget() throws Exception {
        try (SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                21, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2024-08-08T12:00:00Z")))) {
            ReanchorProperties settings = settings(exchange.restUri().toString());
            MarketDataSources sources = new RecoveryWiring().marketDataSources(settings, HostBudgets.of(settings));

            int served = 0;
            for (int i = 0; i < SOURCES; i++) {
                try {
                    sources.ask(source -> source.depth("BTCUSDT", 1000));
                    served++;
                } catch (MarketDataException e) {
                    assertThat(e.type()).isEqualTo(MarketDataException.Type.RATE_LIMITED);
                }
            }

            // One a minute; the minute may turn meanwhile.
            assertThat(served).isBetween(1, 2);
            assertThat(exchange.requests(Endpoint.DEPTH)).isEqualTo(served);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.binance.com, https://API.binance.com:443/path, true",
        "http://host, http://host:80, true",
        "http://host, https://host, false",
        "http://host:8082, http://host:8083, false",
        "http://one, http://two, false",
    })
    void aHostIsItsNameAndPort(String one, String other, boolean same) {
        assertThat(new ReanchorProperties.Source("one", one)
                        .host()
                        .equals(new ReanchorProperties.Source("other", other).host()))
                .isEqualTo(same);
    }

    private static ReanchorProperties settings(String baseUrl) {
        Map<String, String> variables = IntStream.range(0, SOURCES)
                .boxed()
                .collect(Collectors.toMap(i -> "RE_ANCHOR_SOURCES_" + i + "_NAME", i -> "source" + i));
        IntStream.range(0, SOURCES).forEach(i -> variables.put("RE_ANCHOR_SOURCES_" + i + "_BASE_URL", baseUrl));
        variables.put("RE_ANCHOR_EXCHANGE_WEIGHT_PER_MINUTE", String.valueOf(DEPTH_WEIGHT + 10));
        return Binder.get(Environments.packaged("", variables))
                .bind("re-anchor", ReanchorProperties.class)
                .get();
    }
}
