package io.reanchor.redis;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * As whom to connect, and whether by TLS. {@link #toString} hides the password.
 *
 * @param user null for the default user
 * @param password null for none
 * @param tls how to encrypt, or null for plain text
 */
public record RedisLogin(
        @Nullable String user,
        @Nullable String password,
        @Nullable RedisTls tls) {
    /** Without any. */
    public static final RedisLogin NONE = new RedisLogin(null, null, null);

    /** What stands before the host in {@code redis://user:password@host}; {@code rediss} is TLS with the JVM's trust store. */
    public static RedisLogin of(URI uri) {
        return new RedisLogin(
                JedisURIHelper.getUser(uri),
                JedisURIHelper.getPassword(uri),
                JedisURIHelper.isRedisSSLScheme(uri) ? RedisTls.system() : null);
    }

    /** The same, encrypted in this way. */
    public RedisLogin withTls(@Nullable RedisTls how) {
        return new RedisLogin(user, password, how);
    }

    @Override
    public String toString() {
        return "RedisLogin[user=%s, password=%s, tls=%s]".formatted(user, password == null ? "none" : "***", tls);
    }
}
