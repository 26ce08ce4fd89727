package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way to break a boundary: what the client is left with, and what the server has done. */
class FaultProxyTest {
    private static final List<List<String>> PIPELINE =
            List.of(List.of("INCR", "a"), List.of("INCR", "b"), List.of("INCR", "c"));

    private static RedisServer redis;
    private FaultProxy proxy;
    private RespClient direct;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() throws IOException {
        proxy = FaultProxy.before(redis);
        direct = RespClient.connect(redis.host(), redis.port(), Duration.ofSeconds(10));
        direct.call("FLUSHALL");
    }

    @AfterEach
    void close() throws IOException {
        direct.close();
        proxy.close();
    }

    private FaultProxy.Held breakSecond(Break how) {
        proxy.startCounting();
        return proxy.breakNext(boundary -> boundary.number() == 2, how, () -> {});
    }

    private RespClient client(int millis) throws IOException {
        return RespClient.connect("127.0.0.1", proxy.uri().getPort(), Duration.ofMillis(millis));
    }

    private List<String> done() throws IOException {
        return Objects.requireNonNull((List<?>) direct.call("MGET", "a", "b", "c")).stream()
                .map(value -> Objects.requireNonNullElse(RespClient.text(value), "-"))
                .toList();
    }

    private void endsWithout(Break how) throws IOException {
        breakSecond(how);
        try (RespClient client = client(10_000)) {
            assertThatThrownBy(() -> client.all(PIPELINE))
                    .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
        }
    }

    @Test
    void cutBeforeItIsNeverSeenNorWhatIsBehindIt() throws IOException {
        endsWithout(Break.CUT_BEFORE);
        assertThat(done()).containsExactly("1", "-", "-");
    }

    @Test
    void cutAfterItIsDoneButWhatIsBehindItIsNot() throws IOException {
        endsWithout(Break.CUT_AFTER);
        assertThat(done()).containsExactly("1", "1", "-");
    }

    @Test
    void halfAReplyIsNone() throws IOException {
        endsWithout(Break.HALF_REPLY);
        assertThat(done()).startsWith("1", "1");
    }

    @Test
    void aLostReplyIsWaitedForInVainThoughAllIsDone() throws Exception {
        breakSecond(Break.LOSE_REPLY);
        try (RespClient client = client(200)) {
            assertThatThrownBy(() -> client.all(PIPELINE)).isInstanceOf(SocketTimeoutException.class);
        }
        proxy.awaitEnd();
        assertThat(done()).containsExactly("1", "1", "1");
    }

    @Test
    void aHeldReplyComesWhenItIsReleased() throws Exception {
        FaultProxy.Held held = breakSecond(Break.HOLD_REPLY);
        try (RespClient client = client(10_000)) {
            Thread release = new Thread(() -> {
                try {
                    held.awaitArrival();
                    held.release();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            release.start();
            assertThat(client.all(PIPELINE)).containsExactly(1L, 1L, 1L);
            release.join();
        }
    }

    @Test
    void aHeldCommandArrivesAfterItsClientIsGone() throws Exception {
        FaultProxy.Held held = breakSecond(Break.HOLD);
        try (RespClient client = client(200)) {
            assertThatThrownBy(() -> client.all(PIPELINE)).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(done()).containsExactly("1", "-", "-");
        held.release();
        proxy.awaitEnd();
        assertThat(done()).containsExactly("1", "1", "1");
        assertThat(held.met()).map(Boundary::command).contains("INCR b");
    }

    @Test
    void whatIsDoneThereIsDoneBeforeTheBytesLeave() throws IOException {
        proxy.startCounting();
        StringBuilder seen = new StringBuilder();
        FaultProxy.Held held = proxy.breakNext(boundary -> boundary.number() == 2, Break.NONE, () -> {
            try {
                seen.append(done());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (RespClient client = client(10_000)) {
            assertThat(client.all(PIPELINE)).containsExactly(1L, 1L, 1L);
        }
        assertThat(held.met()).isPresent();
        assertThat(seen).hasToString("[1, -, -]");
    }

    @Test
    void tellsCommandsScriptsAndKeysButNoPasswords() throws IOException {
        try (RespClient client = client(10_000)) {
            assertThatThrownBy(() -> client.call("AUTH", "nobody", "secret")).isInstanceOf(RespError.class);
            client.call("EVAL", "-- Adds one: or so\nreturn redis.call('INCR', KEYS[1])", "1", "a");
            client.call("RENAME", "a", "b");
        }
        assertThat(proxy.seen())
                .extracting(Boundary::command)
                .containsExactly("AUTH", "EVAL (Adds one) a", "RENAME a b");
    }
}
