package io.reanchor.worker;

import java.lang.reflect.Field;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting, as its record declares it.
 *
 * @param canonical the name that Spring binds, e.g. {@code re-anchor.depth.limit}; a list's element is {@code [0]}
 * @param field the record's field, which carries the limits
 * @param defaultValue as text, or null when there is none
 * @param allowed what it may be, for people
 */
record Setting(String canonical, Field field, @Nullable String defaultValue, String allowed) {

    /** The name as documented and as in the brief's YAML: {@code re_anchor.depth.limit}. */
    String name() {
        return canonical.replace('-', '_');
    }

    /** The environment variable: {@code RE_ANCHOR_DEPTH_LIMIT}. */
    String environmentName() {
        return canonical
                .replace('-', '_')
                .replace('.', '_')
                .replace("[", "_")
                .replace("]", "")
                .toUpperCase(Locale.ROOT);
    }

    /** Compares names as Spring does: dashes, underscores and case don't count. */
    static String uniform(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** The same setting of a list's n-th element. */
    Setting at(int index) {
        return new Setting(canonical.replace("[0]", "[" + index + "]"), field, defaultValue, allowed);
    }

    /** Whether its value is never shown. */
    boolean isSecret() {
        return canonical.endsWith("password");
    }

    boolean isListed() {
        return canonical.contains("[0]");
    }
}
