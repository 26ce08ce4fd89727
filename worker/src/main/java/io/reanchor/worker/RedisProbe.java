package io.reanchor.worker;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/** PING, and whether it is a master, on a connection of its own: a pool in use doesn't make Redis look down. */
final class RedisProbe implements Probe {
    private final String shown;
    private final HostAndPort address;
    private final DefaultJedisClientConfig config;

    RedisProbe(RedisProperties redis) {
        var uri = redis.address();
        shown = redis.shownAddress();
        address = JedisURIHelper.getHostAndPort(uri);
        config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(redis.operationTimeoutMs())
                .socketTimeoutMillis(redis.operationTimeoutMs())
                .user(JedisURIHelper.getUser(uri))
                .password(JedisURIHelper.getPassword(uri))
                .protocol(RedisProtocol.RESP2)
                .database(JedisURIHelper.getDBIndex(uri))
                .build();
    }

    @Override
    public String what() {
        return "Redis at " + shown;
    }

    @Override
    public Finding look() {
        try (Jedis jedis = new Jedis(address, config)) {
            jedis.ping();
            Object name = jedis.role().get(0);
            return "master".equals(name)
                    ? Finding.up("master")
                    : Finding.down("it is a %s and can't be written to: point redis.uri (REDIS_URI) to the master"
                            .formatted(name));
        } catch (JedisConnectionException e) {
            return Finding.down("can't be reached (%s): is it running, and does redis.uri (REDIS_URI) name it?"
                    .formatted(reason(e)));
        } catch (JedisException e) {
            return Finding.down(
                    "it refuses (%s): look at redis.uri's user and password, and at its rights for PING and ROLE"
                            .formatted(reason(e)));
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
