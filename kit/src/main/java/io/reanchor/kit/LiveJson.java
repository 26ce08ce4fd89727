package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.TradeBars;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Keeps the strings that hold live keys in JSON, by {@code json.lua}, in the transaction that changes those keys: so whoever reads a string reads
 * what a reader of the hash would read at the same instant. Immutable and thread-safe.
 */
public final class LiveJson {
    private static final Script JSON = Script.named(LiveJson.class, "json");

    private static final byte[] ANEW = Replies.bytes("anew");

    /** Nothing to keep. */
    static final LiveJson NONE = new LiveJson(List.of());

    private final List<Kept> kept;

    private record Kept(String hash, String json, List<byte[]> arguments) {}

    private LiveJson(List<Kept> kept) {
        this.kept = kept;
    }

    /** Of these live keys of a symbol, as far as they have a string. */
    static LiveJson of(Names names, List<Family> families) {
        List<Kept> kept = new ArrayList<>();
        for (Family family : families) {
            List<String> arguments = arguments(family, names.keyspace().json().bars());
            names.json(family)
                    .ifPresent(json -> kept.add(new Kept(
                            names.live(family),
                            json,
                            arguments.stream().map(Replies::bytes).toList())));
        }
        return new LiveJson(List.copyOf(kept));
    }

    /** Of all of a symbol's state. */
    public static LiveJson ofState(Names names) {
        return of(names, List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S, Family.FEATURES));
    }

    private static List<String> arguments(Family family, int bars) {
        return switch (family) {
            case BOOK -> List.of("book");
            case BARS_1S -> List.of("bars", Integer.toString(bars), Long.toString(TradeBars.SECOND));
            case BARS_5S -> List.of("bars", Integer.toString(bars), Long.toString(TradeBars.FIVE_SECONDS));
            case FEATURES -> List.of("features");
            case META -> throw new IllegalArgumentException("receipts have no string");
        };
    }

    /**
     * Queues, in a transaction that has been begun, the writing of all of them in any case.
     *
     * @return how many commands that was
     */
    public int queue(Connection connection) {
        for (Kept one : kept) {
            // Changes nothing. But EXEC as a whole is refused for a SET when memory is full; for what a script writes
            // it isn't.
            connection.sendCommand(Command.SET, one.json(), "", "NX");
            List<byte[]> arguments = new ArrayList<>(one.arguments());
            arguments.add(ANEW);
            JSON.sendSource(connection, List.of(one.hash(), one.json()), arguments);
        }
        return 2 * kept.size();
    }

    private int follow(Connection connection) {
        for (Kept one : kept) {
            JSON.sendSource(connection, List.of(one.hash(), one.json()), one.arguments());
        }
        return kept.size();
    }

    /** Runs a script that changes the keys, and has their strings follow in the same transaction; without strings only the script. */
    Object after(Connection connection, Script script, List<String> keys, List<byte[]> args) {
        if (kept.isEmpty()) {
            return script.run(connection, keys, args);
        }
        try {
            return transaction(connection, () -> script.send(connection, keys, args), () -> follow(connection));
        } catch (JedisNoScriptException e) {
            return transaction(connection, () -> script.sendSource(connection, keys, args), () -> follow(connection));
        }
    }

    /** Runs a script that may put another key in a live one's place, and has the strings written in any case. */
    Object afterRename(Connection connection, Script script, List<String> keys, List<byte[]> args) {
        return kept.isEmpty()
                ? script.run(connection, keys, args)
                : transaction(connection, () -> script.sendSource(connection, keys, args), () -> queue(connection));
    }

    private static Object transaction(Connection connection, Runnable change, IntSupplier follow) {
        connection.sendCommand(Command.MULTI);
        change.run();
        int following = follow.getAsInt();
        connection.sendCommand(Command.EXEC);
        List<Object> replies = Replies.all(connection, following + 3);
        List<Object> elements = Replies.list(replies.get(replies.size() - 1));
        for (Object element : elements) {
            if (element instanceof JedisDataException e) {
                throw e;
            }
        }
        return elements.get(0);
    }
}
