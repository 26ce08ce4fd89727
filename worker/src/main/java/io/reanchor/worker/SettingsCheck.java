package io.reanchor.worker;

import io.reanchor.market.OneLine;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/** Looks at every setting before anything starts, so that all that is wrong is said at once. */
final class SettingsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        List<String> problems = problems(context.getEnvironment());
        if (!problems.isEmpty()) {
            throw new ConfigurationRefused(problems);
        }
    }

    static List<String> problems(ConfigurableEnvironment environment) {
        var problems = new ArrayList<>(UnknownSettings.in(environment));
        Binder binder = Binder.get(environment);
        try (var validators = Validation.buildDefaultValidatorFactory()) {
            Validator validator = validators.getValidator();
            settingsOf(binder).forEach(setting -> {
                String problem = problem(setting, binder, validator);
                if (problem != null) {
                    problems.add(problem);
                }
            });
        }
        if (problems.isEmpty()) {
            addDisagreements(binder, problems);
        }
        try {
            TemporalEnvironment.security(environment);
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return problems;
    }

    /** What only several settings together can get wrong, and what a check knows of its own limits. */
    private static void addDisagreements(Binder binder, List<String> problems) {
        try {
            ReanchorProperties settings = binder.bindOrCreate("re-anchor", ReanchorProperties.class);
            settings.recovery();
        } catch (IllegalArgumentException e) {
            problems.add("re_anchor: " + e.getMessage());
        }
        try {
            binder.bindOrCreate("redis", RedisProperties.class).settings();
        } catch (IllegalArgumentException e) {
            problems.add("redis." + e.getMessage());
        }
    }

    /** The settings, those of a list once for each element that is configured, at least one. */
    static Stream<Setting> settingsOf(Binder binder) {
        return Settings.ALL.stream()
                .flatMap(setting -> setting.isListed()
                        ? Stream.iterate(0, i -> i + 1)
                                .takeWhile(i -> i == 0 || isConfigured(binder, i))
                                .map(setting::at)
                        : Stream.of(setting));
    }

    private static boolean isConfigured(Binder binder, int index) {
        return Settings.ALL.stream()
                .filter(Setting::isListed)
                .anyMatch(s -> binder.bind(s.at(index).canonical(), Bindable.of(String.class))
                        .isBound());
    }

    private static @Nullable String problem(Setting setting, Binder binder, Validator validator) {
        Object value;
        try {
            value = binder.bind(setting.canonical(), bindable(setting)).orElse(null);
        } catch (BindException e) {
            return refusal(setting, raw(setting, binder));
        }
        if (value == null && (setting.defaultValue() != null || isOptional(setting))) {
            return null;
        }
        Class<?> owner = setting.field().getDeclaringClass();
        return validator.validateValue(owner, setting.field().getName(), value).isEmpty()
                ? null
                : refusal(setting, raw(setting, binder));
    }

    private static boolean isOptional(Setting setting) {
        return setting.field().getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** With the field's annotations: the unit of a bare number is one of them. */
    private static Bindable<?> bindable(Setting setting) {
        Bindable<?> bindable = Bindable.of(setting.field().getType());
        DurationUnit unit = setting.field().getAnnotation(DurationUnit.class);
        return unit == null ? bindable : bindable.withAnnotations(unit);
    }

    private static @Nullable String raw(Setting setting, Binder binder) {
        return binder.bind(setting.canonical(), Bindable.of(String.class)).orElse(null);
    }

    private static String refusal(Setting setting, @Nullable String value) {
        return "%s (environment: %s) is %s; allowed: %s"
                .formatted(setting.name(), setting.environmentName(), shown(setting, value), setting.allowed());
    }

    private static String shown(Setting setting, @Nullable String value) {
        if (value == null) {
            return "not set";
        }
        return setting.isSecret() ? "not one (not shown)" : '"' + OneLine.of(Secrets.mask(value)) + '"';
    }
}
