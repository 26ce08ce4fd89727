package io.reanchor.redis;

import io.reanchor.kit.wire.Fields;
import io.reanchor.market.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The generations that a symbol's receipt knows of.
 *
 * @param key where the receipt stands
 * @param generations the live one, then those before it, newest first; empty when there is no receipt
 */
public record Installed(String key, List<String> generations) {
    public Installed {
        generations = List.copyOf(generations);
    }

    static Installed of(String key, Map<String, String> meta) {
        List<String> generations = new ArrayList<>();
        String live = meta.getOrDefault(Fields.GEN, "");
        if (!live.isEmpty()) {
            generations.add(live);
        }
        for (String entry : meta.getOrDefault(Receipt.PREVIOUS, "").trim().split(" +", -1)) {
            if (!entry.isEmpty()) {
                generations.add(entry.split(",", -1)[0]);
            }
        }
        return new Installed(key, generations);
    }

    /** The live generation, or "none", for a message. */
    public String live() {
        return generations.isEmpty() ? "none" : OneLine.of(generations.get(0));
    }

    /**
     * Whether a cut-over that was acknowledged is gone: a failover took the primary's last writes, or somebody put an older state back.
     * Not when it is only older than the list reaches.
     */
    public boolean lost(String acknowledged) {
        if (generations.contains(acknowledged)) {
            return false;
        }
        return generations.isEmpty() || n(generations.get(generations.size() - 1)) <= n(acknowledged);
    }

    /** That it is gone, for an operator. */
    public String lostText(String acknowledged) {
        return "the cut-over to generation %s was acknowledged and is gone: %s knows of %s as the live one. A failover, or a restart without its data, took it back; a recovery puts the state right, redis.cutover.wait_replicas makes such a loss rarer"
                .formatted(acknowledged, key, live());
    }

    private static long n(String generation) {
        return Generation.parse(generation).map(Generation::n).orElse(0L);
    }
}
