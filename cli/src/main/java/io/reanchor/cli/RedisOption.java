package io.reanchor.cli;

import io.reanchor.kit.Keyspace;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisTopology;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the live state is; by the names that the worker has for it. */
final class RedisOption {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description =
                    "redis://[[user]:password@]host[:port][/database] of the primary, or of one node of a cluster."
                            + " Default: REDIS_URI, with REDIS_CLUSTER_MODE and REDIS_KEYS_META as the worker has them.")
    private @Nullable String uri;

    /** Empty when nobody said where Redis is. */
    Optional<RedisSettings> settings() {
        return settings(System.getenv());
    }

    Optional<RedisSettings> settings(Map<String, String> environment) {
        String at = uri != null ? uri : environment.get("REDIS_URI");
        if (at == null) {
            return Optional.empty();
        }
        try {
            RedisTopology.Standalone one = (RedisTopology.Standalone) RedisTopology.of(URI.create(at));
            boolean cluster = Boolean.parseBoolean(environment.get("REDIS_CLUSTER_MODE"));
            RedisSettings settings = RedisSettings.of(
                            cluster ? new RedisTopology.Cluster(List.of(one.node()), one.login()) : one)
                    .withOperationTimeout(PATIENCE);
            String meta = environment.get("REDIS_KEYS_META");
            return Optional.of(meta == null ? settings : settings.withKeyspace(withMeta(settings.keyspace(), meta)));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCodes.USAGE, "--redis, REDIS_URI or REDIS_KEYS_META can't be used: " + e.getMessage(), e);
        }
    }

    private static Keyspace withMeta(Keyspace names, String meta) {
        return new Keyspace(
                names.book(),
                names.bars1s(),
                names.bars5s(),
                names.features(),
                meta,
                names.flag(),
                names.diffs(),
                names.trades(),
                names.json());
    }
}
