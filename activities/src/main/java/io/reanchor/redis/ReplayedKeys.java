package io.reanchor.redis;

import io.reanchor.kit.Journal;
import io.reanchor.kit.wire.Replies;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Puts keys as they were recorded into a Redis that is there for a replay alone. Not thread-safe. */
public final class ReplayedKeys implements AutoCloseable {
    private final Connection redis;

    public ReplayedKeys(URI uri) {
        this.redis = new Connection(uri.getHost(), uri.getPort());
    }

    /** Makes a hash of these fields, of which there is at least one. */
    public void put(String key, Map<String, String> fields) {
        List<String> arguments = new ArrayList<>(List.of(key));
        fields.forEach((field, value) -> {
            arguments.add(field);
            arguments.add(value);
        });
        redis.sendCommand(Command.DEL, key);
        redis.sendCommand(Command.HSET, arguments.toArray(String[]::new));
        Replies.all(redis, 2);
    }

    public <E> void append(Journal<E> journal, List<E> events) {
        journal.append(redis, events);
    }

    @Override
    public void close() {
        redis.close();
    }
}
