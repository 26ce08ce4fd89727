package io.reanchor.workflow;

import java.util.List;

/**
 * What building the features left in Redis.
 *
 * @param key the staged features; {@code owner} is the token, {@code seq} is 1
 * @param features how many features have a value
 * @param warmingUp features that need history which a rebuild doesn't have
 */
public record StagedFeatures(StagedKey key, int features, List<String> warmingUp) {
    public StagedFeatures {
        warmingUp = List.copyOf(warmingUp);
    }
}
