package io.reanchor.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Finds settings of ours that don't exist: a misspelt one must not be ignored in silence. */
final class UnknownSettings {
    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");
    private static final Pattern ENVIRONMENT_INDEX = Pattern.compile("_\\d+(?=_)");

    /** Kubernetes sets these for a Service that happens to be called redis or re-anchor. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("(REDIS|RE_ANCHOR)_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_.*)?)");

    private static final Set<String> KNOWN =
            Settings.ALL.stream().map(s -> Setting.uniform(s.canonical())).collect(Collectors.toSet());

    private static final Set<String> KNOWN_VARIABLES =
            Settings.ALL.stream().map(Setting::environmentName).collect(Collectors.toSet());

    private UnknownSettings() {}

    static List<String> in(ConfigurableEnvironment environment) {
        var problems = new TreeSet<String>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> names) {
                for (String name : names.getPropertyNames()) {
                    if (isUnknown(name, source)) {
                        problems.add(refusal(name, source instanceof SystemEnvironmentPropertySource));
                    }
                }
            }
        }
        return new ArrayList<>(problems);
    }

    private static boolean isUnknown(String name, PropertySource<?> source) {
        if (source instanceof SystemEnvironmentPropertySource) {
            return isUnknownVariable(name);
        }
        // System properties of this JVM's other parts may be called reanchor.*; settings are written re_anchor or
        // re-anchor.
        boolean foreign = source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
                && name.startsWith("reanchor.");
        return !foreign && isUnknown(name);
    }

    private static boolean isUnknown(String name) {
        String uniform = INDEX.matcher(Setting.uniform(name)).replaceAll("[0]");
        return (uniform.equals("redis")
                        || uniform.equals("reanchor")
                        || uniform.startsWith("redis.")
                        || uniform.startsWith("reanchor."))
                && !KNOWN.contains(uniform);
    }

    private static boolean isUnknownVariable(String name) {
        return (name.startsWith("RE_ANCHOR_") || name.startsWith("REDIS_"))
                && !SERVICE_LINK.matcher(name).matches()
                && !KNOWN_VARIABLES.contains(ENVIRONMENT_INDEX.matcher(name).replaceFirst("_0"));
    }

    private static String refusal(String name, boolean variable) {
        return "%s is not a setting; the nearest is %s".formatted(name, nearest(name, variable));
    }

    private static String nearest(String name, boolean variable) {
        return Settings.ALL.stream()
                .map(s -> variable ? s.environmentName() : s.name())
                .min(Comparator.comparingInt(known -> distance(Setting.uniform(known), Setting.uniform(name))))
                .orElseThrow();
    }

    /** Levenshtein's: how many characters to add, drop or replace. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
