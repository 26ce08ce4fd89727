package io.reanchor.activity;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.workflow.ValidationReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What isn't the same now as it was then, a line each. Not thread-safe. */
final class FlightDifferences {
    private final List<String> all = new ArrayList<>();

    List<String> all() {
        return List.copyOf(all);
    }

    FlightDifferences of(String what, @Nullable Object then, @Nullable Object now) {
        if (!Objects.equals(then, now)) {
            all.add("%s: then %s, now %s".formatted(what, then, now));
        }
        return this;
    }

    FlightDifferences ofDigests(JsonNode then, JsonNode now) {
        then.properties()
                .forEach(part -> of(
                        part.getKey(),
                        part.getValue().asText(),
                        now.path(part.getKey()).asText()));
        return this;
    }

    FlightDifferences ofReports(ValidationReport then, ValidationReport now) {
        Map<String, ValidationReport.Check> checks = new LinkedHashMap<>();
        now.checks().forEach(check -> checks.put(check.name(), check));
        then.checks().forEach(check -> ofChecks(check.name(), check, checks.remove(check.name())));
        checks.forEach((name, check) -> ofChecks(name, null, check));
        return this;
    }

    private void ofChecks(String name, ValidationReport.@Nullable Check then, ValidationReport.@Nullable Check now) {
        boolean same =
                then != null && now != null && then.passed() == now.passed() && then.blocking() == now.blocking();
        if (!same) {
            all.add("%s: then %s, now %s".formatted(name, told(then), told(now)));
        }
    }

    private static String told(ValidationReport.@Nullable Check check) {
        if (check == null) {
            return "not made";
        }
        String verdict = check.passed() ? "passed" : check.blocking() ? "refused" : "warned";
        return "%s (expected %s, found %s)".formatted(verdict, check.expected(), check.actual());
    }
}
