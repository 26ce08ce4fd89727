package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * What one node of a Redis Cluster knows of the cluster.
 *
 * @param state {@code ok} or {@code fail}, as the node sees it
 * @param covered slots that have a primary
 * @param primaries those that have slots
 */
record SlotMap(String state, int covered, Set<HostAndPort> primaries) {
    static final int SLOTS = 16_384;

    static SlotMap read(Connection connection, HostAndPort asked) {
        connection.sendCommand(Command.CLUSTER, "INFO");
        connection.sendCommand(Command.CLUSTER, "SLOTS");
        List<Object> replies = Replies.all(connection, 2);
        Set<HostAndPort> primaries = new LinkedHashSet<>();
        int covered = 0;
        for (Object range : Replies.list(replies.get(1))) {
            List<Object> entry = Replies.list(range);
            List<Object> primary = Replies.list(entry.get(2));
            covered += Math.toIntExact(Replies.number(entry.get(1)) - Replies.number(entry.get(0))) + 1;
            String host = Replies.textOrNull(primary.get(0)); // none: the one that was asked
            primaries.add(new HostAndPort(
                    host == null || host.isEmpty() ? asked.getHost() : host,
                    Math.toIntExact(Replies.number(primary.get(1)))));
        }
        String state = Replies.text(replies.get(0))
                .lines()
                .filter(line -> line.startsWith("cluster_state:"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst()
                .orElse("unknown");
        return new SlotMap(state, covered, primaries);
    }
}
