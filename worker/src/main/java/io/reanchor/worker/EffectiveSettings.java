package io.reanchor.worker;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The settings that a worker started in an environment would have, without starting one.
 *
 * @param lines every setting that has a value, a list's elements each, in the order of docs/configuration.md
 * @param problems what a start would refuse, each in a line
 */
public record EffectiveSettings(List<Line> lines, List<String> problems) {
    private static final String PACKAGED = "packaged";

    public EffectiveSettings {
        lines = List.copyOf(lines);
        problems = List.copyOf(problems);
    }

    /**
     * @param name as documented
     * @param value as text; passwords aren't shown
     * @param from {@code packaged}, {@code environment NAME}, or the file that it stands in
     */
    public record Line(String name, String value, String from) {
        /** Whether nobody changed it. */
        public boolean isPackaged() {
            return from.equals(PACKAGED);
        }
    }

    /** Those of this process's environment, and of the files that Spring would read beside it. */
    public static EffectiveSettings ofEnvironment() {
        ConfigurableEnvironment environment = new StandardEnvironment();
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        return of(environment);
    }

    static EffectiveSettings of(ConfigurableEnvironment environment) {
        Binder binder = Binder.get(environment);
        List<Line> lines = SettingsCheck.settingsOf(binder)
                .map(setting -> line(environment, binder, setting))
                .filter(Objects::nonNull)
                .toList();
        return new EffectiveSettings(lines, SettingsCheck.problems(environment));
    }

    private static @Nullable Line line(ConfigurableEnvironment environment, Binder binder, Setting setting) {
        String value = binder.bind(setting.canonical(), Bindable.of(String.class))
                .orElse(Objects.requireNonNullElse(setting.defaultValue(), ""));
        return value.isEmpty()
                ? null
                : new Line(
                        setting.name(),
                        setting.isSecret() ? "(not shown)" : Secrets.mask(value),
                        from(environment, setting));
    }

    private static String from(ConfigurableEnvironment environment, Setting setting) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(setting.canonical());
        Origin origin = null;
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                origin = property.getOrigin();
                break;
            }
        }
        if (origin instanceof SystemEnvironmentOrigin variable) {
            return "environment " + variable.getProperty();
        }
        if (origin instanceof PropertySourceOrigin in
                && in.getPropertySource() instanceof SystemEnvironmentPropertySource) {
            return "environment " + in.getPropertyName();
        }
        String text = origin == null ? "class path resource" : origin.toString();
        return text.contains("class path resource") ? PACKAGED : text;
    }
}
