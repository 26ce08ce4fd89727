package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.StreamEntryID;

class CutOverEventsTest extends OnRedis {
    @Test
    void readsOnFromAnId() {
        CutOverEvents events = new CutOverEvents(connections());
        assertThat(events.after(CutOverEvents.START)).isEmpty();

        Map<String, String> first = Map.of(
                "gen", "2-t",
                "symbol", "BTCUSDT",
                "replaced", "1-s",
                "lastUpdateId", "42",
                "lastTradeId", "",
                "at", "1700000000123",
                "ofTomorrow", "value");
        jedis.xadd(CutOverEvents.KEY, new StreamEntryID(1, 1), first);
        jedis.xadd(CutOverEvents.KEY, new StreamEntryID(1, 2), Map.of("gen", "1-x", "symbol", "ETHUSDT"));

        List<CutOverEvent> both = events.after(CutOverEvents.START);
        assertThat(both.get(0))
                .isEqualTo(new CutOverEvent(
                        "1-1", "BTCUSDT", "2-t", "1-s", 42L, null, Instant.ofEpochMilli(1_700_000_000_123L), first));
        assertThat(both).extracting(CutOverEvent::symbol).containsExactly("BTCUSDT", "ETHUSDT");
        assertThat(events.after("1-1")).extracting(CutOverEvent::generation).containsExactly("1-x");
        assertThat(events.after("1-2")).isEmpty();
    }
}
