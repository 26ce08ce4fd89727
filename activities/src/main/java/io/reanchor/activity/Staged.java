package io.reanchor.activity;

import io.reanchor.redis.KeyHeader;
import io.reanchor.redis.MarketView;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
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

    /** The key as it was read: catching up moves its id and number of fields on. */
    static StagedKey asRead(StagedKey accepted, KeyHeader read) {
        return new StagedKey(accepted.key(), accepted.owner(), accepted.seq(), read.fields(), read.id());
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
