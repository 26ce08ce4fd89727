package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.testkit.Certificates;
import io.reanchor.testkit.Prerequisite;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** On a real server that speaks TLS and asks for a client certificate. */
class TlsTest {
    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static RedisServer server;
    private static RedisServer elsewhere;
    private static int port;
    private static int otherPort;

    @BeforeAll
    static void start() throws IOException {
        certificates = Certificates.make(folder);
        port = freePort();
        server = start(port, Certificates.SERVER);
        otherPort = freePort();
        elsewhere = start(otherPort, Certificates.ELSEWHERE);
    }

    private static RedisServer start(int port, String certificate) {
        try {
            return RedisServer.start(
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    certificates.certificate(certificate).toString(),
                    "--tls-key-file",
                    certificates.key(certificate).toString(),
                    "--tls-ca-cert-file",
                    certificates.ca().toString());
        } catch (IllegalStateException e) {
            if (String.valueOf(e.getMessage()).contains("connection type tls")) {
                Prerequisite.orSkip(Optional.empty(), "this server was built without TLS", TestAbortedException::new);
            }
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        Stream.of(server, elsewhere).filter(Objects::nonNull).forEach(RedisServer::close);
    }

    private static RedisSettings at(int port, RedisTls tls) {
        RedisTopology.Standalone plain =
                (RedisTopology.Standalone) RedisTopology.of(URI.create("redis://127.0.0.1:" + port));
        return RedisSettings.of(
                        new RedisTopology.Standalone(plain.node(), plain.login().withTls(tls), plain.database()))
                .withOperationTimeout(Duration.ofSeconds(5));
    }

    private static RedisTls client(@Nullable String name, boolean verifyName) throws IOException {
        return RedisTls.of(
                Files.readString(certificates.ca()),
                name == null ? null : Files.readString(certificates.certificate(name)),
                name == null ? null : Files.readString(certificates.key(name)),
                verifyName);
    }

    private static RedisHealth.Finding look(int port, RedisTls tls) {
        return new RedisHealth(at(port, tls)).look();
    }

    @Test
    void aWholeRecoveryGoesThroughIt() throws IOException {
        try (Given given = Given.with(server, at(port, client(Certificates.CLIENT, true)))) {
            given.recover(Given.run("a"), 100, 50);
            assertThat(given.state.liveIds(Given.SYMBOL)).isEqualTo(new LiveIds("1-a.1", 100L, 50L));
        }
    }

    @Test
    void whatIsNotTrustedIsRefusedAndNamed() throws IOException {
        assertThat(look(port, client(Certificates.CLIENT, true)).up()).isTrue();
        assertThat(look(port, RedisTls.system()).detail())
                .contains("can't be spoken to by TLS", "unable to find valid certification path", "redis.tls.ca_file");
        assertThat(look(port, client(null, true)).up()).isFalse();
        assertThat(look(port, client(Certificates.STRANGER, true)).up()).isFalse();
    }

    @Test
    void theNameIsVerifiedUnlessThatIsSwitchedOff() throws IOException {
        assertThat(look(otherPort, client(Certificates.CLIENT, true)).detail())
                .contains("can't be spoken to by TLS", "No subject alternative names", "certificate bears");
        assertThat(look(otherPort, client(Certificates.CLIENT, false)).up()).isTrue();
        assertThat(look(otherPort, RedisTls.of(null, null, null, false)).up())
                .as("who signed it is checked all the same")
                .isFalse();
    }

    @Test
    void aFailureOfAnOperationNamesTheCertificates() throws IOException {
        try (Given given = Given.with(elsewhere, at(otherPort, client(Certificates.CLIENT, true)))) {
            RealRedis.failure(
                    FailureTypes.REDIS_UNAVAILABLE, () -> given.claim(Given.run("a")), "TLS", "redis.tls.ca_file");
        }
    }

    @Test
    void textsThatAreNoneAreRefusedUnshown() throws IOException {
        String certificate = Files.readString(certificates.certificate(Certificates.CLIENT));
        String planted = "cGxhbnRlZC1rZXk=";
        assertThatThrownBy(() -> RedisTls.of(null, certificate, null, true)).hasMessageContaining("both");
        assertThatThrownBy(() -> RedisTls.of("nothing", null, null, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be used");
        for (String key : new String[] {
            planted,
            "-----BEGIN PRIVATE KEY-----\n" + planted + "\n-----END PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY-----\n" + planted + "\n-----END EC PRIVATE KEY-----"
        }) {
            assertThatThrownBy(() -> RedisTls.of(null, certificate, key, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("key")
                    .hasMessageNotContaining(planted);
        }
    }
}
