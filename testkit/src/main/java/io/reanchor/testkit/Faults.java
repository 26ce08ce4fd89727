package io.reanchor.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Which endpoint goes wrong in which way, and how often still. Thread-safe. */
final class Faults {
    private final Map<Endpoint, List<Armed>> armed = new EnumMap<>(Endpoint.class);

    /** One fault, for a number of requests. */
    static final class Armed {
        final Fault fault;
        final CountDownLatch healed = new CountDownLatch(1);
        private int left;

        Armed(Fault fault, int times) {
            this.fault = fault;
            this.left = times;
        }
    }

    synchronized void arm(Endpoint endpoint, Fault fault, int times) {
        armed.computeIfAbsent(endpoint, e -> new ArrayList<>()).add(new Armed(fault, times));
    }

    synchronized void heal(Endpoint endpoint) {
        Optional.ofNullable(armed.remove(endpoint)).ifPresent(faults -> faults.forEach(one -> one.healed.countDown()));
    }

    /** What befalls the next request. */
    synchronized List<Armed> next(Endpoint endpoint) {
        List<Armed> faults = armed.getOrDefault(endpoint, List.of()).stream()
                .filter(one -> one.left > 0)
                .toList();
        faults.forEach(one -> one.left--);
        return faults;
    }
}
