package io.reanchor.redis;

import io.reanchor.kit.BarJson;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.TradeBar;
import io.reanchor.workflow.StagedKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Writes staged keys; never a live one. */
final class Staging {
    private static final Script FEATURES = Script.named(Staging.class, "features");

    private final RedisAccess redis;
    private final RedisSettings settings;

    Staging(RedisAccess redis, RedisSettings settings) {
        this.redis = redis;
        this.settings = settings;
    }

    StagedKey book(Names names, Owner owner, OrderBook book, LongConsumer progress) {
        String key = names.staged(Family.BOOK);
        Map<String, String> header = new LinkedHashMap<>();
        header.put(Fields.GEN, "");
        header.put(Fields.LAST_UPDATE_ID, Long.toString(book.lastUpdateId()));
        header.put(Fields.EVENT_TIME, Long.toString(book.eventTime()));
        Load.Loaded loaded = redis.with(
                        names,
                        "staging " + key,
                        connection -> new Load(settings, names, owner, progress)
                                .run(connection, Map.of(key, new Levels(book)), header))
                .get(0);
        return new StagedKey(key, owner.toString(), loaded.seq(), loaded.fields(), book.lastUpdateId());
    }

    StagedBarKeys bars(
            Names names,
            Owner owner,
            SortedMap<Long, TradeBar> bars1s,
            SortedMap<Long, TradeBar> bars5s,
            @Nullable Long lastTradeId,
            LongConsumer progress) {
        Map<String, Load.Content> contents = new LinkedHashMap<>();
        contents.put(names.staged(Family.BARS_1S), new Bars(bars1s));
        contents.put(names.staged(Family.BARS_5S), new Bars(bars5s));
        Map<String, String> header = new LinkedHashMap<>();
        header.put(Fields.GEN, "");
        if (lastTradeId != null) {
            header.put(Fields.LAST_TRADE_ID, lastTradeId.toString());
        }
        List<Load.Loaded> loaded = redis.with(
                names,
                "staging " + contents.keySet(),
                connection -> new Load(settings, names, owner, progress).run(connection, contents, header));
        List<StagedKey> keys = new ArrayList<>();
        for (String key : contents.keySet()) {
            Load.Loaded is = loaded.get(keys.size());
            keys.add(new StagedKey(key, owner.toString(), is.seq(), is.fields(), lastTradeId));
        }
        return new StagedBarKeys(keys.get(0), keys.get(1));
    }

    StagedKey features(Names names, Token token, StagedKey book, StagedBarKeys bars, Map<String, String> values) {
        String key = names.staged(Family.FEATURES);
        List<StagedKey> of = List.of(book, bars.bars1s(), bars.bars5s());
        Map<String, String> fields = new TreeMap<>(values);
        Fields.FEATURE_HEADER.forEach(name -> {
            if (fields.containsKey(name)) {
                throw new IllegalArgumentException(
                        "feature \"%s\": that name is kept for the key's own bookkeeping".formatted(name));
            }
        });
        fields.put(Fields.OF_BOOK, Sealed.reference(book));
        fields.put(Fields.OF_BARS_1S, Sealed.reference(bars.bars1s()));
        fields.put(Fields.OF_BARS_5S, Sealed.reference(bars.bars5s()));
        fields.put(Fields.AS_OF_UPDATE_ID, Fields.text(book.id()));
        fields.put(Fields.AS_OF_TRADE_ID, Fields.text(bars.bars1s().id()));
        List<byte[]> args = new ArrayList<>(List.of(
                Replies.bytes(token.value()),
                Replies.bytes(settings.lifetimes().staged().toMillis())));
        for (StagedKey source : of) {
            args.add(Replies.bytes(source.owner()));
            args.add(Replies.bytes(source.seq()));
            args.add(Replies.bytes(Fields.text(source.id())));
        }
        Fields.addAll(fields, args);
        List<String> keys = List.of(
                names.flag(),
                names.staged(Family.BOOK),
                names.staged(Family.BARS_1S),
                names.staged(Family.BARS_5S),
                key);
        Object reply =
                redis.with(names, "staging " + key, connection -> HashKeys.run(FEATURES, connection, keys, args));
        Fenced.movedOn(reply, of);
        Fenced.check(reply, names, token, "the accepted " + of);
        return new StagedKey(key, token.value(), 1, Replies.number(reply), null);
    }

    /** {@code b:<price>} and {@code a:<price>}, best bid first, then best ask first. */
    private record Levels(OrderBook book) implements Load.Content {
        @Override
        public int size() {
            return book.bids().size() + book.asks().size();
        }

        @Override
        public void add(int index, List<byte[]> to) {
            boolean bid = index < book.bids().size();
            BookSide side = bid ? book.bids() : book.asks();
            int rank = bid ? index : index - book.bids().size();
            to.add(Replies.bytes((bid ? Fields.BID : Fields.ASK) + PackedDecimal.toString(side.price(rank))));
            to.add(Replies.bytes(PackedDecimal.toString(side.quantity(rank))));
        }
    }

    /** {@code <bucket start ms>} and the bar's JSON, oldest first. */
    private record Bars(List<Map.Entry<Long, TradeBar>> bars) implements Load.Content {
        Bars(SortedMap<Long, TradeBar> bars) {
            this(List.copyOf(bars.entrySet()));
        }

        @Override
        public int size() {
            return bars.size();
        }

        @Override
        public void add(int index, List<byte[]> to) {
            to.add(Replies.bytes(bars.get(index).getKey()));
            to.add(BarJson.write(bars.get(index).getValue()));
        }
    }
}
