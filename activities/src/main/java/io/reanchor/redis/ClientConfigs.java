package io.reanchor.redis;

import java.time.Duration;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;

/** The client's own configuration, made from ours. */
final class ClientConfigs {
    private ClientConfigs() {}

    /**
     * RESP2: a reply has the same shape on every server. Without CLIENT SETINFO, which only names the client's library: a user of least
     * rights has none to it, and each connection would stand in ACL LOG, which is to show what matters.
     */
    static JedisClientConfig connection(RedisLogin login, int database, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(millis)
                .socketTimeoutMillis(millis)
                .user(login.user())
                .password(login.password())
                .database(database)
                .protocol(RedisProtocol.RESP2)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        RedisTls tls = login.tls();
        if (tls != null) {
            config.ssl(true).sslSocketFactory(tls.sockets()).sslParameters(tls.parameters());
        }
        return config.build();
    }

    static JedisClientConfig connection(RedisTopology topology, Duration timeout) {
        return connection(topology.login(), topology.database(), timeout);
    }

    static GenericObjectPoolConfig<Connection> pool(RedisSettings settings) {
        GenericObjectPoolConfig<Connection> limits = new GenericObjectPoolConfig<>();
        limits.setMaxTotal(settings.connections());
        limits.setMaxIdle(settings.connections());
        limits.setMaxWait(settings.operationTimeout());
        limits.setJmxEnabled(false);
        return limits;
    }
}
