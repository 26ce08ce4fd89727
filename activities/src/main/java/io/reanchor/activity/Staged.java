package io.reanchor.activity;

import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.KeyHeader;
import io.reanchor.redis.MarketView;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedKey;
import java.time.Instant;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at what was read back only when it is what the workflow accepted, or that, caught up with the journals since. */
final class Staged {
    private Staged() {}

    static MarketView.Book book(MarketView staged, StagedKey accepted) {
        MarketView.Book book = staged.book();
        return require(book, book == null ? null : book.header(), accepted);
    }

    static MarketView.Bars bars(MarketView.@Nullable Bars bars, StagedKey accepted) {
        return require(bars, bars == null ? null : bars.header(), accepted);
    }

    static MarketView.Features features(MarketView staged, StagedKey accepted) {
        MarketView.Features features = staged.features();
        return require(features, features == null ? null : features.header(), accepted);
    }

    /** The book as it was read: catching up has moved it on. */
    static StagedBook asRead(StagedBook accepted, MarketView.Book read) {
        OrderBook book = read.book();
        return accepted.with(
                asRead(accepted.key(), read.header()),
                book.bids().size(),
                book.asks().size(),
                StageSnapshotStep.best(book.bids()),
                StageSnapshotStep.best(book.asks()),
                book.digest(),
                accepted.lost());
    }

    /** The bars as they were read: catching up adds to them, and completes what was partial. */
    static StagedBars asRead(StagedBars accepted, MarketView.Bars ones, MarketView.Bars fives) {
        long since = accepted.since().toEpochMilli();
        SortedMap<Long, TradeBar> rebuilt = ones.bars().tailMap(since);
        TradeBar first = rebuilt.isEmpty() ? null : rebuilt.get(rebuilt.firstKey());
        TradeBar last = rebuilt.isEmpty() ? null : rebuilt.get(rebuilt.lastKey());
        Stream<Instant> before = accepted.partial().stream()
                .filter(start -> start.toEpochMilli() < since)
                .filter(start -> isPartial(ones.bars().get(start.toEpochMilli())));
        Stream<Instant> after =
                rebuilt.values().stream().filter(TradeBar::partial).map(bar -> Instant.ofEpochMilli(bar.openTime()));
        return accepted.with(
                asRead(accepted.bars1s(), ones.header()),
                asRead(accepted.bars5s(), fives.header()),
                first == null ? null : first.firstTradeId(),
                last == null ? null : last.close().toPlainString(),
                rebuilt.values().stream().mapToLong(TradeBar::trades).sum(),
                rebuilt.size(),
                Stream.concat(before, after).limit(StageTradesStep.MAX_PARTIAL).toList());
    }

    /** One from before what was read is as it was. */
    private static boolean isPartial(@Nullable TradeBar carried) {
        return carried == null || carried.partial();
    }

    private static StagedKey asRead(StagedKey accepted, KeyHeader read) {
        return new StagedKey(accepted.key(), accepted.owner(), accepted.seq(), fields(accepted, read), read.id());
    }

    /** A key whose id hasn't moved has the fields that were written, or it is damaged. */
    private static long fields(StagedKey accepted, KeyHeader read) {
        return Objects.equals(accepted.id(), read.id()) ? accepted.fields() : read.fields();
    }

    private static <T> T require(@Nullable T read, @Nullable KeyHeader header, StagedKey accepted) {
        if (read == null || header == null) {
            throw lost(accepted, "nothing: it has expired, or somebody dropped it");
        }
        boolean same = accepted.owner().equals(header.owner())
                && (header.seq() == null || header.seq() == accepted.seq())
                && (accepted.id() == null || (header.id() != null && header.id() >= accepted.id()));
        if (!same) {
            throw lost(accepted, "owner %s, seq %s, id %s".formatted(header.owner(), header.seq(), header.id()));
        }
        return read;
    }

    private static StepFailure lost(StagedKey accepted, String actual) {
        return new StepFailure(
                FailureTypes.FENCED,
                false,
                "%s: expected owner %s, seq %d, id %s or later, found %s; this recovery is rolled back, recover again"
                        .formatted(accepted.key(), accepted.owner(), accepted.seq(), accepted.id(), actual));
    }
}
