package io.reanchor.demo;

import java.net.URI;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.resps.StreamEntry;

/** A Redis that was there before: nothing of anybody's is touched, and nothing of ours is left. */
final class RedisThere implements AutoCloseable {
    private static final String EVENTS = "reanchor:events";

    private final URI uri;
    private final DemoKeys keys;

    private RedisThere(URI uri, DemoKeys keys) {
        this.uri = uri;
        this.keys = keys;
    }

    /** @throws Refused when it can't be reached, or has keys of the symbol already */
    static RedisThere requireEmpty(URI uri, DemoKeys keys) {
        try (Jedis redis = new Jedis(uri)) {
            List<String> there = keys.all().stream().filter(redis::exists).toList();
            if (!there.isEmpty()) {
                throw new Refused(
                        "Redis at %s:%d has %s already: the demo writes only where nothing is. Use another Redis, or another database of it: redis://host:port/9"
                                .formatted(uri.getHost(), uri.getPort(), there));
            }
            return new RedisThere(uri, keys);
        } catch (JedisException | IllegalArgumentException e) {
            throw new Refused(
                    "Redis at %s:%d can't be used: %s. Expected redis://host:port, of a standalone server"
                            .formatted(uri.getHost(), uri.getPort(), e.getMessage()),
                    e);
        }
    }

    /** Takes the demo's keys away, and what was written of them to the stream that all symbols share. */
    @Override
    public void close() {
        try (Jedis redis = new Jedis(uri)) {
            redis.unlink(keys.all().toArray(String[]::new));
            StreamEntryID[] told = redis.xrange(EVENTS, "-", "+").stream()
                    .filter(entry -> keys.symbol().equals(entry.getFields().get("symbol")))
                    .map(StreamEntry::getID)
                    .toArray(StreamEntryID[]::new);
            if (told.length > 0 && redis.xdel(EVENTS, told) > 0 && redis.xlen(EVENTS) == 0) {
                redis.del(EVENTS);
            }
        }
    }
}
