package io.reanchor.faults;

import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A cut-over in raw commands, as one would write it at first. With all its precautions it is a right one; each that is left out breaks
 * it in a way of its own.
 */
final class RawCutOver {
    /** What a right cut-over doesn't leave out. */
    enum Precaution {
        /** All renames in one transaction. */
        TRANSACTION,
        /** What was checked is watched until EXEC. */
        WATCH,
        /** The staged keys are those of the load that was accepted. */
        OWNER
    }

    private static final SymbolKeys KEYS = Seed.KEYS;

    private final RespClient redis;
    private final String token;
    private final Set<Precaution> precautions;

    RawCutOver(RespClient redis, String token, Set<Precaution> precautions) {
        this.redis = redis;
        this.token = token;
        this.precautions = precautions;
    }

    /**
     * Installs what is staged.
     *
     * @return the generation, or nothing when it was refused
     * @throws IOException when nobody knows
     */
    Optional<String> run(Swap swap) throws IOException {
        String generation = stamp(redis, token);
        if (precautions.contains(Precaution.WATCH)) {
            List<String> watch = new ArrayList<>(List.of("WATCH", KEYS.flag(), KEYS.meta()));
            watch.addAll(KEYS.staged());
            redis.call(watch.toArray(String[]::new));
        }
        if (!token.equals(RespClient.text(redis.call("GET", KEYS.flag()))) || !isAccepted(swap.staged())) {
            return Optional.empty();
        }
        boolean transaction = precautions.contains(Precaution.TRANSACTION);
        if (transaction) {
            redis.call("MULTI");
        }
        for (int i = 0; i < KEYS.live().size(); i++) {
            if (transaction) {
                redis.call("RENAME", KEYS.live().get(i), KEYS.old().get(i));
                redis.call("PEXPIRE", KEYS.old().get(i), "600000");
            }
            redis.call("PERSIST", KEYS.staged().get(i));
            redis.call("RENAME", KEYS.staged().get(i), KEYS.live().get(i));
        }
        redis.call("DEL", KEYS.flag());
        redis.call("PUBLISH", KEYS.flag(), generation);
        return transaction && redis.call("EXEC") == null ? Optional.empty() : Optional.of(generation);
    }

    /** Puts the generation that follows into everything staged. @return it */
    static String stamp(RespClient redis, String token) throws IOException {
        String live = Objects.requireNonNullElse(RespClient.text(redis.call("HGET", KEYS.meta(), "gen")), "0-");
        String generation = (Long.parseLong(live.substring(0, live.indexOf('-'))) + 1) + "-" + token;
        for (String key : KEYS.staged()) {
            redis.call("HSET", key, "gen", generation);
        }
        redis.call("HSET", KEYS.staged().get(4), "owner", token, "previous", live + ",,,");
        return generation;
    }

    private boolean isAccepted(StagedState staged) throws IOException {
        if (!precautions.contains(Precaution.OWNER)) {
            return true;
        }
        List<StagedKey> accepted = List.of(
                staged.book().key(),
                staged.bars().bars1s(),
                staged.bars().bars5s(),
                staged.features().key());
        for (StagedKey key : accepted) {
            if (!key.owner().equals(RespClient.text(redis.call("HGET", key.key(), "owner")))) {
                return false;
            }
        }
        return true;
    }
}
