package io.reanchor.faults;

import io.reanchor.redis.RedisTopology;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisCluster;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Redis with a proxy before it: the service comes through the proxy as a user whose rights can be taken, we come directly. */
final class Server implements AutoCloseable {
    private static final String USER = "reanchor";
    private static final String PASSWORD = "secret";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** More buckets than any hash here has. */
    private static final int REHASHED = 256;

    /** What comes back when it is killed. */
    enum Kind {
        FORGETFUL,
        PERSISTENT,
        /** A replica takes over. */
        REPLICATED,
        /** A Redis Cluster of three primaries: the keys' slot can move between them. */
        CLUSTER
    }

    final FaultProxy proxy;
    final SymbolKeys keys;
    /** Where the symbol's keys are. */
    volatile RedisServer redis;

    private @Nullable RedisServer replica;
    private final @Nullable Slot slot;

    private Server(RedisServer redis, @Nullable RedisServer replica) {
        this.redis = redis;
        this.replica = replica;
        this.slot = null;
        this.keys = Seed.KEYS;
        this.proxy = FaultProxy.before(redis);
    }

    private Server(RedisCluster cluster) {
        this.keys = new SymbolKeys(Exchange.SYMBOL, true);
        Slot ours = new Slot(cluster, keys.flag());
        this.redis = ours.owner();
        this.slot = ours;
        this.proxy = cluster.proxy();
    }

    static Server start(Kind kind) {
        List<String> config = new ArrayList<>(List.of(
                "--user", USER, "on", ">" + PASSWORD, "~*", "&*", "+@all", "--auto-aof-rewrite-percentage", "0"));
        if (kind == Kind.PERSISTENT) {
            config.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        }
        if (kind == Kind.CLUSTER) {
            return new Server(RedisCluster.startBehindProxy(config.toArray(String[]::new)));
        }
        config.addAll(List.of("--repl-diskless-sync-delay", "0"));
        RedisServer redis = RedisServer.start(config.toArray(String[]::new));
        return new Server(redis, kind == Kind.REPLICATED ? redis.startReplica(config.toArray(String[]::new)) : null);
    }

    /** For the service. */
    RedisTopology topology() {
        RedisTopology single = RedisTopology.of(uri(proxy));
        return slot == null ? single : new RedisTopology.Cluster(slot.cluster().seedsBehindProxy(), single.login());
    }

    /** For the service, through another proxy. */
    URI uri(FaultProxy through) {
        return URI.create("redis://%s:%s@127.0.0.1:%d/0"
                .formatted(USER, PASSWORD, through.uri().getPort()));
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
        admin(redis, command);
    }

    private static void admin(RedisServer server, String... command) {
        try (RespClient client = RespClient.connect(server.host(), server.port(), TIMEOUT)) {
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

    /**
     * Holds exactly these live keys, none or all in their order, and knows every script that was ever seen here: each run begins alike.
     * A cluster's other primaries know none.
     */
    void hold(List<byte[]> live) {
        finishMove();
        forgetScriptsElsewhere();
        Map<String, byte[]> dumps = new LinkedHashMap<>();
        for (int i = 0; i < live.size(); i++) {
            dumps.put(keys.live().get(i), live.get(i));
        }
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
            if (replica != null) {
                follow(client, replica);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void follow(RespClient primary, RedisServer follower) throws IOException {
        if (!follower.isRunning()) {
            follower.restart(); // it was the primary of an earlier run
        }
        admin(follower, "REPLICAOF", redis.host(), Integer.toString(redis.port()));
        awaitReplica(primary);
    }

    /** Until the replica has all there is: WAIT speaks of its own connection's writes, so it writes something. */
    private static void awaitReplica(RespClient primary) throws IOException {
        for (int i = 0; i < 20; i++) {
            primary.call("SET", "sync", "now");
            primary.call("DEL", "sync");
            if (Objects.equals(primary.call("WAIT", "1", "5000"), 1L)) {
                return;
            }
        }
        throw new IllegalStateException("the replica doesn't follow");
    }

    private void forgetScriptsElsewhere() {
        if (slot != null) {
            slot.cluster().servers().stream()
                    .filter(server -> server != redis)
                    .forEach(server -> admin(server, "SCRIPT", "FLUSH"));
        }
    }

    /** The move of the slot begins: half of the keys are at another primary. */
    void beginMove() {
        Objects.requireNonNull(slot, "no cluster").begin();
    }

    /** What has begun ends: all keys are at the other primary. */
    void finishMove() {
        RedisServer owner = slot == null ? null : slot.finish();
        if (owner != null) {
            redis = owner;
        }
    }

    /** From now on the replica hears of nothing more. */
    void cutReplicaOff() {
        admin(Objects.requireNonNull(replica), "REPLICAOF", "NO", "ONE");
    }

    void awaitReplicaIfAny() {
        if (replica != null) {
            awaitReplica();
        }
    }

    void awaitReplica() {
        try (RespClient client = connect(TIMEOUT)) {
            awaitReplica(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The replica takes over from a primary that is dead. */
    void promoteReplica() {
        RedisServer next = Objects.requireNonNull(replica);
        admin(next, "REPLICAOF", "NO", "ONE");
        replica = redis;
        redis = next;
        proxy.turnTo(next);
    }

    /** The live keys, as {@link #hold} takes them. */
    List<byte[]> live() {
        try (RespClient client = connect(TIMEOUT)) {
            List<byte[]> dumps = new ArrayList<>();
            for (String key : keys.live()) {
                if (client.call("DUMP", key) instanceof byte[] dump) {
                    dumps.add(dump);
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
        if (slot != null) {
            slot.close();
        }
        redis.close();
        if (replica != null) {
            replica.close();
        }
    }
}
