package io.reanchor.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A Lua script of this package, sent once and then called by its hash. */
final class Script {
    private final String text;
    private String sha = "";

    private Script(String text) {
        this.text = text;
    }

    static Script named(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException(name + ".lua isn't on the class path");
            }
            return new Script(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Object run(Jedis redis, List<String> keys, List<String> arguments) {
        try {
            return redis.evalsha(sha(redis), keys, arguments);
        } catch (JedisNoScriptException flushed) {
            sha = "";
            return redis.evalsha(sha(redis), keys, arguments);
        }
    }

    private String sha(Jedis redis) {
        if (sha.isEmpty()) {
            sha = redis.scriptLoad(text);
        }
        return sha;
    }
}
