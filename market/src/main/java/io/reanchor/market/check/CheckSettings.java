package io.reanchor.market.check;

import io.reanchor.market.check.Check.Kind;
import io.reanchor.market.check.Check.Severity;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Each check's severity and threshold. Immutable and thread-safe. */
public final class CheckSettings {
    private static final CheckSettings DEFAULTS = new CheckSettings(true, Map.of());

    private final boolean consistencyCheckEnabled;
    private final Map<String, Setting> settings;

    private CheckSettings(boolean consistencyCheckEnabled, Map<String, Setting> settings) {
        this.consistencyCheckEnabled = consistencyCheckEnabled;
        this.settings = Map.copyOf(settings);
    }

    /**
     * What is configured for one check.
     *
     * @param severity or null for {@code BLOCK}
     * @param threshold in the check's own unit, or null for its default
     */
    public record Setting(
            @Nullable Severity severity, @Nullable Double threshold) {}

    /** Every check blocks, at its default threshold. */
    public static CheckSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Settings by the checks' names.
     *
     * @param consistencyCheckEnabled false turns every market check that would block into a warning
     * @throws IllegalArgumentException when a name is unknown, a threshold out of bounds, or a structural check shall not block
     */
    public static CheckSettings of(boolean consistencyCheckEnabled, Map<String, Setting> settings) {
        new TreeMap<>(settings).forEach(CheckSettings::requireAllowed);
        return new CheckSettings(consistencyCheckEnabled, settings);
    }

    private static void requireAllowed(String name, Setting setting) {
        Check check = Checks.ALL.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("check %s is unknown: allowed are %s"
                        .formatted(name, Checks.ALL.stream().map(Check::name).collect(Collectors.joining(", ")))));
        if (check.kind() == Kind.STRUCTURE && setting.severity() != null && setting.severity() != Severity.BLOCK) {
            throw new IllegalArgumentException(
                    "check %s has severity %s: it always blocks, allowed is BLOCK".formatted(name, setting.severity()));
        }
        Threshold threshold = check.threshold();
        Double value = setting.threshold();
        if (value != null && !threshold.adjustable()) {
            throw new IllegalArgumentException("check %s has threshold %s: it takes none".formatted(name, value));
        }
        if (value != null && !(value >= threshold.min() && value <= threshold.max())) {
            throw new IllegalArgumentException("check %s has threshold %s: allowed is %s to %s (%s)"
                    .formatted(name, value, threshold.min(), threshold.max(), threshold.meaning()));
        }
    }

    /** What holds for each check by its name, a threshold where it takes one; {@link #of} makes the same settings of it. */
    public Map<String, Setting> effective() {
        return Checks.ALL.stream()
                .collect(Collectors.toMap(
                        Check::name,
                        check -> new Setting(
                                severity(check), check.threshold().adjustable() ? threshold(check) : null)));
    }

    Severity severity(Check check) {
        Setting setting = settings.get(check.name());
        Severity severity = setting == null || setting.severity() == null ? Severity.BLOCK : setting.severity();
        boolean softened = !consistencyCheckEnabled && check.kind() == Kind.MARKET && severity == Severity.BLOCK;
        return softened ? Severity.WARN : severity;
    }

    double threshold(Check check) {
        Setting setting = settings.get(check.name());
        return setting == null || setting.threshold() == null
                ? check.threshold().byDefault()
                : setting.threshold();
    }
}
