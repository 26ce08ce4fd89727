package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedState;
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
 * Puts what is staged in the place of what is live, in one transaction on one dedicated connection: seal, WATCH, check, EXEC.
 *
 * <p>A lost reply is an unknown outcome: nothing is retried, undone or cleaned up here. Whoever calls again finds the receipt.
 */
final class CutOver {
    private static final Script SEAL = Script.named(CutOver.class, "seal");

    private final RedisAccess redis;
    private final RedisSettings settings;
    private final Clock clock;
    private final ReplicaWait replicas;

    CutOver(RedisAccess redis, RedisSettings settings, Clock clock) {
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
        this.replicas = new ReplicaWait(settings, clock);
    }

    SwapReceipt run(Names names, CutOverOrder order) {
        return redis.withDedicated(names, "cut-over of " + order.symbol(), connection -> run(connection, names, order));
    }

    private SwapReceipt run(Connection connection, Names names, CutOverOrder order) {
        Generation next =
                Generation.after(names.live(Family.META), order.staged().against(), order.token());
        for (int attempt = 1; attempt <= settings.cutOverAttempts(); attempt++) {
            HashKeys.require(connection, names::live);
            Instant at = Instant.ofEpochMilli(clock.millis());
            Optional<SwapReceipt> done = seal(connection, names, order, next, at, attempt);
            if (done.isPresent()) {
                return done.get().with(replicas.afterLook(connection, names, order.token()));
            }
            Watched now = Watched.read(connection, names);
            done = Receipt.find(now.receipt(), order.token(), true); // an earlier attempt's EXEC arrived after the seal
            if (done.isPresent()) {
                unwatch(connection);
                return done.get().with(replicas.afterLook(connection, names, order.token()));
            }
            if (now.lostSeal(order.token(), next)) {
                unwatch(connection); // or the next seal would abort our own transaction
                continue;
            }
            new CutOverChecks(names, order, next).require(now);
            if (swap(connection, names, order, next)) {
                StagedState staged = order.staged();
                return new SwapReceipt(
                        next.toString(),
                        staged.against(),
                        requireId(staged.book().key().id()),
                        staged.bars().bars1s().id(),
                        at,
                        attempt,
                        false,
                        replicas.after(connection),
                        null,
                        null);
            }
        }
        throw new RedisStateException(
                FailureTypes.LIVE_MOVED,
                true,
                "%s: the watched keys changed during each of %d transactions, so none was executed. Trying again helps in a quieter moment."
                        .formatted(order.symbol(), settings.cutOverAttempts()));
    }

    private static void unwatch(Connection connection) {
        connection.sendCommand(Command.UNWATCH);
        connection.getOne();
    }

    /** @return the receipt, when this token's cut-over is done already */
    private Optional<SwapReceipt> seal(
            Connection connection, Names names, CutOverOrder order, Generation next, Instant at, int attempt) {
        StagedState staged = order.staged();
        List<String> keys = new ArrayList<>(List.of(names.flag(), names.live(Family.META), names.live(Family.BOOK)));
        keys.addAll(names.allStaged());
        List<byte[]> args = new ArrayList<>(List.of(
                Replies.bytes(order.token().value()),
                Replies.bytes(settings.lifetimes().staged().toMillis()),
                Replies.bytes(staged.against()),
                Replies.bytes(next.toString())));
        for (Sealed sealed : Sealed.all(staged)) {
            args.add(Replies.bytes(sealed.key().owner()));
            args.add(Replies.bytes(sealed.key().seq()));
            args.add(Replies.bytes(sealed.key().fields()));
            args.add(Replies.bytes(Fields.text(sealed.key().id())));
        }
        args.add(Replies.bytes(Receipt.LISTED));
        Fields.addAll(Receipt.fields(order.workflowId(), order.token(), staged, at, attempt), args);

        List<Object> reply = Replies.list(HashKeys.run(SEAL, connection, keys, args));
        Fenced.check(reply, names, order.token(), "the accepted " + Sealed.all(staged));
        switch (Replies.text(reply.get(0))) {
            case "INSTALLED" -> {
                return Receipt.find(Replies.map(reply, 1), order.token(), true);
            }
            case "LIVE" -> CutOverChecks.liveGeneration(names, staged.against(), Replies.text(reply.get(1)));
            default -> {
                // sealed
            }
        }
        return Optional.empty();
    }

    /** @return whether it was executed; false when a watched key changed */
    private boolean swap(Connection connection, Names names, CutOverOrder order, Generation next) {
        SwapTransaction transaction =
                new SwapTransaction(names, settings.lifetimes().old(), next);
        List<Object> replies;
        try {
            replies = transaction.send(connection);
        } catch (JedisConnectionException e) {
            throw new RedisStateException(
                    FailureTypes.OUTCOME_UNKNOWN,
                    true,
                    "%s: the connection broke after EXEC was sent (%s), so the cut-over to generation %s happened or it didn't. Nothing was undone. Trying again helps: the receipt in %s tells."
                            .formatted(order.symbol(), e.getMessage(), next, names.live(Family.META)),
                    e);
        }
        return transaction.executed(replies);
    }

    private static long requireId(@Nullable Long id) {
        if (id == null) {
            throw new IllegalStateException("a staged book without an update id");
        }
        return id;
    }
}
