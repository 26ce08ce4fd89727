package io.reanchor.testkit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.ClusterFailoverOption;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A real Redis Cluster of three primaries, each with as many replicas as asked for, with a short node timeout. All processes end with
 * this JVM. Thread-safe as far as the servers are; meant for one test at a time.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int PRIMARIES = 3;
    private static final int SLOTS = 16_384;
    private static final int NODE_TIMEOUT_MS = 1000;

    private final List<RedisServer> servers = new ArrayList<>();
    private final Map<Integer, Integer> doors = new ConcurrentHashMap<>();
    private @Nullable FaultProxy proxy;

    private RedisCluster() {}

    /** Starts it and waits until every node sees it whole and every replica follows. */
    public static RedisCluster start(int replicasEach, String... config) {
        return start(RedisBinary.path(), replicasEach, config);
    }

    /** As {@link #start(int, String...)}, with another {@code redis-server}. */
    public static RedisCluster start(Path binary, int replicasEach, String... config) {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 0; i < PRIMARIES * (1 + replicasEach); i++) {
                cluster.servers.add(RedisServer.start(binary, port -> node(port, config)));
            }
            cluster.form();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /**
     * Starts three primaries without replicas, which tell clients addresses of a proxy that stands before all of them: so a test can
     * act at any command. (A replica would follow through the proxy, which speaks no replication.)
     */
    public static RedisCluster startBehindProxy(String... config) {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 0; i < PRIMARIES; i++) {
                cluster.servers.add(RedisServer.start(RedisBinary.path(), port -> {
                    List<String> args = node(port, config);
                    args.addAll(List.of("--cluster-announce-port", Integer.toString(cluster.doorTo(port))));
                    return args;
                }));
            }
            cluster.form();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private int doorTo(int port) {
        FaultProxy before = proxy;
        int door;
        if (before == null) {
            before = FaultProxy.before("127.0.0.1", port);
            proxy = before;
            door = before.uri().getPort();
        } else {
            door = before.alsoBefore("127.0.0.1", port);
        }
        doors.put(port, door);
        return door;
    }

    /** The proxy of a cluster that was started behind one. */
    public FaultProxy proxy() {
        return Objects.requireNonNull(proxy, "this cluster was started without a proxy");
    }

    /** Of all nodes, as the proxy shows them. */
    public List<HostAndPort> seedsBehindProxy() {
        return servers.stream()
                .map(server -> new HostAndPort(
                        server.host(), Objects.requireNonNull(doors.get(server.port()), "started without a proxy")))
                .toList();
    }

    private static List<String> node(int port, String... config) {
        List<String> args = new ArrayList<>(List.of(
                "--cluster-enabled",
                "yes",
                "--cluster-config-file",
                "nodes-" + port + ".conf",
                "--cluster-node-timeout",
                Integer.toString(NODE_TIMEOUT_MS),
                "--cluster-replica-validity-factor",
                "0",
                "--repl-diskless-sync-delay",
                "0"));
        args.addAll(List.of(config));
        return args;
    }

    private void form() {
        RedisServer first = servers.get(0);
        int each = SLOTS / PRIMARIES + 1;
        for (int i = 0; i < PRIMARIES; i++) {
            int to = Math.min(SLOTS, (i + 1) * each) - 1;
            // One by one: ranges came with 7.0.
            Stream<String> slots = IntStream.rangeClosed(i * each, to).mapToObj(Integer::toString);
            cluster(servers.get(i), Stream.concat(Stream.of("ADDSLOTS"), slots).toArray(String[]::new));
            cluster(servers.get(i), "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisServer other : servers.subList(1, servers.size())) {
            cluster(first, "MEET", other.host(), Integer.toString(other.port()), busPort(other));
        }
        awaitOk();
        for (int i = PRIMARIES; i < servers.size(); i++) {
            cluster(servers.get(i), "REPLICATE", id(servers.get(i % PRIMARIES)));
        }
        for (RedisServer replica : servers.subList(PRIMARIES, servers.size())) {
            awaitFollowing(replica);
        }
        awaitOk();
    }

    private static String busPort(RedisServer server) {
        // <id> <host>:<port>@<bus port> myself,…
        String node = nodes(server)
                .lines()
                .filter(l -> l.contains("myself"))
                .findFirst()
                .orElseThrow();
        return node.substring(node.indexOf('@') + 1).split("[ ,]", 2)[0];
    }

    /** Every node, alive or not. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** Of all nodes, in the order of {@link #servers}. */
    public List<HostAndPort> seeds() {
        return servers.stream().map(RedisServer::node).toList();
    }

    /** Of the first node. */
    public URI uri() {
        return servers.get(0).uri();
    }

    /** The primary that owns the key's slot, as those that run see it. */
    public RedisServer primaryOf(String key) {
        return owner(key)
                .orElseThrow(() -> new IllegalStateException("no primary says that it owns slot " + slotOf(key)));
    }

    private Optional<RedisServer> owner(String key) {
        return primaries()
                .filter(server -> owns(server, slotOf(key)))
                .max(Comparator.comparingLong(RedisCluster::epoch));
    }

    /** Those that run and say that they are one. */
    public Stream<RedisServer> primaries() {
        return running().stream()
                .filter(server -> server.command(Command.ROLE) instanceof List<?> role
                        && text(role.get(0)).equals("master"));
    }

    public static int slotOf(String key) {
        return JedisClusterCRC16.getSlot(key);
    }

    /** A primary that doesn't own the key's slot. */
    public RedisServer otherPrimaryThan(String key) {
        RedisServer owner = primaryOf(key);
        return primaries()
                .filter(server -> server != owner)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no other primary"));
    }

    /** A running replica of this primary. */
    public RedisServer replicaOf(RedisServer primary) {
        String id = id(primary);
        return running().stream()
                .filter(server -> server != primary)
                .filter(server -> nodes(server).lines().anyMatch(l -> l.contains("myself,slave " + id)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no replica of " + primary.node()));
    }

    /** Makes a replica of the key's primary take over, by agreement: nothing is lost. */
    public void failOver(String key) {
        RedisServer old = primaryOf(key);
        try (Jedis replica = new Jedis(replicaOf(old).node(), RedisServer.ADMIN)) {
            replica.clusterFailover();
        }
        awaitTakenOver(key, old);
    }

    /** Makes a replica of the key's primary take over, asking nobody: what it hasn't received is lost. */
    public void takeOver(String key) {
        RedisServer old = primaryOf(key);
        try (Jedis replica = new Jedis(replicaOf(old).node(), RedisServer.ADMIN)) {
            replica.clusterFailover(ClusterFailoverOption.TAKEOVER);
        }
        awaitTakenOver(key, old);
    }

    /** Kills the key's primary with {@code kill -9} and waits until a replica was elected. @return the one that was killed */
    public RedisServer killPrimaryOf(String key) {
        RedisServer old = primaryOf(key);
        old.kill();
        awaitTakenOver(key, old);
        return old;
    }

    /** Waits until another than this one owns the key's slot, and everybody has heard of it. */
    public void awaitTakenOver(String key, RedisServer old) {
        Patience.until(
                "a failover from " + old.node(),
                () -> owner(key).filter(owner -> owner != old).isPresent(),
                this::report);
        awaitOk();
    }

    /** Waits until every node that runs says that the cluster is ok and all nodes that run tell the same of roles and slots. */
    public void awaitOk() {
        Patience.until(
                "a cluster that is ok",
                () -> running().stream()
                                .allMatch(server -> cluster(server, "INFO").contains("cluster_state:ok")
                                        && known(server) == servers.size())
                        && running().stream().map(RedisCluster::view).distinct().count() == 1,
                this::report);
    }

    /** Waits until the cluster refuses commands. */
    public void awaitDown() {
        Patience.until(
                "a cluster that is down",
                () -> running().stream()
                        .allMatch(server -> cluster(server, "INFO").contains("cluster_state:fail")),
                this::report);
    }

    /** Waits until this node, which was started anew, has found the others and follows or leads. */
    public void awaitFollowing(RedisServer replica) {
        Patience.until(
                replica.node() + " to follow",
                () -> replica.command(Command.ROLE) instanceof List<?> role
                        && role.size() == 5
                        && text(role.get(3)).equals("connected"),
                this::report);
    }

    /**
     * The move of a slot, begun: from now on the source redirects for keys it no longer has, and refuses commands on some of each. While a node
     * imports a slot it hears nothing of whose that slot is, so it must know that first.
     */
    public SlotMove beginMove(int slot, RedisServer from, RedisServer to) {
        String owner = id(from);
        Patience.until(
                "%s to know the owner of slot %d".formatted(to.node(), slot),
                () -> saysOf(to, owner, slot),
                this::report);
        cluster(to, "SETSLOT", Integer.toString(slot), "IMPORTING", owner);
        cluster(from, "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
        return new SlotMove(this, slot, from, to);
    }

    private List<RedisServer> running() {
        return servers.stream().filter(RedisServer::isRunning).toList();
    }

    static String cluster(RedisServer server, String... args) {
        return text(server.command(Command.CLUSTER, args));
    }

    static String id(RedisServer server) {
        return cluster(server, "MYID");
    }

    private static String nodes(RedisServer server) {
        return cluster(server, "NODES");
    }

    private static long known(RedisServer server) {
        return nodes(server).lines().filter(l -> !l.contains("handshake")).count();
    }

    /** Each node's id, role, master and slots, sorted: a primary that hasn't heard of its replica ignores that one's failover. */
    private static List<String> view(RedisServer server) {
        return nodes(server)
                .lines()
                .map(l -> l.split(" ", 9))
                .map(l -> String.join(
                        " ",
                        l[0],
                        l[2].contains("slave") ? "slave of " + l[3] : "master",
                        l.length < 9 ? "" : l[8].replaceAll(" ?\\[.*", "")))
                .sorted()
                .toList();
    }

    private static boolean owns(RedisServer server, int slot) {
        return saysOf(server, id(server), slot);
    }

    /** Whether this server says that the slot is that node's. */
    private static boolean saysOf(RedisServer server, String id, int slot) {
        String node =
                nodes(server).lines().filter(l -> l.startsWith(id)).findFirst().orElse("");
        String[] columns = node.split(" ", 9);
        if (columns.length < 9) {
            return false;
        }
        for (String range : columns[8].replaceAll("\\[.*", "").trim().split(" ")) {
            String[] ends = range.split("-");
            if (!range.isEmpty()
                    && Integer.parseInt(ends[0]) <= slot
                    && slot <= Integer.parseInt(ends[ends.length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static long epoch(RedisServer server) {
        return nodes(server)
                .lines()
                .filter(l -> l.contains("myself"))
                .mapToLong(l -> Long.parseLong(l.split(" ")[6]))
                .findFirst()
                .orElse(0);
    }

    static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    private String report() {
        StringBuilder report = new StringBuilder();
        for (RedisServer server : running()) {
            report.append(server.node())
                    .append('\n')
                    .append(nodes(server))
                    .append(server.logTail())
                    .append('\n');
        }
        return report.toString();
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
        servers.forEach(RedisServer::close);
    }
}
