package io.reanchor.worker;

import io.reanchor.exchange.WeightBudget;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What may be spent at each source's host. */
record HostBudgets(Map<String, WeightBudget> byHost) {
    static HostBudgets of(ReanchorProperties settings) {
        Map<String, WeightBudget> byHost = new LinkedHashMap<>();
        settings.sources()
                .forEach(source -> byHost.computeIfAbsent(
                        source.host(),
                        host -> new WeightBudget(
                                settings.exchange().weightPerMinute(),
                                settings.exchange().weightPeriod(),
                                Clock.systemUTC())));
        return new HostBudgets(byHost);
    }

    WeightBudget at(String host) {
        return Objects.requireNonNull(byHost.get(host), host);
    }

    Collection<WeightBudget> all() {
        return byHost.values();
    }
}
