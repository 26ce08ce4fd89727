package io.reanchor.kit.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

/** Raw replies of the wire, and what is made of them. */
public final class Replies {
    private Replies() {}

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    /** Reads the replies to all that was sent, so that none is left behind, then throws the first error among them. */
    public static List<Object> all(Connection connection, int count) {
        return good(connection.getMany(count));
    }

    /** The same replies, when there is no error among them; otherwise throws the first. */
    public static List<Object> good(List<Object> replies) {
        for (Object reply : replies) {
            if (reply instanceof JedisDataException e) {
                throw e;
            }
        }
        return replies;
    }

    public static String text(@Nullable Object reply) {
        String text = textOrNull(reply);
        if (text == null) {
            throw new IllegalStateException("Redis answered nil where it can't");
        }
        return text;
    }

    public static @Nullable String textOrNull(@Nullable Object reply) {
        return reply instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : reply == null ? null : reply.toString();
    }

    public static long number(@Nullable Object reply) {
        return reply instanceof Long number ? number : Long.parseLong(text(reply));
    }

    @SuppressWarnings("unchecked") // a nested reply is a list of replies
    public static List<Object> list(@Nullable Object reply) {
        if (reply instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw new IllegalStateException("Redis answered " + reply + " where a list was expected");
    }

    /** One value of a flat list of names and values, as {@link #map} has it; null when there is none. */
    public static @Nullable String value(List<Object> flat, String name) {
        byte[] wanted = bytes(name);
        for (int i = flat.size() - 2; i >= 0; i -= 2) {
            if (flat.get(i) instanceof byte[] is && Arrays.equals(is, wanted)) {
                return text(flat.get(i + 1));
            }
        }
        return null;
    }

    /** A flat list of names and values, from {@code from} on. */
    public static Map<String, String> map(List<Object> flat, int from) {
        Map<String, String> map = new TreeMap<>();
        for (int i = from; i + 1 < flat.size(); i += 2) {
            map.put(text(flat.get(i)), text(flat.get(i + 1)));
        }
        return map;
    }
}
