package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reanchor.testkit.RedisServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two that start at once may both find the usual port free. */
class WorkerInProcessTest {
    @Test
    void aPortThatIsTakenMeanwhileIsKnownByTheFailure() throws Exception {
        try (RedisServer redis = RedisServer.start();
                TemporalInProcess temporal = TemporalInProcess.start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Throwable failure = catchThrowable(() -> WorkerInProcess.start(
                    redis.uri(),
                    Duration.ofSeconds(1),
                    temporal.address(),
                    "nobody",
                    URI.create("http://127.0.0.1:9"),
                    taken.getLocalPort(),
                    Map.of()));

            assertThat(WorkerInProcess.isTaken(failure)).isTrue();
            assertThat(WorkerInProcess.isTaken(new IllegalStateException("something else")))
                    .isFalse();
        }
    }
}
