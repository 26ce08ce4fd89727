package io.reanchor.worker;

import io.reanchor.activity.FlightSettings;
import io.reanchor.activity.HookSettings;
import io.reanchor.activity.RecoverySettings;
import io.reanchor.workflow.HookPolicy;
import io.reanchor.workflow.OperationPolicy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.validation.annotation.Validated;

/**
 * {@code re_anchor.*}: how a recovery goes. The names are the brief's; docs/configuration.md explains each.
 *
 * @param operationTimeoutSeconds after how many seconds a recovery gives up and rolls back
 * @param maxRetryAttempts attempts of each step, within what is left of the operation's timeout
 * @param consistencyCheckEnabled whether a failed market check blocks a cut-over; false makes it a warning
 * @param undoTimeoutSeconds how long rolling back may take after a recovery gave up; the flag outlives the timeout by it
 * @param searchAttributes whether recoveries have search attributes, which the namespace must know then
 * @param bars how trade bars are rebuilt
 * @param depth how the order book is fetched
 * @param oldKeys what becomes of the state that a cut-over replaced
 * @param checks severity and threshold of each check
 * @param exchange limits for every request to a market-data source
 * @param sources where market data comes from; the next is asked when one fails
 * @param hooks who is asked before a cut-over, and told after it
 * @param recordings which flight recordings are kept
 * @param requests whether reports are read from a stream in Redis, too
 * @param worker how much this process does at once, and how it ends
 */
@Validated
@ConfigurationProperties("re-anchor")
record ReanchorProperties(
        @DefaultValue("30") @Min(1) @Max(3600) int operationTimeoutSeconds,
        @DefaultValue("3") @Min(1) @Max(20) int maxRetryAttempts,
        @DefaultValue("true") boolean consistencyCheckEnabled,
        @DefaultValue("30") @Min(1) @Max(600) int undoTimeoutSeconds,
        @DefaultValue("false") boolean searchAttributes,
        @Valid @DefaultValue Bars bars,
        @Valid @DefaultValue Depth depth,
        @Valid @DefaultValue OldKeys oldKeys,
        @Valid @DefaultValue CheckProperties checks,
        @Valid @DefaultValue Exchange exchange,

        @Allowed("at least one source") @NotEmpty List<@Valid Source> sources,

        @Valid @DefaultValue Hooks hooks,
        @Valid @DefaultValue Recordings recordings,
        @Valid @DefaultValue Requests requests,
        @Valid @DefaultValue Worker worker) {

    OperationPolicy policy() {
        return new OperationPolicy(
                Duration.ofSeconds(operationTimeoutSeconds),
                maxRetryAttempts,
                Duration.ofSeconds(undoTimeoutSeconds),
                new HookPolicy(hooks.beforeCutOver() != null, hooks.afterCutOver() != null, hooks.timeout()),
                searchAttributes);
    }

    RecoverySettings recovery() {
        return new RecoverySettings(
                depth.limit(),
                bars.lookBack(),
                bars.retention(),
                checks.settings(consistencyCheckEnabled),
                new HookSettings(hooks.beforeCutOver(), hooks.afterCutOver(), hooks.timeout()),
                new FlightSettings(
                        recordings.directory() == null ? null : Path.of(recordings.directory()),
                        recordings.keep() == Recordings.Keep.ALL,
                        recordings.maxBytes(),
                        recordings.maxFiles()));
    }

    /**
     * @param retention how far back bars are kept through a cut-over
     * @param lookBack from how long ago bars are rebuilt when a report doesn't say since when trades are missing
     */
    record Bars(
            @DefaultValue("24h")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(minutes = 1)
            @DurationMax(days = 30)
            Duration retention,

            @DefaultValue("300s")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(seconds = 5)
            @DurationMax(hours = 6)
            Duration lookBack) {}

    /**
     * @param limit price levels a side to ask for
     */
    record Depth(@DefaultValue("1000") @Min(5) @Max(5000) int limit) {}

    /**
     * @param retention how long the replaced state stays readable under the {@code old} keys
     */
    record OldKeys(
            @DefaultValue("10m")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(seconds = 1)
            @DurationMax(hours = 24)
            Duration retention) {}

    /**
     * @param requestTimeout from the start of one request to the last byte of its answer
     * @param maxBodyBytes a longer answer is refused unread
     * @param weightPerMinute request weight that this process may use up in a minute at each host
     * @param weightPeriod how long the minute lasts; only where time is compressed, as in a simulation, not a minute
     */
    record Exchange(
            @DefaultValue("5s")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(millis = 100)
            @DurationMax(minutes = 1)
            Duration requestTimeout,

            @DefaultValue("4194304") @Min(65_536) @Max(268_435_456)
            int maxBodyBytes,

            @DefaultValue("6000") @Min(250) @Max(1_000_000) int weightPerMinute,

            @DefaultValue("60s")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(seconds = 1)
            @DurationMax(minutes = 1)
            Duration weightPeriod) {}

    /**
     * @param name how results and logs call it; its host, when it isn't said
     * @param baseUrl where the venue's REST paths begin; credentials don't belong in it
     */
    record Source(
            @Allowed("1 to 40 of a-z, 0-9, dot, dash and underscore, such as binance")
            @NotNull
            @Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,39}")
            String name,

            @Allowed("http://host[:port][/path] or https://…, without a query or credentials")
            @NotNull
            @Size(max = 500)
            @ServerUri(
                    schemes = {"http", "https"},
                    path = "(/[^@]*)?",
                    credentials = false)
            String baseUrl) {

        /** A list from the environment takes the packaged list's place, names and all. */
        Source {
            if (name == null && baseUrl != null) {
                name = hostName(baseUrl);
            }
        }

        private static String hostName(String baseUrl) {
            try {
                return Objects.requireNonNullElse(URI.create(baseUrl).getHost(), "")
                        .toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException e) {
                return ""; // what is wrong with it is told of the URL
            }
        }

        /** Host and port, spelt alike for all that mean the same. */
        String host() {
            URI uri = URI.create(baseUrl);
            int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
            return uri.getHost().toLowerCase(Locale.ROOT) + ':' + port;
        }
    }

    /**
     * @param beforeCutOver asked before a cut-over; a refusal rolls back
     * @param afterCutOver told after it
     * @param timeout of one call
     */
    record Hooks(
            @Allowed(HOOK) @Nullable @Size(max = 500) @Pattern(regexp = HOOKS)
            String beforeCutOver,

            @Allowed(HOOK) @Nullable @Size(max = 500) @Pattern(regexp = HOOKS)
            String afterCutOver,

            @DefaultValue("5s")
            @DurationUnit(ChronoUnit.SECONDS)
            @NotNull
            @DurationMin(millis = 100)
            @DurationMax(minutes = 1)
            Duration timeout) {
        private static final String HOOK =
                "the absolute path of a command, without arguments, or http://… or https://…";
        private static final String HOOKS = "/[^\\p{Cntrl}]+|https?://[A-Za-z0-9\\[][^\\s]*";
    }

    /** @param enabled whether {@code reanchor:requests} is read */
    record Requests(@DefaultValue("false") boolean enabled) {}

    /**
     * @param directory where; unset: none is made
     * @param keep of which recoveries
     * @param maxBytes of one
     * @param maxFiles how many; older ones are deleted
     */
    record Recordings(
            @Allowed("the absolute path of a directory that is there and can be written")
            @Nullable
            @Pattern(regexp = "/[^\\p{Cntrl}]*")
            String directory,

            @DefaultValue("FAILED") @NotNull Keep keep,

            @DefaultValue("16777216") @Min(65_536) @Max(1_073_741_824)
            int maxBytes,

            @DefaultValue("100") @Min(1) @Max(100_000) int maxFiles) {
        /** Of those that didn't go live, or of all. */
        enum Keep {
            FAILED,
            ALL
        }
    }

    /**
     * @param maxConcurrentActivities steps that run at once
     * @param maxConcurrentWorkflowTasks workflow tasks that run at once
     * @param drainTimeoutSeconds after SIGTERM, how long running steps may take to finish
     */
    record Worker(
            @DefaultValue("50") @Min(2) @Max(1000) int maxConcurrentActivities,

            @DefaultValue("50") @Min(2) @Max(1000) int maxConcurrentWorkflowTasks,

            @DefaultValue("30") @Min(1) @Max(3600) int drainTimeoutSeconds) {}
}
