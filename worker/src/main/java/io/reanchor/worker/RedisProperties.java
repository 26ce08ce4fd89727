package io.reanchor.worker;

import io.reanchor.redis.Keyspace;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertFalse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import redis.clients.jedis.Protocol;

/**
 * {@code redis.*}: where the live state is.
 *
 * @param uri the server, with user and password when it wants them
 * @param clusterMode whether it is a Redis Cluster
 * @param operationTimeoutMs limit of each Redis operation: connecting, reading, and waiting for a pooled connection, each
 * @param poolSize connections at once
 * @param keys names of a symbol's keys, with {@code <symbol>} where the symbol goes
 */
@Validated
@ConfigurationProperties("redis")
record RedisProperties(
        @Allowed("redis://[[user]:password@]host[:port][/database]")
        @NotNull
        @DefaultValue("redis://127.0.0.1:6379/0")
        @ServerUri(schemes = "redis", path = "(/[0-9]{0,3})?", credentials = true)
        String uri,

        @Allowed(
                "false (this release talks to one standalone Redis; with a cluster, leave it off and wait for a release that"
                        + " supports it: set redis.cluster_mode: false, or REDIS_CLUSTER_MODE=false)")
        @DefaultValue("false")
        @AssertFalse
        boolean clusterMode,

        @DefaultValue("100") @Min(1) @Max(60_000) int operationTimeoutMs,
        @DefaultValue("16") @Min(2) @Max(1000) int poolSize,
        @Valid @DefaultValue Keys keys) {

    /** The least; the names' own class knows the rest. */
    private static final String HAS_SYMBOL = "[!-~]*<symbol>[!-~]*";

    private static final String TEMPLATE =
            "printable ASCII with <symbol> in it once, next to no letter or digit of a symbol, as in"
                    + " ob:<symbol>; no two templates may name the same key";

    /**
     * @param book hash of the order book
     * @param bars1s hash of the one-second bars
     * @param bars5s hash of the five-second bars
     * @param features hash of the features
     * @param meta hash of the last cut-over's receipt
     * @param flag string: "recovery in progress"
     */
    record Keys(
            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("ob:<symbol>")
            String book,

            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("tr:<symbol>:1s")
            String bars1s,

            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("tr:<symbol>:5s")
            String bars5s,

            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("feat:<symbol>")
            String features,

            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("meta:<symbol>")
            String meta,

            @Allowed(TEMPLATE) @NotNull @Pattern(regexp = HAS_SYMBOL) @DefaultValue("reanchor:<symbol>")
            String flag) {

        /** @throws IllegalArgumentException for a template that can't be, or two that name the same key */
        Keyspace keyspace() {
            return new Keyspace(book, bars1s, bars5s, features, meta, flag);
        }
    }

    /** Always with a port. */
    URI address() {
        URI address = URI.create(uri);
        if (address.getPort() >= 0) {
            return address;
        }
        String user = address.getRawUserInfo();
        return URI.create("redis://%s%s:%d%s"
                .formatted(
                        user == null ? "" : user + '@',
                        address.getHost(),
                        Protocol.DEFAULT_PORT,
                        address.getRawPath()));
    }

    /** Where the server is, without user and password: for logs and health. */
    String shownAddress() {
        return Secrets.mask(uri);
    }

    @Override
    public String toString() {
        return "RedisProperties[uri=%s, clusterMode=%s, operationTimeoutMs=%d, poolSize=%d, keys=%s]"
                .formatted(shownAddress(), clusterMode, operationTimeoutMs, poolSize, keys);
    }
}
