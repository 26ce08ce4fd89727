package io.reanchor.faults;

import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.SymbolKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Redis with a proxy before it: the service comes through the proxy as a user whose rights can be taken, we come directly. */
final class Server implements AutoCloseable {
    private static final String USER = "reanchor";
    private static final String PASSWORD = "secret";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** More buckets than any hash here has. */
    private static final int REHASHED = 256;

    final RedisServer redis;
    final FaultProxy proxy;

    private Server(RedisServer redis) {
        this.redis = redis;
        this.proxy = FaultProxy.before(redis);
    }

    static Server start(boolean persistent) {
        List<String> config = new ArrayList<>(List.of(
                "--user", USER, "on", ">" + PASSWORD, "~*", "&*", "+@all", "--auto-aof-rewrite-percentage", "0"));
        if (persistent) {
            config.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        }
        return new Server(RedisServer.start(config.toArray(String[]::new)));
    }

    /** For the service. */
    URI uri() {
        return URI.create("redis://%s:%s@127.0.0.1:%d/0"
                .formatted(USER, PASSWORD, proxy.uri().getPort()));
    }

    RespClient connect(Duration timeout) throws IOException {
        return RespClient.connect(redis.host(), redis.port(), timeout);
    }

    /** As the service connects: through the proxy. */
    RespClient connectAsService(Duration timeout) throws IOException {
        RespClient client = RespClient.connect("127.0.0.1", proxy.uri().getPort(), timeout);
        client.call("AUTH", USER, PASSWORD);
        return client;
    }

    /** One command past the proxy. */
    void admin(String... command) {
        try (RespClient client = connect(TIMEOUT)) {
            client.call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everybody may do everything, with memory enough. */
    void heal() {
        admin("CONFIG", "SET", "maxmemory", "0");
        admin("ACL", "SETUSER", USER, "on", "resetkeys", "~*", "+@all");
    }

    void refuse(String command) {
        admin("ACL", "SETUSER", USER, "-" + command.toLowerCase(java.util.Locale.ROOT));
    }

    /** Holds exactly these keys, and knows every script that was ever seen here: each run begins alike. */
    void hold(Map<String, byte[]> dumps) {
        try (RespClient client = connect(TIMEOUT)) {
            client.call("FLUSHALL");
            List<List<byte[]>> commands = new ArrayList<>();
            proxy.scripts()
                    .values()
                    .forEach(text -> commands.add(List.of(bytes("SCRIPT"), bytes("LOAD"), bytes(text))));
            dumps.forEach((key, dump) -> commands.add(List.of(bytes("RESTORE"), bytes(key), bytes("0"), dump)));
            // Each look rehashes a little: afterwards the same content has the same bytes for good.
            List<byte[]> looks = new ArrayList<>(Collections.nCopies(REHASHED, bytes("x")));
            dumps.keySet().forEach(key -> {
                List<byte[]> look = new ArrayList<>(List.of(bytes("HMGET"), bytes(key)));
                look.addAll(looks);
                commands.add(look);
            });
            client.allRaw(commands);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The live keys, as {@link #hold} takes them. */
    Map<String, byte[]> live(SymbolKeys keys) {
        try (RespClient client = connect(TIMEOUT)) {
            Map<String, byte[]> dumps = new LinkedHashMap<>();
            for (String key : keys.live()) {
                if (client.call("DUMP", key) instanceof byte[] dump) {
                    dumps.put(key, dump);
                }
            }
            return dumps;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        proxy.close();
        redis.close();
    }
}
