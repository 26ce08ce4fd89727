package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.LiveJson;
import io.reanchor.kit.wire.Fields;
import io.reanchor.workflow.FailureTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** The one transaction of a revert: live and old change places through the staged names, and the receipt is written with them. */
final class RevertTransaction {
    private static final List<Family> STATE = List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S, Family.FEATURES);

    private final Names names;
    private final Duration oldTtl;
    private final Generation next;
    private final Map<String, String> receipt;
    private final LiveJson json;
    private final List<Boolean> mayMiss = new ArrayList<>();

    RevertTransaction(Names names, Duration oldTtl, Generation next, Map<String, String> receipt) {
        this.names = names;
        this.oldTtl = oldTtl;
        this.next = next;
        this.receipt = receipt;
        this.json = LiveJson.ofState(names);
    }

    /** Sends it in one go and reads every reply: MULTI, each QUEUED, EXEC. */
    List<Object> send(Connection connection) {
        mayMiss.clear();
        connection.sendCommand(Command.MULTI);
        queue(
                connection,
                false,
                Command.UNLINK,
                names.allStaged().toArray(String[]::new)); // a dry run's, or a dead one's
        for (Family family : STATE) {
            queue(connection, false, Command.RENAME, names.old(family), names.staged(family));
        }
        queue(connection, false, Command.UNLINK, names.old(Family.META));
        for (Family family : Family.values()) {
            queue(connection, true, Command.RENAME, names.live(family), names.old(family));
        }
        for (Family family : STATE) {
            queue(connection, false, Command.PERSIST, names.staged(family));
            queue(connection, false, Command.HSET, names.staged(family), Fields.GEN, next.toString());
            queue(connection, false, Command.RENAME, names.staged(family), names.live(family));
        }
        List<String> fields = new ArrayList<>(List.of(names.live(Family.META)));
        receipt.forEach((field, value) -> fields.addAll(List.of(field, value)));
        queue(connection, false, Command.HSET, fields.toArray(String[]::new));
        for (Family family : Family.values()) {
            queue(connection, false, Command.PEXPIRE, names.old(family), Long.toString(oldTtl.toMillis()));
        }
        for (int i = json.queue(connection); i > 0; i--) {
            mayMiss.add(false);
        }
        queue(connection, false, Command.DEL, names.flag(), names.hold());
        queue(connection, false, Command.PUBLISH, names.channel(), next.toString());
        connection.sendCommand(Command.EXEC);
        return connection.getMany(mayMiss.size() + 2);
    }

    private void queue(Connection connection, boolean mayMissKey, Command command, String... args) {
        connection.sendCommand(command, args);
        mayMiss.add(mayMissKey);
    }

    /** Looks at every element. @return whether it was executed; false when WATCH aborted it */
    boolean executed(List<Object> replies) {
        return Executed.all(
                replies,
                (element, e) ->
                        mayMiss.get(element) && String.valueOf(e.getMessage()).contains("no such key"),
                (element, e) -> new RedisStateException(
                        FailureTypes.UNEXPECTED,
                        false,
                        "%s: command %d of the revert to generation %s failed inside EXEC: %s. The others were applied. Don't try again: compare %s with the live keys, what was live lies in %s."
                                .formatted(
                                        names.symbol(),
                                        element + 1,
                                        next,
                                        e.getMessage(),
                                        names.live(Family.META),
                                        names.allOld()),
                        e));
    }
}
