package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import io.reanchor.workflow.FailureTypes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Reads all keys of a symbol: book, features and receipt in one transaction, together with the marks of the bars, whose content
 * follows in steps. When the marks tell in the end that another state took its place meanwhile, all is read again.
 *
 * <p>Staged state is read strictly, live state as far as it can be read.
 */
final class StateReader {
    private static final int ATTEMPTS = 5;
    private static final List<Family> WHOLE = List.of(Family.BOOK, Family.FEATURES, Family.META);
    private static final List<Family> IN_STEPS = List.of(Family.BARS_1S, Family.BARS_5S);

    private final RedisAccess redis;

    StateReader(RedisAccess redis) {
        this.redis = redis;
    }

    /** How bars are read. */
    private interface BarsReading {
        SortedMap<Long, TradeBar> read(Connection connection, String key, long length, BarsMark mark, Junk junk);
    }

    private static final BarsReading ALL_BARS =
            (connection, key, length, mark, junk) -> BarsContent.scan(connection, key, junk);

    /** @param since which bars are needed; null for all of them */
    MarketView staged(Names names, BarsContent.@Nullable Since since) {
        BarsReading newest = (connection, key, length, mark, junk) -> BarsContent.from(
                connection, key, Objects.requireNonNull(since), length, mark.count(), mark.lastTradeId(), junk);
        return read(
                        names,
                        "reading what is staged for " + names.symbol(),
                        names::staged,
                        WHOLE,
                        since == null ? ALL_BARS : newest,
                        false,
                        BarsMark::isSameStaged)
                .orElseThrow(() -> Fenced.failure(
                        names.staged(Family.BARS_1S),
                        "one load's bars",
                        "others at each of %d looks".formatted(ATTEMPTS),
                        "Another load is writing them."));
    }

    MarketView.@Nullable Features stagedFeatures(Names names) {
        return one(names, names::staged, Family.FEATURES, false).features();
    }

    MarketView.@Nullable Book liveBook(Names names) {
        return one(names, names::live, Family.BOOK, true).book();
    }

    private HashContent one(Names names, Function<Family, String> name, Family family, boolean lenient) {
        String key = name.apply(family);
        return redis.with(names, "reading " + key, connection -> {
            HashKeys.requireReadable(connection, name);
            connection.sendCommand(Command.HGETALL, key);
            return new HashContent(key, Replies.list(connection.getOne()), new Junk(lenient));
        });
    }

    MarketView live(Names names) {
        return live(names, WHOLE);
    }

    /** Without what isn't asked for: a book is long. */
    MarketView liveBars(Names names) {
        return live(names, List.of());
    }

    private MarketView live(Names names, List<Family> whole) {
        return read(
                        names,
                        "reading the live keys of " + names.symbol(),
                        names::live,
                        whole,
                        ALL_BARS,
                        true,
                        BarsMark::isSameLive)
                .orElseThrow(() -> new RedisStateException(
                        FailureTypes.LIVE_MOVED,
                        true,
                        "%s: another generation went live during each of %d reads. Trying again helps in a quieter moment."
                                .formatted(names.live(Family.BARS_1S), ATTEMPTS)));
    }

    Installed installed(Names names) {
        String key = names.live(Family.META);
        return redis.with(names, "reading " + key, connection -> {
            HashKeys.require(connection, family -> key);
            connection.sendCommand(Command.HMGET, key, Fields.GEN, Receipt.PREVIOUS);
            List<String> found = Replies.list(connection.getOne()).stream()
                    .map(Replies::textOrNull)
                    .map(Fields::text)
                    .toList();
            return Installed.of(key, Map.of(Fields.GEN, found.get(0), Receipt.PREVIOUS, found.get(1)));
        });
    }

    private Optional<MarketView> read(
            Names names,
            String what,
            Function<Family, String> name,
            List<Family> whole,
            BarsReading reading,
            boolean lenient,
            BiPredicate<BarsMark, BarsMark> same) {
        return redis.with(names, what, connection -> {
            HashKeys.requireReadable(connection, name);
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                Junk junk = new Junk(lenient);
                List<Object> start = inOneTransaction(connection, name, whole);
                List<BarsMark> marks = marks(start, whole.size());
                List<SortedMap<Long, TradeBar>> bars = List.of(
                        reading.read(connection, name.apply(Family.BARS_1S), TradeBars.SECOND, marks.get(0), junk),
                        reading.read(
                                connection, name.apply(Family.BARS_5S), TradeBars.FIVE_SECONDS, marks.get(1), junk));
                List<BarsMark> after = marks(inOneTransaction(connection, name, List.of()), 0);
                if (same.test(marks.get(0), after.get(0)) && same.test(marks.get(1), after.get(1))) {
                    return Optional.of(new MarketView(
                            content(name, whole, start, Family.BOOK, junk).book(),
                            bars(name.apply(Family.BARS_1S), marks.get(0), bars.get(0), junk),
                            bars(name.apply(Family.BARS_5S), marks.get(1), bars.get(1), junk),
                            content(name, whole, start, Family.FEATURES, junk).features(),
                            content(name, whole, start, Family.META, junk).text(),
                            junk.leftOut()));
                }
            }
            return Optional.empty();
        });
    }

    /** Of a family that wasn't asked for, nothing. */
    private static HashContent content(
            Function<Family, String> name, List<Family> whole, List<Object> start, Family family, Junk junk) {
        int at = whole.indexOf(family);
        return new HashContent(name.apply(family), at < 0 ? List.of() : Replies.list(start.get(at)), junk);
    }

    private static MarketView.@Nullable Bars bars(
            String key, BarsMark mark, SortedMap<Long, TradeBar> bars, Junk junk) {
        if (mark.count() == 0) {
            return null;
        }
        HeaderFields header = new HeaderFields(key, junk);
        header.add(mark.fields());
        return new MarketView.Bars(header.head(mark.count(), header.id(Fields.LAST_TRADE_ID)), bars);
    }

    private static List<BarsMark> marks(List<Object> contents, int from) {
        return List.of(
                BarsMark.of(contents.get(from), contents.get(from + 1)),
                BarsMark.of(contents.get(from + BarsMark.COMMANDS), contents.get(from + BarsMark.COMMANDS + 1)));
    }

    /** The whole hashes first, then the marks of the bars. */
    private static List<Object> inOneTransaction(
            Connection connection, Function<Family, String> name, List<Family> whole) {
        connection.sendCommand(Command.MULTI);
        whole.forEach(family -> connection.sendCommand(Command.HGETALL, name.apply(family)));
        IN_STEPS.forEach(family -> BarsMark.send(connection, name.apply(family)));
        connection.sendCommand(Command.EXEC);
        return executed(connection, whole.size() + BarsMark.COMMANDS * IN_STEPS.size());
    }

    private static List<Object> executed(Connection connection, int commands) {
        return Replies.good(Replies.list(Replies.all(connection, commands + 2).get(commands + 1)));
    }

    LiveIds liveIds(Names names) {
        List<Object> ids = redis.with(names, "looking at the live keys of " + names.symbol(), connection -> {
            HashKeys.require(connection, names::live);
            connection.sendCommand(Command.MULTI);
            connection.sendCommand(Command.HGET, names.live(Family.META), Fields.GEN);
            connection.sendCommand(Command.HMGET, names.live(Family.BOOK), Fields.GEN, Fields.LAST_UPDATE_ID);
            connection.sendCommand(Command.HGET, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID);
            connection.sendCommand(Command.HGET, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID);
            connection.sendCommand(Command.EXEC);
            return executed(connection, 4);
        });
        List<Object> book = Replies.list(ids.get(1));
        String metaGen = Fields.text(Replies.textOrNull(ids.get(0)));
        String gen = metaGen.isEmpty() ? Fields.text(Replies.textOrNull(book.get(0))) : metaGen;
        Generation.number(names.live(metaGen.isEmpty() ? Family.BOOK : Family.META), gen); // or nothing could follow it
        return new LiveIds(gen, id(book.get(1)), higher(id(ids.get(2)), id(ids.get(3))));
    }

    /** One that can't be read counts as none: nobody can go on from it. */
    private static @Nullable Long id(@Nullable Object reply) {
        String text = Replies.textOrNull(reply);
        return text == null || !Fields.isId(text) ? null : Long.valueOf(text);
    }

    private static @Nullable Long higher(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null || a > b ? a : b;
    }
}
