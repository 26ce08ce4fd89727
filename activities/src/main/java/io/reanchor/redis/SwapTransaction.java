package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.LiveJson;
import io.reanchor.workflow.FailureTypes;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * The one transaction that readers see. Live is renamed away before staged takes its name: a RENAME over an existing key would
 * free the old value on the server's main thread.
 */
final class SwapTransaction {
    private static final int FAMILIES = Family.values().length;

    private final Names names;
    private final Duration oldTtl;
    private final Generation next;
    private final LiveJson json;
    private int commands;

    SwapTransaction(Names names, Duration oldTtl, Generation next) {
        this.names = names;
        this.oldTtl = oldTtl;
        this.next = next;
        this.json = LiveJson.ofState(names);
    }

    /** Sends it in one go, so that the window under WATCH is short, and reads every reply: MULTI, each QUEUED, EXEC. */
    List<Object> send(Connection connection) {
        connection.sendCommand(Command.MULTI);
        commands = 0;
        queue(connection, Command.UNLINK, names.allOld().toArray(String[]::new));
        for (Family family : Family.values()) {
            queue(connection, Command.RENAME, names.live(family), names.old(family));
        }
        for (Family family : Family.values()) {
            queue(connection, Command.PERSIST, names.staged(family));
        }
        for (Family family : Family.values()) {
            queue(connection, Command.RENAME, names.staged(family), names.live(family));
        }
        for (Family family : Family.values()) {
            queue(connection, Command.PEXPIRE, names.old(family), Long.toString(oldTtl.toMillis()));
        }
        commands += json.queue(connection);
        queue(connection, Command.DEL, names.flag(), names.hold());
        queue(connection, Command.PUBLISH, names.channel(), next.toString());
        connection.sendCommand(Command.EXEC);
        return connection.getMany(commands + 2);
    }

    private void queue(Connection connection, Command command, String... args) {
        connection.sendCommand(command, args);
        commands++;
    }

    /**
     * Looks at every element: EXEC doesn't roll back, and the client doesn't throw for what failed inside it.
     *
     * @return whether it was executed; false when WATCH aborted it
     */
    boolean executed(List<Object> replies) {
        return Executed.all(
                replies,
                (element, e) -> element >= 1
                        && element <= FAMILIES
                        && String.valueOf(e.getMessage()).contains("no such key"), // there was no such live key
                (element, e) -> new RedisStateException(
                        FailureTypes.UNEXPECTED,
                        false,
                        "%s: command %d of the cut-over to generation %s failed inside EXEC: %s. The others were applied. Don't try again: compare %s with the live keys, what was live lies in %s."
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
