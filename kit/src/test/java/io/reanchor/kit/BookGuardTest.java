package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;

class BookGuardTest extends OnRedis {
    private static final String BOOK = NAMES.live(Family.BOOK);
    private static final String STAGED = NAMES.staged(Family.BOOK);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1234));
    private final BookGuard live = BookGuard.live(NAMES, CLOCK);
    private final BookGuard staged = BookGuard.staged(NAMES, "t", "t:1", Duration.ofMinutes(1));
    private Connection on;

    @BeforeEach
    void keys() {
        jedis.hset(BOOK, book("1-s", 10));
        jedis.hset(STAGED, book("", 20));
        jedis.hset(STAGED, Map.of("owner", "t:1", "seq", "7"));
        jedis.pexpire(STAGED, 1_000_000);
        jedis.set(NAMES.flag(), "t");
        on = opened(connections().open(BOOK));
    }

    private static Map<String, String> book(String gen, long id) {
        return Map.of(
                "lastUpdateId",
                Long.toString(id),
                "eventTime",
                "5",
                "gen",
                gen,
                "b:100",
                "1.5",
                "b:99.50",
                "1",
                "a:101",
                "2");
    }

    private static DepthUpdate update(long first, long last) {
        return update(first, last, "100", Long.toString(last));
    }

    private static DepthUpdate update(long first, long last, String price, String quantity) {
        PriceLevels bids = new PriceLevels.Builder()
                .add(PackedDecimal.parse(price), PackedDecimal.parse(quantity))
                .build();
        return new DepthUpdate(first, last, last, bids, PriceLevels.EMPTY);
    }

    private static List<DepthUpdate> updates(DepthUpdate... updates) {
        return List.of(updates);
    }

    @Test
    void appliesWhatFollowsAndSkipsWhatIsThere() {
        Applied applied = live.apply(on, updates(update(8, 9), update(10, 12), update(13, 13, "99.5", "0")));

        assertThat(applied).isEqualTo(new Applied(Verdict.APPLIED, 13L, 2, ""));
        assertThat(jedis.hgetAll(BOOK))
                .isEqualTo(Map.of(
                        "lastUpdateId", "13",
                        "eventTime", "13",
                        "gen", "1-s",
                        "b:100", "12",
                        "b:99.50", "1", // written so by somebody else: its text is another level's
                        "a:101", "2"));
        assertThat(live.apply(on, updates(update(13, 13)))).isEqualTo(new Applied(Verdict.STALE, 13L, 0, ""));
    }

    @Test
    void anUpdateThatReachesBackIntoTheBookIsApplied() {
        assertThat(live.apply(on, updates(update(5, 11))).id()).isEqualTo(11);
    }

    @Test
    void withoutUpdatesItOnlyLooks() {
        Map<String, String> before = jedis.hgetAll(BOOK);
        assertThat(live.apply(on, List.of())).isEqualTo(new Applied(Verdict.STALE, 10L, 0, ""));
        assertThat(jedis.hgetAll(BOOK)).isEqualTo(before);
    }

    @Test
    void aGapStopsMarksAndIsUnmarkedByWhatMendsIt() {
        Applied gap = live.apply(on, updates(update(11, 11), update(13, 14), update(15, 15)));

        assertThat(gap).isEqualTo(new Applied(Verdict.GAP, 11L, 1, ""));
        assertThat(jedis.hget(BOOK, "suspectFrom")).isEqualTo("12");
        assertThat(jedis.hget(BOOK, "suspectAt")).isEqualTo("1234");

        BookGuard later = BookGuard.live(NAMES, InstantSource.fixed(Instant.ofEpochMilli(9999)));
        assertThat(later.apply(on, updates(update(20, 20))).verdict()).isEqualTo(Verdict.GAP);
        assertThat(jedis.hget(BOOK, "suspectAt")).as("since when").isEqualTo("1234");

        assertThat(live.apply(on, updates(update(12, 12))).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(jedis.hkeys(BOOK)).doesNotContain("suspectFrom", "suspectAt");
    }

    @Test
    void aHoldAndAnAbsentBookStopIt() {
        jedis.psetex(NAMES.hold(), 60_000, "t");
        assertThat(live.apply(on, updates(update(11, 11)))).isEqualTo(new Applied(Verdict.HELD, 10L, 0, ""));
        assertThat(jedis.hget(BOOK, "lastUpdateId")).isEqualTo("10");

        jedis.del(NAMES.hold(), BOOK);
        assertThat(live.apply(on, updates(update(11, 11)))).isEqualTo(new Applied(Verdict.ABSENT, null, 0, ""));
        assertThat(jedis.exists(BOOK)).isFalse();

        jedis.hset(BOOK, "lastUpdateId", "none");
        assertThat(live.apply(on, updates(update(11, 11))).verdict()).isEqualTo(Verdict.ABSENT);
    }

    @Test
    void manyUpdatesGoInSeveralCalls() {
        List<DepthUpdate> many = new ArrayList<>();
        for (long id = 11; id <= 1_300; id++) {
            many.add(update(id, id));
        }
        many.add(update(1_302, 1_302));

        assertThat(live.apply(on, many)).isEqualTo(new Applied(Verdict.GAP, 1_300L, 1_290, ""));
    }

    @Test
    void stagedKeepsOwnerAndSeqBearsNoMarkAndLivesOn() {
        assertThat(staged.apply(on, updates(update(21, 22), update(25, 25))))
                .isEqualTo(new Applied(Verdict.GAP, 22L, 1, ""));

        assertThat(jedis.hgetAll(STAGED))
                .containsEntry("lastUpdateId", "22")
                .containsEntry("owner", "t:1")
                .containsEntry("seq", "7")
                .doesNotContainKeys("suspectFrom", "suspectAt");
        assertThat(jedis.pttl(STAGED)).isBetween(1L, 60_000L);
    }

    @Test
    void stagedIsHeldByNoHold() {
        jedis.psetex(NAMES.hold(), 60_000, "t");
        assertThat(staged.apply(on, updates(update(21, 21))).verdict()).isEqualTo(Verdict.APPLIED);
    }

    @Test
    void anotherFlagOwnerOrNoneFencesIt() {
        Map<String, String> before = jedis.hgetAll(STAGED);

        jedis.set(NAMES.flag(), "u");
        assertThat(staged.apply(on, updates(update(21, 21))))
                .isEqualTo(new Applied(Verdict.FENCED, null, 0, "flag: u"));
        jedis.del(NAMES.flag());
        assertThat(staged.apply(on, updates(update(21, 21)))).isEqualTo(new Applied(Verdict.FENCED, null, 0, "flag: "));
        jedis.set(NAMES.flag(), "t");
        assertThat(BookGuard.staged(NAMES, "t", "t:2", Duration.ofMinutes(1)).apply(on, updates(update(21, 21))))
                .isEqualTo(new Applied(Verdict.FENCED, null, 0, "owner: ob:new:BTCUSDT t:1 7"));
        assertThat(jedis.hgetAll(STAGED)).isEqualTo(before);
        assertThat(jedis.pttl(STAGED)).as("not renewed").isGreaterThan(60_000);

        jedis.del(STAGED);
        assertThat(staged.apply(on, updates(update(21, 21))).verdict()).isEqualTo(Verdict.FENCED);
        assertThat(jedis.exists(STAGED)).isFalse();
    }
}
