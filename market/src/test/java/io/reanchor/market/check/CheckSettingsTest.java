package io.reanchor.market.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.check.Check.Kind;
import io.reanchor.market.check.Check.Severity;
import io.reanchor.market.check.CheckSettings.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckSettingsTest {
    private final CheckInput input = CheckInput.of(
                    "BTCUSDT", OrderBook.of(new DepthSnapshot(1, PriceLevels.EMPTY, PriceLevels.EMPTY)), 1)
            .build();

    @Test
    void onlyThreeChecksAreStructure() {
        assertThat(Checks.ALL)
                .filteredOn(c -> c.kind() == Kind.STRUCTURE)
                .extracting(Check::name)
                .containsExactly("COMPLETE", "SEQUENCE", "COVERS_GAP");
    }

    @Test
    void withoutTheConsistencyCheckOnlyStructureBlocks() {
        List<CheckResult> results = Checks.run(input, CheckSettings.of(false, Map.of()));
        assertThat(results)
                .hasSize(13)
                .filteredOn(CheckResult::blocking)
                .extracting(CheckResult::name)
                .containsExactly("COMPLETE", "SEQUENCE", "COVERS_GAP");
        assertThat(results)
                .filteredOn(r -> !r.blocking() && !r.passed())
                .extracting(CheckResult::name)
                .contains("DEPTH_MIN", "FRESH", "FEATURES_MATCH");
    }

    @Test
    void aMarketCheckMayWarnOrBeOff() {
        List<CheckResult> results = Checks.run(
                input,
                CheckSettings.of(
                        true, Map.of("FRESH", setting(Severity.WARN, null), "DEPTH_MIN", setting(Severity.OFF, null))));
        assertThat(results).hasSize(12).noneMatch(r -> r.name().equals("DEPTH_MIN"));
        assertThat(results)
                .filteredOn(r -> !r.blocking())
                .extracting(CheckResult::name)
                .containsExactly("FRESH");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertRefused("FRESHH", setting(null, null), "check FRESHH is unknown: allowed are COMPLETE, SEQUENCE");
        assertRefused("SEQUENCE", setting(Severity.WARN, null), "always blocks");
        assertRefused("COMPLETE", setting(Severity.OFF, null), "always blocks");
        assertRefused("COVERS_GAP", setting(null, 1.0), "takes none");
        assertRefused("NOT_SHRUNKEN", setting(null, 1.5), "allowed is 0.0 to 1.0");
        assertRefused("FRESH", setting(null, -1.0), "threshold -1.0");
        assertRefused("FRESH", setting(null, Double.NaN), "threshold NaN");
    }

    @Test
    void theThresholdsInForceAreTheConfiguredOnes() {
        CheckSettings settings = CheckSettings.of(true, Map.of("FRESH", setting(null, 5.0)));
        assertThat(Checks.ALL).filteredOn(c -> c.name().equals("FRESH")).allMatch(c -> settings.threshold(c) == 5.0);
        assertThat(Checks.ALL)
                .filteredOn(c -> c.name().equals("PRICE_NEAR"))
                .allMatch(c -> settings.threshold(c) == 100);
    }

    private static void assertRefused(String name, Setting setting, String message) {
        assertThatThrownBy(() -> CheckSettings.of(true, Map.of(name, setting)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(message);
    }

    private static Setting setting(@Nullable Severity severity, @Nullable Double threshold) {
        return new Setting(severity, threshold);
    }
}
