package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.testkit.Prerequisite;
import io.reanchor.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/**
 * The demo in a Redis that was given, while a real Prometheus watches: every panel of the dashboard has something to show, every alert watches
 * something that exists, and the page lists exactly what there is.
 */
class WatchedDemoTest {
    private static final Path ROOT = Path.of(Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."));

    /** As Grafana would fill it in. */
    private static final String INTERVAL = "$__rate_interval";

    private static final Pattern OURS = Pattern.compile("reanchor_[a-z_]+");

    @TempDir
    Path folder;

    private @Nullable Prometheus prometheus;

    @Test
    void allPromisesHoldAndPrometheusSeesAllThatThePagePromises() throws Exception {
        Optional<Path> command = Prometheus.command();
        try (RedisServer redis = RedisServer.start();
                Jedis client = new Jedis(redis.uri())) {
            client.set("somebody", "else's");

            DemoRun run = DemoRun.of(new DemoOptions(null, false, true, null, redis.uri()), new Interference() {
                @Override
                public void afterRecovery(Rig rig) {
                    command.ifPresent(found -> prometheus = watch(found, rig.healthPort()));
                }
            });

            run.requireHeld();
            assertThat(client.keys("*")).containsExactly("somebody");
            Prerequisite.orSkip(command, Prometheus.MISSING, TestAbortedException::new);
            String end = lastScrape();
            everyPanelHasSomethingToShow(end);
            everyAlertWatchesSomethingThatExists(end);
            thePageListsExactlyWhatThereIs(end);
        } finally {
            if (prometheus != null) {
                prometheus.close();
            }
        }
    }

    private Prometheus watch(Path command, int worker) {
        try {
            return Prometheus.scraping(command, worker, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When the worker was last seen alive; it has ended since. */
    private String lastScrape() throws Exception {
        List<JsonNode> times = seen("max_over_time(timestamp(reanchor_staged_keys)[5m:250ms])", "");
        assertThat(times).hasSize(1);
        return times.get(0).get("value").get(1).asText();
    }

    private List<JsonNode> seen(String expression, String time) throws Exception {
        return Objects.requireNonNull(prometheus).query(expression, time);
    }

    private void everyPanelHasSomethingToShow(String end) throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(
                        ROOT.resolve("deploy/grafana/dashboards/reanchor.json").toFile());
        List<String> empty = new ArrayList<>();
        int queries = 0;
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries++;
                String expression = target.get("expr").asText();
                List<JsonNode> found = seen(expression.replace(INTERVAL, "1m"), end);
                if (found.stream()
                        .allMatch(one -> one.get("value").get(1).asText().equals("NaN"))) {
                    empty.add(panel.get("title").asText() + ": " + expression);
                }
            }
        }
        assertThat(queries).isGreaterThan(20);
        assertThat(empty).as("panels without data").isEmpty();
    }

    /** An expression that is false gives nothing, so it is asked for its metrics alone. */
    private void everyAlertWatchesSomethingThatExists(String end) throws Exception {
        TreeSet<String> named = named(Files.readString(ROOT.resolve("deploy/prometheus/alerts.yml"))
                .lines()
                .filter(line -> line.strip().startsWith("expr:"))
                .collect(Collectors.joining("\n")));
        assertThat(named).hasSizeGreaterThan(6);
        for (String metric : named) {
            assertThat(seen(metric, end)).as(metric).isNotEmpty();
        }
    }

    private void thePageListsExactlyWhatThereIs(String end) throws Exception {
        TreeSet<String> there = new TreeSet<>();
        for (JsonNode one : seen("count by (__name__) ({__name__=~\"reanchor_.*\"})", end)) {
            there.add(one.get("metric").get("__name__").asText().replaceAll("_(bucket|count|sum|max)$", ""));
        }
        TreeSet<String> listed = named(Files.readAllLines(ROOT.resolve("docs/metrics.md")).stream()
                .filter(line -> line.startsWith("| `reanchor_"))
                .map(line -> line.substring(0, line.indexOf('|', 1)))
                .collect(Collectors.joining("\n")));
        assertThat(listed).isEqualTo(there);
    }

    private static TreeSet<String> named(String text) {
        Matcher names = OURS.matcher(text);
        return names.results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }
}
