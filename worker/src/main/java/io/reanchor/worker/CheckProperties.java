package io.reanchor.worker;

import io.reanchor.market.check.Check.Severity;
import io.reanchor.market.check.CheckSettings;
import jakarta.validation.Valid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code re_anchor.checks.*}: one component a check. What isn't set is as the check itself has it; what a check allows, it
 * knows itself.
 */
record CheckProperties(
        @Valid @DefaultValue Structural complete,
        @Valid @DefaultValue Structural sequence,
        @Valid @DefaultValue Structural coversGap,
        @Valid @DefaultValue Market uncrossed,
        @Valid @DefaultValue Market positive,
        @Valid @DefaultValue Limited depthMin,
        @Valid @DefaultValue Limited fresh,
        @Valid @DefaultValue Limited tradesContiguous,
        @Valid @DefaultValue Market barsConsistent,
        @Valid @DefaultValue Limited barsMatchKlines,
        @Valid @DefaultValue Limited featuresMatch,
        @Valid @DefaultValue Limited priceNear,
        @Valid @DefaultValue Limited notShrunken) {

    private sealed interface Entry {
        @Nullable
        Severity severity();

        default @Nullable Double threshold() {
            return null;
        }
    }

    /** @param severity always {@code BLOCK} */
    record Structural(@Allowed("BLOCK") @Nullable Severity severity) implements Entry {}

    /** @param severity what a failure does */
    record Market(@Nullable Severity severity) implements Entry {}

    /**
     * @param severity what a failure does
     * @param threshold from where on it fails, in the check's own unit
     */
    record Limited(
            @Nullable Severity severity,
            @Allowed("a number") @Nullable Double threshold) implements Entry {}

    /**
     * The checks as configured.
     *
     * @throws IllegalArgumentException when a check doesn't allow it; the message names the check and what it allows
     */
    CheckSettings settings(boolean consistencyCheckEnabled) {
        Map<String, Entry> entries = Map.ofEntries(
                Map.entry("COMPLETE", complete),
                Map.entry("SEQUENCE", sequence),
                Map.entry("COVERS_GAP", coversGap),
                Map.entry("UNCROSSED", uncrossed),
                Map.entry("POSITIVE", positive),
                Map.entry("DEPTH_MIN", depthMin),
                Map.entry("FRESH", fresh),
                Map.entry("TRADES_CONTIGUOUS", tradesContiguous),
                Map.entry("BARS_CONSISTENT", barsConsistent),
                Map.entry("BARS_MATCH_KLINES", barsMatchKlines),
                Map.entry("FEATURES_MATCH", featuresMatch),
                Map.entry("PRICE_NEAR", priceNear),
                Map.entry("NOT_SHRUNKEN", notShrunken));
        var settings = new HashMap<String, CheckSettings.Setting>();
        entries.forEach(
                (name, entry) -> settings.put(name, new CheckSettings.Setting(entry.severity(), entry.threshold())));
        return CheckSettings.of(consistencyCheckEnabled, settings);
    }
}
