package io.reanchor.activity;

import io.reanchor.redis.MarketState;
import io.reanchor.redis.Token;
import io.reanchor.workflow.KeptUp;
import io.reanchor.workflow.ReanchorActivities.KeepUp;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Keeps what is staged up with the feed, and from expiring: an approval that comes after an hour finds it milliseconds old. */
final class KeepUpStep {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final MarketState state;
    private final BringUp bringUp;
    private final Clock clock;
    private final FlightRecorder recorder;

    KeepUpStep(MarketState state, Clock clock, FlightRecorder recorder) {
        this.recorder = recorder;
        this.state = state;
        this.bringUp = new BringUp(state);
        this.clock = clock;
    }

    KeptUp run(KeepUp step, Token token) throws InterruptedException {
        Instant until = clock.instant().plus(step.duration());
        StagedBook book = step.book();
        while (true) {
            state.renew(step.symbol(), token, step.flagTtl());
            StagedState now = bringUp.run(step.symbol(), token, book, step.bars(), step.against())
                    .state();
            // Looked up before the journal is trimmed of it, and once: a book that has moved on lost no more.
            book = now.book().with(bringUp.stillLost(step.symbol(), book));
            Instant at = clock.instant();
            if (!at.plus(PAUSE).isBefore(until)) {
                recorder.of(step.symbol(), token)
                        .follow(
                                state,
                                step.book().key().id(),
                                step.bars().bars1s().id());
                Long updateId = now.book().key().id();
                return new KeptUp(
                        at,
                        updateId,
                        now.bars().bars1s().id(),
                        updateId == null ? null : state.behind(step.symbol(), updateId),
                        book.lost());
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
