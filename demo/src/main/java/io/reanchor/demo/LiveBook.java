package io.reanchor.demo;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** The writer's way to the live book. Not thread-safe. */
final class LiveBook {
    private final Script script = Script.named("depth");
    private final Jedis redis;
    private final List<String> keys;

    /**
     * What became of an update.
     *
     * @param id the book's own update id, 0 when there is no book
     */
    record Applied(Verdict verdict, long id) {}

    LiveBook(Jedis redis, DemoKeys keys) {
        this.redis = redis;
        this.keys = List.of(keys.book(), keys.flag());
    }

    Applied apply(DepthUpdate update) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(update.firstUpdateId()));
        arguments.add(Long.toString(update.finalUpdateId()));
        arguments.add(Long.toString(update.eventTime()));
        add("b:", update.bids(), arguments);
        add("a:", update.asks(), arguments);
        List<?> reply = (List<?>) script.run(redis, keys, arguments);
        String id = (String) reply.get(1);
        return new Applied(Verdict.valueOf((String) reply.get(0)), id.isEmpty() ? 0 : Long.parseLong(id));
    }

    private static void add(String side, PriceLevels levels, List<String> arguments) {
        for (int i = 0; i < levels.size(); i++) {
            arguments.add(side + PackedDecimal.toString(levels.price(i)));
            arguments.add(PackedDecimal.toString(levels.quantity(i)));
        }
    }
}
