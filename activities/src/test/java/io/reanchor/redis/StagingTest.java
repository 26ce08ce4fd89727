package io.reanchor.redis;

import static io.reanchor.redis.Given.LIVE;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.book;
import static io.reanchor.redis.Given.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.OrderBook;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StagingTest extends RealRedis {
    private static final Token A = run("A");

    @Test
    void aBookIsReadBackAsItWas() {
        given.claim(A);
        OrderBook book = book(100, 1000, "0.12345678");
        List<Long> progress = new ArrayList<>();
        StagedKey staged = given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), book, progress::add);

        MarketView.Book read = requireNonNull(given.state.staged(SYMBOL).book());
        assertThat(read.book().digest()).isEqualTo(book.digest());
        assertThat(read.header()).isEqualTo(new KeyHeader("ob:new:BTCUSDT", 2005, "A.1:1", 5L, "", 100L));
        assertThat(staged).isEqualTo(new StagedKey("ob:new:BTCUSDT", "A.1:1", 5, 2005, 100L));
        assertThat(progress).last().isEqualTo(2000L);
        assertThat(given.redis.pttl("ob:new:BTCUSDT")).isPositive();
        assertThat(given.anyExists(LIVE)).isFalse();
    }

    @Test
    void barsAreReadBackAsTheyWere() {
        given.claim(A);
        StagedBarKeys staged = given.state.stageBars(
                SYMBOL, Owner.of(A, 0, 1), Given.bars(1000, 1200, 5000), Given.bars(5000, 240, 5000), 5000L, n -> {});

        MarketView read = given.state.staged(SYMBOL);
        assertThat(requireNonNull(read.bars1s()).bars()).isEqualTo(Given.bars(1000, 1200, 5000));
        assertThat(requireNonNull(read.bars5s()).bars()).isEqualTo(Given.bars(5000, 240, 5000));
        assertThat(staged.bars1s()).isEqualTo(new StagedKey("tr:new:BTCUSDT:1s", "A.1:1", 4, 1204, 5000L));
        assertThat(staged.bars5s()).isEqualTo(new StagedKey("tr:new:BTCUSDT:5s", "A.1:1", 2, 244, 5000L));
        assertThat(given.redis.hget("tr:new:BTCUSDT:1s", "1700000000000"))
                .startsWith("{\"openTime\":1700000000000,\"closeTime\":1700000000999,\"open\":\"100.01\"")
                .endsWith("\"firstTradeId\":3801,\"lastTradeId\":3801,\"partial\":false}");
    }

    @Test
    void noTradesAtAllCanBeStaged() {
        given.claim(A);
        StagedBarKeys staged =
                given.state.stageBars(SYMBOL, Owner.of(A, 0, 1), new TreeMap<>(), new TreeMap<>(), null, n -> {});
        assertThat(staged.bars1s()).isEqualTo(new StagedKey("tr:new:BTCUSDT:1s", "A.1:1", 1, 3, null));
        assertThat(requireNonNull(given.state.staged(SYMBOL).bars5s()).bars()).isEmpty();
        StagedKey book = given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1"));
        StagedKey features = given.stageFeatures(A, book, staged);
        assertThat(given.state
                        .cutOver(Given.order(A, Given.accepted(book, staged, features, "")))
                        .lastTradeId())
                .isNull();
    }

    @Test
    void aNewLoadDropsWhatAnAbandonedRunLeft() {
        given.redis.hset("ob:new:BTCUSDT", Map.of("owner", "gone.1:5", "b:1", "1"));
        given.redis.set("tr:new:BTCUSDT:1s", "rubbish");
        given.claim(A);
        given.stage(A, 100, 50);
        assertThat(given.redis.hexists("ob:new:BTCUSDT", "b:1")).isFalse();
        assertThat(given.redis.type("tr:new:BTCUSDT:1s")).isEqualTo("hash");
    }

    @Test
    void nothingIsStagedWithoutTheFlag() {
        failure(
                FailureTypes.FENCED,
                () -> given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1")),
                "reanchor:BTCUSDT",
                "A.1",
                "nothing");
        assertThat(given.anyExists(STAGED)).isFalse();
    }

    @Test
    void aLoadThatLosesTheFlagInItsMidstWritesNoMore() {
        given.claim(A);
        failure(
                FailureTypes.FENCED,
                () -> given.state.stageBook(
                        SYMBOL,
                        Owner.of(A, 0, 1),
                        book(100, 3000, "1"),
                        written -> given.redis.set("reanchor:BTCUSDT", "B.1")),
                "reanchor:BTCUSDT",
                "B.1");
        assertThat(given.redis.hget("ob:new:BTCUSDT", "seq")).isEqualTo("8");
    }

    @Test
    void featuresNeedTheFlagToo() {
        given.claim(A);
        StagedKey book = given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1"));
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        given.redis.set("reanchor:BTCUSDT", "B.1");
        failure(FailureTypes.FENCED, () -> given.stageFeatures(A, book, bars), "reanchor:BTCUSDT", "B.1");
        assertThat(given.redis.exists("feat:new:BTCUSDT")).isFalse();
    }

    @Test
    void aWriteInTheMidstThatWasLostIsNoticed() {
        given.claim(A);
        failure(
                FailureTypes.FENCED,
                () -> given.state.stageBook(
                        SYMBOL,
                        Owner.of(A, 0, 1),
                        book(100, 3000, "1"),
                        written -> given.redis.hset("ob:new:BTCUSDT", "seq", "3")),
                "ob:new:BTCUSDT",
                "seq 3");
    }

    @Test
    void whatProgressThrowsStopsTheLoadAndTheNextOperationIsSound() {
        given.claim(A);
        assertThatThrownBy(() -> given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), book(100, 3000, "1"), written -> {
                    throw new IllegalStateException("cancelled");
                }))
                .hasMessage("cancelled");
        given.stage(Given.run("A"), 101, 51, 2);
    }

    @Test
    void aFeatureCantTakeTheNameOfTheKeysOwnBookkeeping() {
        given.claim(A);
        StagedKey book = given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1"));
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        assertThatThrownBy(() -> given.state.stageFeatures(SYMBOL, A, book, bars, Map.of("owner", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("owner");
    }

    @Test
    void everyWriteRenewsTheTtlOfWhatIsStaged() {
        given.claim(A);
        StagedKey book = given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1"));
        given.redis.pexpire("ob:new:BTCUSDT", 5000);
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        given.stageFeatures(A, book, bars);
        assertThat(given.redis.pttl("ob:new:BTCUSDT")).isGreaterThan(5000);
    }
}
