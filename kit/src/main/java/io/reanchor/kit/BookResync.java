package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** Loads a book beside the live one, under a name that nobody else uses, and puts it in its place by {@code resync.lua}. */
final class BookResync {
    private static final Script SCRIPT = Script.named(BookResync.class, "resync");
    private static final int FIELDS_A_COMMAND = 1_000;
    private static final String TTL = Long.toString(Duration.ofMinutes(1).toMillis());

    private final Names names;
    private final LiveJson json;

    BookResync(Names names) {
        this.names = names;
        this.json = LiveJson.of(names, List.of(Family.BOOK));
    }

    Applied run(Connection connection, OrderBook book) {
        String key = names.resync(UUID.randomUUID().toString());
        int fields = load(connection, key, book);
        List<Object> reply = Replies.list(json.afterRename(
                connection,
                SCRIPT,
                List.of(names.live(Family.BOOK), key, names.hold(), names.live(Family.META)),
                List.of(Replies.bytes(book.lastUpdateId()), Replies.bytes(fields))));
        String verdict = Replies.text(reply.get(0));
        if (verdict.equals("INCOMPLETE")) {
            throw new JedisDataException(
                    "%s: %d fields were loaded, and not all are there. Trying again helps.".formatted(key, fields));
        }
        if (!verdict.equals("APPLIED")) {
            connection.sendCommand(Command.UNLINK, key);
            connection.getOne();
        }
        return new Applied(Verdict.valueOf(verdict), Fence.id(reply.get(1)), verdict.equals("APPLIED") ? 1 : 0, "");
    }

    /** Each chunk together with its time to live, so that one that is cut off, or comes late, leaves nothing behind for good. */
    private static int load(Connection connection, String key, OrderBook book) {
        List<String> fields = new ArrayList<>(List.of(
                Fields.LAST_UPDATE_ID,
                Long.toString(book.lastUpdateId()),
                Fields.EVENT_TIME,
                Long.toString(book.eventTime())));
        add(Fields.BID, book.bids(), fields);
        add(Fields.ASK, book.asks(), fields);
        int commands = 0;
        for (int from = 0; from < fields.size(); from += 2 * FIELDS_A_COMMAND) {
            List<String> command = new ArrayList<>(List.of(key));
            command.addAll(fields.subList(from, Math.min(fields.size(), from + 2 * FIELDS_A_COMMAND)));
            connection.sendCommand(Command.MULTI);
            connection.sendCommand(Command.HSET, command.toArray(String[]::new));
            connection.sendCommand(Command.PEXPIRE, key, TTL);
            connection.sendCommand(Command.EXEC);
            commands += 4;
        }
        Replies.all(connection, commands);
        return fields.size() / 2;
    }

    private static void add(String prefix, BookSide side, List<String> to) {
        for (int i = 0; i < side.size(); i++) {
            to.add(prefix + PackedDecimal.toString(side.price(i)));
            to.add(PackedDecimal.toString(side.quantity(i)));
        }
    }
}
