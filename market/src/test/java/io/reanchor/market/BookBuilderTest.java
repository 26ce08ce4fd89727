package io.reanchor.market;

import static io.reanchor.market.SequenceRule.Verdict.APPLY;
import static io.reanchor.market.SequenceRule.Verdict.GAP;
import static io.reanchor.market.SequenceRule.Verdict.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.BookBuilder.Anchoring;
import io.reanchor.market.BookBuilder.Fit;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BookBuilderTest {
    private final BookBuilder builder = new BookBuilder(SequenceRule.BINANCE_SPOT);

    @Test
    void joinsASnapshotWithTheUpdatesAroundIt() {
        add(1, 5, "9", "1");
        add(6, 10, "9", "2");
        add(11, 12, "9", "3");
        assertThat(builder.book()).isNull();
        assertThat(builder.anchor(snapshot(8))).isEqualTo(new Anchoring(Fit.READY, 12, null));
        assertThat(builder.buffered()).isEmpty();
        assertThat(book().bids().level(0)).hasToString("9 x 3");
        assertThat(add(13, 13, "9", "4")).isEqualTo(APPLY);
        assertThat(add(13, 13, "9", "4")).isEqualTo(STALE);
    }

    @Test
    void keepsTheUpdatesAcrossSnapshotsThatAreTooOld() {
        add(101, 105, "9", "1");
        add(106, 110, "9", "2");
        assertThat(builder.anchor(snapshot(50))).isEqualTo(new Anchoring(Fit.OLDER_THAN_UPDATES, 50, 101L));
        assertThat(builder.anchor(snapshot(99))).isEqualTo(new Anchoring(Fit.OLDER_THAN_UPDATES, 99, 101L));
        assertThat(builder.buffered()).hasSize(2);
        assertThat(builder.anchor(snapshot(100))).isEqualTo(new Anchoring(Fit.READY, 110, null));
    }

    @Test
    void saysWhereTheUpdatesHaveAHole() {
        add(101, 105, "9", "1");
        add(108, 110, "9", "2");
        assertThat(builder.anchor(snapshot(100))).isEqualTo(new Anchoring(Fit.HOLE, 105, 108L));
        assertThat(builder.anchor(snapshot(106))).isEqualTo(new Anchoring(Fit.HOLE, 106, 108L));
        assertThat(builder.book()).isNull();
        assertThat(builder.anchor(snapshot(107))).isEqualTo(new Anchoring(Fit.READY, 110, null));
    }

    @Test
    void ordersWhatCameOutOfOrder() {
        add(106, 110, "9", "2");
        add(101, 105, "9", "1");
        assertThat(builder.anchor(snapshot(100)).fit()).isEqualTo(Fit.READY);
        assertThat(book().bids().level(0)).hasToString("9 x 2");
        assertThat(add(112, 113, "9", "4")).isEqualTo(GAP);
        assertThat(add(111, 111, "9", "3")).isEqualTo(APPLY);
        assertThat(book().lastUpdateId()).isEqualTo(113);
    }

    @Test
    void aGapKeepsTheBookUntilTheNextSnapshot() {
        builder.anchor(snapshot(100));
        assertThat(add(105, 106, "9", "1")).isEqualTo(GAP);
        assertThat(book().lastUpdateId()).isEqualTo(100);
        assertThat(builder.anchor(snapshot(104))).isEqualTo(new Anchoring(Fit.READY, 106, null));
    }

    @Test
    void neverGoesBackToAnOlderSnapshot() {
        builder.anchor(snapshot(100));
        add(101, 106, "9", "1");
        assertThat(builder.anchor(snapshot(103))).isEqualTo(new Anchoring(Fit.OLDER_THAN_UPDATES, 103, 107L));
        assertThat(book().lastUpdateId()).isEqualTo(106);
    }

    @Test
    void forgetsTheOldestPastItsCapacity() {
        BookBuilder small = new BookBuilder(SequenceRule.BINANCE_SPOT, 2);
        for (int id = 1; id <= 3; id++) {
            small.add(Books.update(id, id, id, Books.levels("9", "1"), PriceLevels.EMPTY));
        }
        assertThat(small.anchor(snapshot(0)).fit()).isEqualTo(Fit.OLDER_THAN_UPDATES);
        assertThat(small.anchor(snapshot(1)).fit()).isEqualTo(Fit.READY);
    }

    private SequenceRule.Verdict add(long first, long last, String price, String quantity) {
        return builder.add(Books.update(first, last, last, Books.levels(price, quantity), PriceLevels.EMPTY));
    }

    private OrderBook book() {
        return Objects.requireNonNull(builder.book());
    }

    private static DepthSnapshot snapshot(long id) {
        return new DepthSnapshot(id, Books.levels("8", "1"), Books.levels("10", "1"));
    }
}
