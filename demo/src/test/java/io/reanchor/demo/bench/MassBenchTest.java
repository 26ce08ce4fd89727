package io.reanchor.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.demo.TemporalInProcess;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.ManyResult.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A budget for a third of the symbols a period: nobody is refused, nobody rolled back for waiting, the urgent go first. */
class MassBenchTest {
    private static final int SYMBOLS = 36;
    private static final int URGENT = 4;

    @Test
    void allAreRecoveredWithinTheBudget() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TemporalInProcess temporal = TemporalInProcess.start()) {
            MassBench.Result result =
                    MassBench.run(redis.uri(), temporal.address(), SYMBOLS, 1_000, Duration.ofSeconds(3), URGENT);

            System.out.printf(
                    "%d symbols, weight %d: %d ms, %.2f x the budget's pace, earliest %d ms%n",
                    result.symbols(),
                    result.weight(),
                    result.took().toMillis(),
                    result.ratio(),
                    result.earliest().toMillis());
            assertThat(result.committed()).as("%s", result.lines()).isEqualTo(SYMBOLS);
            assertThat(result.refused()).isZero();
            List<Instant> urgent = ends(result.lines().subList(0, URGENT));
            List<Instant> others = ends(result.lines().subList(URGENT, SYMBOLS));
            assertThat(urgent)
                    .allSatisfy(end -> assertThat(others.stream()
                                    .filter(other -> other.isAfter(end))
                                    .count())
                            .isGreaterThan(SYMBOLS / 2));
        }
    }

    private static List<Instant> ends(List<Line> lines) {
        return lines.stream()
                .map(line -> Objects.requireNonNull(line.endedAt()))
                .toList();
    }
}
