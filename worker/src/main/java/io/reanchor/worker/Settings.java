package io.reanchor.worker;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;

/** Every setting there is, read from the records that hold them: what start-up accepts and what the documentation must list. */
final class Settings {
    static final List<String> ROOTS = List.of("re-anchor", "redis");

    static final List<Setting> ALL = all();

    private Settings() {}

    private static List<Setting> all() {
        var settings = new ArrayList<Setting>();
        collect("re-anchor", ReanchorProperties.class, settings);
        collect("redis", RedisProperties.class, settings);
        return List.copyOf(settings);
    }

    private static void collect(String prefix, Class<?> type, List<Setting> into) {
        RecordComponent[] components = type.getRecordComponents();
        Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String name = prefix + '.' + kebab(component.getName());
            if (component.getType().isRecord()) {
                collect(name, component.getType(), into);
            } else if (component.getGenericType() instanceof ParameterizedType list) {
                collect(name + "[0]", (Class<?>) list.getActualTypeArguments()[0], into);
            } else {
                into.add(new Setting(
                        name, field(type, component), defaultValue(parameters[i]), allowed(type, component)));
            }
        }
    }

    private static @Nullable String defaultValue(Parameter parameter) {
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        return value == null ? null : String.join(",", value.value());
    }

    private static String allowed(Class<?> owner, RecordComponent component) {
        Allowed text = component.getAnnotation(Allowed.class);
        if (text != null) {
            return text.value();
        }
        Class<?> type = component.getType();
        Field field = field(owner, component);
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == int.class) {
            return "a whole number from %d to %d"
                    .formatted(
                            field.getAnnotation(Min.class).value(),
                            field.getAnnotation(Max.class).value());
        }
        if (type == Duration.class) {
            return "a duration from %s to %s, such as 90s or 5m; a bare number is seconds"
                    .formatted(
                            shown(least(field.getAnnotation(DurationMin.class))),
                            shown(most(field.getAnnotation(DurationMax.class))));
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(" or "));
        }
        throw new IllegalStateException(owner.getName() + "." + component.getName() + " needs an @Allowed");
    }

    private static Duration least(DurationMin limit) {
        return Duration.ofDays(limit.days())
                .plusHours(limit.hours())
                .plusMinutes(limit.minutes())
                .plusSeconds(limit.seconds())
                .plusMillis(limit.millis());
    }

    private static Duration most(DurationMax limit) {
        return Duration.ofDays(limit.days())
                .plusHours(limit.hours())
                .plusMinutes(limit.minutes())
                .plusSeconds(limit.seconds())
                .plusMillis(limit.millis());
    }

    /** The largest unit that shows it whole, as Spring reads it. */
    static String shown(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return DurationStyle.SIMPLE.print(duration, java.time.temporal.ChronoUnit.MILLIS);
        }
        long seconds = duration.toSeconds();
        return seconds % 86_400 == 0
                ? seconds / 86_400 + "d"
                : seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static Field field(Class<?> type, RecordComponent component) {
        try {
            return type.getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
