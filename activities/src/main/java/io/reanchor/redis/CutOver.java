package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** Of all attempts, so many are made while the writers hold, if they know how to. */
    private static final int HELD_ATTEMPTS = 2;

    private final RedisAccess redis;
    private final RedisSettings settings;
    private final Clock clock;
    private final ReplicaWait replicas;
    private final Consumer<Duration> took;

    CutOver(RedisAccess redis, RedisSettings settings, Clock clock, Consumer<Duration> took) {
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
        this.replicas = new ReplicaWait(settings, clock);
        this.took = took;
    }

    /**
     * @param prepare brings what is staged to the journals' end, checks it, and says what is to go live; called before each transaction
     */
    SwapReceipt run(Names names, Token token, Supplier<CutOverOrder> prepare) {
        return redis.withDedicated(
                names, "cut-over of " + names.symbol(), connection -> run(connection, names, token, prepare));
    }

    private SwapReceipt run(Connection connection, Names names, Token token, Supplier<CutOverOrder> prepare) {
        Hold hold = new Hold(connection, names, token);
        String moved = "";
        for (int attempt = 1; attempt <= settings.cutOverAttempts(); attempt++) {
            HashKeys.require(connection, names::live);
            Optional<SwapReceipt> done = find(connection, names, token);
            if (done.isPresent()) {
                return replicated(connection, names, token, done.get());
            }
            if (attempt > settings.cutOverAttempts() - HELD_ATTEMPTS && attempt > 1) {
                hold.set(); // before the last catch-up, so that nothing moves after it
            }
            CutOverOrder order;
            try {
                order = prepare.get();
            } catch (RuntimeException e) {
                hold.release();
                done = find(connection, names, token); // an earlier attempt's EXEC took away what was to be prepared
                if (done.isPresent()) {
                    return replicated(connection, names, token, done.get());
                }
                throw e;
            }
            Generation next =
                    Generation.after(names.live(Family.META), order.staged().against(), token);
            Instant at = Instant.ofEpochMilli(clock.millis());
            try {
                done = seal(connection, names, order, next, at, attempt);
            } catch (RedisStateException e) {
                if (!e.type().equals(FailureTypes.LIVE_MOVED) || !e.retryable()) {
                    throw e;
                }
                moved = e.getMessage();
                continue;
            }
            if (done.isPresent()) {
                return replicated(connection, names, token, done.get());
            }
            Watched now = Watched.read(connection, names);
            done = Receipt.find(now.receipt(), token, true); // an earlier attempt's EXEC arrived after the seal
            if (done.isPresent()) {
                unwatch(connection);
                return replicated(connection, names, token, done.get());
            }
            if (now.lostSeal(token, next)) {
                unwatch(connection); // or the next seal would abort our own transaction
                continue;
            }
            CutOverChecks checks = new CutOverChecks(names, order, next);
            moved = checks.movedOn(now);
            if (!moved.isEmpty()) {
                unwatch(connection);
                continue;
            }
            checks.require(now);
            moved = checks.behind(now);
            if (!moved.isEmpty()) {
                unwatch(connection);
                continue;
            }
            if (swap(connection, names, order, next)) {
                return installed(connection, names, order, next, at, attempt);
            }
            moved = "EXEC was aborted";
        }
        hold.release();
        throw new RedisStateException(
                FailureTypes.LIVE_MOVED,
                true,
                "%s: live is moving: the watched keys changed, or went past what is staged, at each of %d transactions; at the last one %s. Trying again helps in a quieter moment, or when the writers know the hold %s."
                        .formatted(names.symbol(), settings.cutOverAttempts(), moved, names.hold()));
    }

    private SwapReceipt installed(
            Connection connection, Names names, CutOverOrder order, Generation next, Instant at, int attempt) {
        StagedState staged = order.staged();
        long updateId = requireId(staged.book().key().id());
        Long tradeId = staged.bars().bars1s().id();
        Long behind = Behind.of(connection, names, updateId);
        return new SwapReceipt(
                next.toString(),
                staged.against(),
                updateId,
                tradeId,
                at,
                attempt,
                false,
                replicas.after(connection),
                Receipt.quality(staged),
                staged,
                new Followed(updateId, tradeId, behind, List.of()));
    }

    private SwapReceipt replicated(Connection connection, Names names, Token token, SwapReceipt found) {
        return found.with(replicas.afterLook(connection, names, token));
    }

    private static Optional<SwapReceipt> find(Connection connection, Names names, Token token) {
        Receipt.ask(connection, names);
        return Receipt.find(Receipt.answered(connection.getOne()), token, true);
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
        Fenced.movedOn(reply, Sealed.all(staged).stream().map(Sealed::key).toList());
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
        long sent = System.nanoTime();
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
        boolean executed = transaction.executed(replies);
        if (executed) {
            took.accept(Duration.ofNanos(System.nanoTime() - sent));
        }
        return executed;
    }

    private static long requireId(@Nullable Long id) {
        if (id == null) {
            throw new IllegalStateException("a staged book without an update id");
        }
        return id;
    }
}
