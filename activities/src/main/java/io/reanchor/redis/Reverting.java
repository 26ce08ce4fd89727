package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.RevertPlan.Where;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Puts back what the last cut-over replaced, as a new generation: live and old change places in one transaction, under WATCH of flag,
 * receipt and old keys. As with a cut-over a lost reply is an unknown outcome, and whoever calls again finds the receipt.
 */
final class Reverting {
    private final RedisAccess redis;
    private final RedisSettings settings;
    private final Clock clock;
    private final ReplicaWait replicas;

    Reverting(RedisAccess redis, RedisSettings settings, Clock clock) {
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
        this.replicas = new ReplicaWait(settings, clock);
    }

    /**
     * What would be put back. Reads only.
     *
     * @param generation what is to be undone; null for what is live, unless a revert made it
     * @throws RedisStateException of type NotRevertible when nothing can be put back
     */
    RevertPlan plan(Names names, @Nullable String generation) {
        return redis.with(names, "looking at what " + names.symbol() + " was", connection -> {
            Replaced now = Replaced.read(connection, names);
            now.requireRevertible(generation);
            return plan(connection, names, now);
        });
    }

    private RevertPlan plan(Connection connection, Names names, Replaced now) {
        Where old = now.old();
        Where live = now.live();
        Journals journals = new Journals(names);
        Long updateId = old.lastUpdateId();
        Long tradeId = old.lastTradeId();
        Where reached = new Where(
                updateId == null
                        ? null
                        : journals.diffsAfter(connection, updateId)
                                .map(found -> found.end())
                                .orElse(updateId),
                tradeId == null
                        ? null
                        : journals.tradesAfter(connection, tradeId)
                                .map(found -> found.end())
                                .orElse(tradeId));
        List<String> thrownAway = new ArrayList<>();
        lost(thrownAway, "updates", reached.lastUpdateId(), live.lastUpdateId());
        lost(thrownAway, "trades", reached.lastTradeId(), live.lastTradeId());
        return new RevertPlan(
                names.symbol(),
                now.generation(),
                now.replaced(),
                live,
                old,
                reached,
                thrownAway.isEmpty(),
                thrownAway,
                Math.max(0, now.ttlMs() - settings.lifetimes().backstop().toMillis()));
    }

    private static void lost(List<String> lost, String what, @Nullable Long reached, @Nullable Long live) {
        if (live != null && (reached == null || reached < live)) {
            lost.add("%s %s..%d (no journal carries the old state past %s)"
                    .formatted(
                            what,
                            reached == null ? "" : Long.toString(reached + 1),
                            live,
                            reached == null ? "nothing" : reached));
        }
    }

    /**
     * Reverts, once.
     *
     * @param regardless whether it is done although no journal carries the old state on
     */
    SwapReceipt run(Names names, Token token, String workflowId, String generation, boolean regardless) {
        return redis.withDedicated(
                names,
                "revert of " + names.symbol(),
                connection -> run(connection, names, token, workflowId, generation, regardless));
    }

    private SwapReceipt run(
            Connection connection, Names names, Token token, String workflowId, String generation, boolean regardless) {
        for (int attempt = 1; attempt <= settings.cutOverAttempts(); attempt++) {
            HashKeys.require(connection, names::live);
            HashKeys.require(connection, names::old);
            List<String> watched = new ArrayList<>(List.of("WATCH", names.flag(), names.live(Family.META)));
            watched.addAll(names.allOld());
            connection.sendCommand(
                    Command.WATCH, watched.subList(1, watched.size()).toArray(String[]::new));
            connection.getOne();
            Replaced now = Replaced.read(connection, names);
            Optional<SwapReceipt> done = Receipt.find(now.receipt(), token, true);
            if (done.isPresent()) {
                unwatch(connection);
                return done.get().with(replicas.afterLook(connection, names, token));
            }
            if (!token.value().equals(now.flag())) {
                throw Fenced.flag(names, token, Fields.text(now.flag()));
            }
            now.requireRevertible(generation);
            RevertPlan plan = plan(connection, names, now);
            if (!plan.carried() && !regardless) {
                throw new RedisStateException(
                        FailureTypes.NOT_CARRIED,
                        false,
                        "%s: since it was planned the journals have stopped to carry the old state on: thrown away would be %s. Nothing was changed; plan it again."
                                .formatted(names.symbol(), String.join(", ", plan.thrownAway())));
            }
            Generation next = Generation.after(names.live(Family.META), generation, token);
            Instant at = Instant.ofEpochMilli(clock.millis());
            RevertTransaction transaction = new RevertTransaction(
                    names, settings.lifetimes().old(), next, now.nextReceipt(next, token, workflowId, at, attempt));
            List<Object> replies;
            try {
                replies = transaction.send(connection);
            } catch (JedisConnectionException e) {
                throw new RedisStateException(
                        FailureTypes.OUTCOME_UNKNOWN,
                        true,
                        "%s: the connection broke after EXEC was sent (%s), so the revert to generation %s happened or it didn't. Nothing was undone. Trying again helps: the receipt in %s tells."
                                .formatted(names.symbol(), e.getMessage(), next, names.live(Family.META)),
                        e);
            }
            if (transaction.executed(replies)) {
                return now.receiptOf(next, at, attempt).with(replicas.after(connection));
            }
        }
        throw new RedisStateException(
                FailureTypes.LIVE_MOVED,
                true,
                "%s: flag, receipt or old keys changed during each of %d transactions. Trying again helps when whoever changes them has ended."
                        .formatted(names.symbol(), settings.cutOverAttempts()));
    }

    private static void unwatch(Connection connection) {
        connection.sendCommand(Command.UNWATCH);
        connection.getOne();
    }
}
