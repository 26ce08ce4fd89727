package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks all of them for the primary, since one that was cut off still names the primary of yesterday. Whoever knows the newest
 * configuration is believed.
 */
final class Sentinels {
    private record Answer(HostAndPort primary, long epoch) {}

    private final RedisTopology.Sentinel topology;
    private final JedisClientConfig config;

    Sentinels(RedisTopology.Sentinel topology, Duration timeout) {
        this.topology = topology;
        this.config = ClientConfigs.connection(topology.sentinelLogin(), 0, timeout);
    }

    HostAndPort primary() {
        Answer best = null;
        JedisException first = null;
        for (HostAndPort sentinel : topology.nodes()) {
            try {
                Answer answer = ask(sentinel);
                if (best == null || answer.epoch() > best.epoch()) {
                    best = answer;
                }
            } catch (JedisDataException e) {
                first = e; // one that answers tells more than one that doesn't
            } catch (JedisException e) {
                first = first == null ? e : first;
            }
        }
        if (best != null) {
            return best.primary();
        }
        if (first instanceof JedisDataException) {
            throw first;
        }
        throw new JedisConnectionException("no Sentinel answers", first);
    }

    private Answer ask(HostAndPort sentinel) {
        try (Connection connection = new Connection(sentinel, config)) {
            connection.sendCommand(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", topology.master());
            connection.sendCommand(Command.SENTINEL, "MASTER", topology.master());
            List<Object> replies = Replies.all(connection, 2); // "No such master with that name" is the second's
            List<Object> address = Replies.list(replies.get(0));
            Map<String, String> details = Replies.map(Replies.list(replies.get(1)), 0);
            return new Answer(
                    new HostAndPort(Replies.text(address.get(0)), Math.toIntExact(Replies.number(address.get(1)))),
                    Long.parseLong(details.getOrDefault("config-epoch", "0")));
        }
    }
}
