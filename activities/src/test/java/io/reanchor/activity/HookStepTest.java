package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.HookPoint;
import io.reanchor.workflow.ReanchorActivities.CallHook;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.Stage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hooks as commands and over HTTP: real processes, real sockets. */
class HookStepTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final CallHook ORDER = new CallHook(HookPoint.BEFORE_CUT_OVER, null, null, null, status());

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    Path folder;

    private static ReanchorStatus status() {
        return new ReanchorStatus(
                "BTCUSDT",
                Stage.VALIDATING,
                "asking",
                1,
                Instant.EPOCH,
                null,
                FeedGap.UNKNOWN,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private String call(String where, Duration timeout) throws InterruptedException {
        return new HookStep(new HookSettings(where, null, timeout), threads)
                .run(ORDER)
                .said();
    }

    private StepFailure refused(String where, Duration timeout) {
        return catchThrowableOfType(StepFailure.class, () -> call(where, timeout));
    }

    private String command(String script) throws Exception {
        Path file = folder.resolve("hook");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    @Test
    void aCommandGetsTheStatusAndWhenItIsCalled() throws Exception {
        Path order = folder.resolve("order");

        String said = call(command("cat > " + order + "\necho fine, $REANCHOR_HOOK"), LONG);

        assertThat(said).isEqualTo("fine, before_cut_over");
        JsonNode json = new ObjectMapper().readTree(order.toFile());
        assertThat(json.path("point").asText()).isEqualTo("BEFORE_CUT_OVER");
        assertThat(json.path("status").path("symbol").asText()).isEqualTo("BTCUSDT");
        assertThat(json.path("status").path("stage").asText()).isEqualTo("VALIDATING");
    }

    @Test
    void aCommandVetoesByItsExitCode() throws Exception {
        StepFailure veto = refused(command("echo the desk is trading >&2\nexit 3"), LONG);

        assertThat(veto.type()).isEqualTo(FailureTypes.VETOED);
        assertThat(veto.retryable()).isFalse();
        assertThat(veto)
                .hasMessageContaining("BTCUSDT: the hook BEFORE_CUT_OVER")
                .hasMessageContaining("exit code 3: the desk is trading");
    }

    @Test
    void aCommandThatNeedsNoOrderNeedNotReadIt() throws Exception {
        assertThat(call(command("exec 0<&-\nexit 0"), LONG)).isEmpty();
    }

    @Test
    void aCommandThatHangsIsEndedWithItsChildren() throws Exception {
        Path child = folder.resolve("child");

        StepFailure slow = refused(command("sleep 600 &\necho $! > " + child + "\nwait"), SHORT);

        assertThat(slow.retryable()).isTrue();
        assertThat(slow).hasMessageContaining("an answer within 300 ms");
        long pid = Long.parseLong(Files.readString(child).strip());
        Await.until(
                "the child is gone",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aCommandThatIsNotThereCannotBeAsked() {
        StepFailure absent = refused(folder.resolve("absent").toString(), LONG);

        assertThat(absent.type()).isEqualTo(FailureTypes.VETOED);
        assertThat(absent.retryable()).isTrue();
        assertThat(absent).hasMessageContaining("couldn't be asked");
    }

    @Test
    void muchOutputIsReadAndLittleOfItKept() throws Exception {
        String said = call(command("head -c 300000 /dev/zero | tr '\\0' x"), LONG);

        assertThat(said).hasSize(Hook.LONGEST_ANSWER + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "200, true, false", "204, true, false", "409, false, false", "403, false, false",
        "408, false, true", "429, false, true", "500, false, true", "302, false, true"
    })
    void anHttpHookAnswersByItsStatus(int status, boolean yes, boolean again) throws Exception {
        AtomicReference<String> got = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/gate", exchange -> {
            got.set(exchange.getRequestMethod()
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Reanchor-Hook")
                    + ' '
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = "not\nnow".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
            if (status != 204) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/gate?token=sesame";
        try {
            if (yes) {
                assertThat(call(url, LONG)).isEqualTo(status == 204 ? "" : "not now");
            } else {
                StepFailure refused = refused(url, LONG);
                assertThat(refused.type()).isEqualTo(FailureTypes.VETOED);
                assertThat(refused.retryable()).isEqualTo(again);
                assertThat(refused).hasMessageContaining("HTTP " + status).hasMessageContaining("not now");
                assertThat(refused.getMessage()).doesNotContain("sesame");
            }
            assertThat(got.get()).startsWith("POST before_cut_over {").contains("\"symbol\":\"BTCUSDT\"");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anHttpHookThatIsSilentCannotBeAsked() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StepFailure slow = refused("http://127.0.0.1:" + silent.getLocalPort() + "/", SHORT);

            assertThat(slow.retryable()).isTrue();
            assertThat(slow).hasMessageContaining("couldn't be asked");
        }
    }

    @Test
    void aWorkerWithoutTheHookLeavesItToAnother() {
        StepFailure refused =
                catchThrowableOfType(StepFailure.class, () -> new HookStep(HookSettings.NONE, threads).run(ORDER));

        assertThat(refused.retryable()).isTrue();
        assertThat(refused).hasMessageContaining("give all workers of a task queue the same re_anchor.hooks");
    }
}
