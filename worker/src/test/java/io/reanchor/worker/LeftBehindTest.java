package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reanchor.redis.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeftBehindTest {
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final LeftBehind leftBehind = new LeftBehind(() -> now);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private void seen(Map<String, String> flags, int stagedKeys) {
        leftBehind.seen(new Unfinished(flags, stagedKeys));
    }

    private double oldest() {
        return registry.get(LeftBehind.OLDEST_FLAG).timeGauge().value(TimeUnit.SECONDS);
    }

    @Test
    void aFlagGrowsOldWhileTheSameRunHoldsIt() {
        leftBehind.bindTo(registry);
        assertThat(oldest()).isZero();

        seen(Map.of("BTCUSDT", "A.1", "ETHUSDT", "B.1"), 10);
        now = now.plus(Duration.ofSeconds(30));
        seen(Map.of("BTCUSDT", "A.1", "ETHUSDT", "C.1"), 5);
        assertThat(oldest()).isEqualTo(30);
        assertThat(registry.get(LeftBehind.STAGED_KEYS).gauge().value()).isEqualTo(5);

        now = now.plus(Duration.ofSeconds(30));
        seen(Map.of("ETHUSDT", "C.1"), 0);
        assertThat(oldest()).as("another run took the first one's symbol over").isEqualTo(30);

        seen(Map.of(), 0);
        assertThat(oldest()).isZero();
    }
}
