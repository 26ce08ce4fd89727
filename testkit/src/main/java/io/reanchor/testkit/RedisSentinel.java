package io.reanchor.testkit;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** A primary, a replica, and three Sentinels that watch them as {@code mymaster} and are quick to fail over. */
public final class RedisSentinel implements AutoCloseable {
    public static final String MASTER = "mymaster";

    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinel() {}

    /** Starts all and waits until each Sentinel knows the others and the replica. */
    public static RedisSentinel start() {
        RedisSentinel all = new RedisSentinel();
        try {
            RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0");
            all.servers.add(primary);
            all.servers.add(primary.startReplica("--repl-diskless-sync-delay", "0"));
            Patience.until("a replica in sync", () -> replicas(primary) == 1, () -> "" + primary.command(Command.ROLE));
            for (int i = 0; i < SENTINELS; i++) {
                all.sentinels.add(RedisServer.startSentinel(config(primary)));
            }
            all.awaitQuorum();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static String config(RedisServer primary) {
        return """
                sentinel monitor %s %s %d %d
                sentinel down-after-milliseconds %s 500
                sentinel failover-timeout %s 2000
                """.formatted(MASTER, primary.host(), primary.port(), QUORUM, MASTER, MASTER);
    }

    private static int replicas(RedisServer primary) {
        return primary.command(Command.ROLE) instanceof List<?> role && role.get(2) instanceof List<?> list
                ? list.size()
                : 0;
    }

    private void awaitQuorum() {
        for (RedisServer sentinel : sentinels) {
            Patience.until(
                    "a Sentinel that knows all",
                    () -> {
                        try (Jedis jedis = new Jedis(sentinel.node(), RedisServer.ADMIN)) {
                            return jedis.sentinelSentinels(MASTER).size() == SENTINELS - 1
                                    && jedis.sentinelReplicas(MASTER).size() == 1;
                        }
                    },
                    () -> sentinel.node() + " of " + sentinels.size());
        }
    }

    /** The Sentinels themselves. */
    public List<HostAndPort> nodes() {
        return sentinels.stream().map(RedisServer::node).toList();
    }

    /** The server that the Sentinels name. */
    public RedisServer primary() {
        List<String> address;
        try (Jedis jedis = new Jedis(sentinels.get(0).node(), RedisServer.ADMIN)) {
            address = jedis.sentinelGetMasterAddrByName(MASTER);
        }
        int port = Integer.parseInt(address.get(1));
        return servers.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Sentinel names " + address));
    }

    /** The other server. */
    public RedisServer replica() {
        return servers.get(0) == primary() ? servers.get(1) : servers.get(0);
    }

    /** Starts the one that was killed as a replica of the other, and waits until the Sentinels would fail over to it. */
    public void restartAsReplica(RedisServer killed) {
        RedisServer primary = primary();
        killed.restart();
        killed.command(Command.REPLICAOF, primary.host(), Integer.toString(primary.port()));
        Patience.until("a replica in sync", () -> replicas(primary) == 1, () -> "" + primary.command(Command.ROLE));
        for (RedisServer sentinel : sentinels) {
            Patience.until(
                    "a Sentinel that sees the replica",
                    () -> {
                        try (Jedis jedis = new Jedis(sentinel.node(), RedisServer.ADMIN)) {
                            return jedis.sentinelReplicas(MASTER).stream()
                                    .anyMatch(replica -> "slave".equals(replica.get("flags"))
                                            && "ok".equals(replica.get("master-link-status")));
                        }
                    },
                    () -> sentinel.node() + " doesn't");
        }
    }

    /** Kills the primary with {@code kill -9} and waits until every Sentinel names the other. @return the one that was killed */
    public RedisServer killPrimary() {
        RedisServer old = primary();
        old.kill();
        awaitNamed(old == servers.get(0) ? servers.get(1) : servers.get(0));
        return old;
    }

    private void awaitNamed(RedisServer next) {
        for (RedisServer sentinel : sentinels) {
            Patience.until(
                    "a failover to " + next.node(),
                    () -> {
                        try (Jedis jedis = new Jedis(sentinel.node(), RedisServer.ADMIN)) {
                            return jedis.sentinelGetMasterAddrByName(MASTER)
                                    .get(1)
                                    .equals(Integer.toString(next.port()));
                        }
                    },
                    () -> sentinel.node() + " names another");
        }
        Patience.until(
                "a primary",
                () -> next.command(Command.ROLE) instanceof List<?> role
                        && RedisCluster.text(role.get(0)).equals("master"),
                () -> next.node() + " is none");
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
