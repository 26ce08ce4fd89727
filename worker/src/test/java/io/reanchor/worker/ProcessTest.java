package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.temporal.testserver.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a real process shows: SIGTERM in the middle of a step, and the end of one that is told nonsense. */
class ProcessTest {
    @TempDir
    Path folder;

    @Test
    void sigtermLetsARunningStepFinish() throws Exception {
        int temporal = Http.freePort();
        try (RedisServer redis = RedisServer.start();
                var server = TestServer.createPortBoundServer(temporal);
                var recovery = new Recovery("127.0.0.1:" + temporal);
                var worker = new ChildWorker(
                        folder,
                        Map.of(
                                "TEMPORAL_ADDRESS",
                                "127.0.0.1:" + temporal,
                                "REDIS_URI",
                                "redis://127.0.0.1:" + redis.port(),
                                "LOGGING_STRUCTURED_FORMAT_CONSOLE",
                                "ecs",
                                "SERVER_PORT",
                                "0"),
                        List.of())) {
            recovery.start("SLOWONE");
            worker.await(() -> Files.exists(folder.resolve("began")));

            worker.terminate();

            assertThat(worker.exitCode(30)).as(worker.log()).isEqualTo(128 + 15);
            assertThat(folder.resolve("ended")).as(worker.log()).exists();
            assertThat(folder.resolve("interrupted")).doesNotExist();
            assertThat(worker.log())
                    .contains("running activities have 30 s to finish")
                    .containsPattern("RaiseFlag done in .*\"WorkflowId\":\"reanchor-SLOWONE\"")
                    .containsPattern("RaiseFlag done in .*\"Symbol\":\"SLOWONE\"")
                    .containsPattern("RaiseFlag done in .*\"Stage\":\"RaiseFlag\"");
        }
    }

    @Test
    void aStepThatOutlastsTheDrainIsLeftToAnotherWorker() throws Exception {
        int temporal = Http.freePort();
        try (RedisServer redis = RedisServer.start();
                var server = TestServer.createPortBoundServer(temporal);
                var recovery = new Recovery("127.0.0.1:" + temporal);
                var worker = new ChildWorker(
                        folder,
                        Map.of(
                                "TEMPORAL_ADDRESS",
                                "127.0.0.1:" + temporal,
                                "REDIS_URI",
                                "redis://127.0.0.1:" + redis.port(),
                                "RE_ANCHOR_WORKER_DRAIN_TIMEOUT_SECONDS",
                                "1",
                                "SERVER_PORT",
                                "0"),
                        List.of())) {
            recovery.start("SLOWTWO");
            worker.await(() -> Files.exists(folder.resolve("began")));

            worker.terminate();

            assertThat(worker.exitCode(30)).isEqualTo(128 + 15);
            assertThat(folder.resolve("ended")).doesNotExist();
            assertThat(worker.log()).contains("not finished within re_anchor.worker.drain_timeout_seconds (1 s)");
        }
    }

    @Test
    void aRefusedConfigurationEndsWithOneBlockAndNoStackTrace() throws Exception {
        try (var worker = new ChildWorker(
                folder,
                Map.of("RE_ANCHOR_OPERATION_TIMEOUT_SECONDS", "soon"),
                List.of("--redis.cluster_mode=maybe", "--re_anchor.max_retries=5"))) {
            assertThat(worker.exitCode(60)).isEqualTo(1);
            assertThat(worker.log())
                    .contains("The configuration is refused")
                    .contains(
                            "re_anchor.operation_timeout_seconds (environment: RE_ANCHOR_OPERATION_TIMEOUT_SECONDS) is"
                                    + " \"soon\"; allowed: a whole number from 1 to 3600")
                    .contains(
                            "redis.cluster_mode (environment: REDIS_CLUSTER_MODE) is \"maybe\"; allowed: true or false")
                    .contains("re_anchor.max_retries is not a setting; the nearest is re_anchor.max_retry_attempts")
                    .doesNotContain("\tat ")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void logsAreStructuredOnDemand() throws Exception {
        try (var worker = new ChildWorker(
                folder,
                Map.of(
                        "LOGGING_STRUCTURED_FORMAT_CONSOLE",
                        "ecs",
                        "SERVER_PORT",
                        "0",
                        "TEMPORAL_ADDRESS",
                        "127.0.0.1:1"),
                List.of())) {
            worker.await(() -> worker.log().contains("waiting to start"));

            assertThat(worker.log().lines()).allMatch(line -> line.startsWith("{\"@timestamp\"") && line.endsWith("}"));
            worker.terminate();
            assertThat(worker.exitCode(30)).isEqualTo(128 + 15);
        }
    }
}
