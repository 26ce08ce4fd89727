package io.reanchor.faults;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was met, by name. Thread-safe. */
final class Tally {
    /** What a node of a cluster says when it isn't the one to ask, or not now. */
    static final List<String> REFUSALS = List.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN");

    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void add(String name) {
        counts.merge(name, 1, Integer::sum);
    }

    /** Counts what stands in a failure's messages, or else {@code other}. */
    void addRefusal(String who, Throwable failure) {
        StringBuilder messages = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            messages.append(e.getMessage()).append(' ');
        }
        String text = messages.toString();
        add(name(
                who,
                REFUSALS.stream()
                        .filter(refusal -> text.contains(refusal + " "))
                        .findFirst()
                        .orElse("other")));
    }

    static String name(String who, String refusal) {
        return who + " " + refusal;
    }

    synchronized int of(String name) {
        return counts.getOrDefault(name, 0);
    }

    @Override
    public synchronized String toString() {
        return counts.toString();
    }
}
