package io.reanchor.activity;

import io.reanchor.redis.KeyHeader;
import io.reanchor.redis.MarketView;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at what was read back only when it is what the workflow accepted. */
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

    private static <T> T require(@Nullable T read, @Nullable KeyHeader header, StagedKey accepted) {
        if (read == null || header == null) {
            throw lost(accepted, "nothing: it has expired, or somebody dropped it");
        }
        boolean same = accepted.owner().equals(header.owner())
                && (header.seq() == null || header.seq() == accepted.seq())
                && (header.id() == null || Objects.equals(header.id(), accepted.id()));
        if (!same) {
            throw lost(accepted, "owner %s, seq %s, id %s".formatted(header.owner(), header.seq(), header.id()));
        }
        return read;
    }

    private static StepFailure lost(StagedKey accepted, String actual) {
        return new StepFailure(
                FailureTypes.FENCED,
                false,
                "%s: expected owner %s, seq %d, id %s, found %s; this recovery is rolled back, recover again"
                        .formatted(accepted.key(), accepted.owner(), accepted.seq(), accepted.id(), actual));
    }
}
