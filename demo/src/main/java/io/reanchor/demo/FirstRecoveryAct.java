package io.reanchor.demo;

import io.reanchor.demo.Findings.FirstRecovery;
import io.reanchor.demo.GapReporter.Reported;
import io.reanchor.live.LiveFeed.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Act 0: there is no live state yet, so the writer has nothing to apply updates to. */
final class FirstRecoveryAct {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cast cast;

    FirstRecoveryAct(Cast cast) {
        this.cast = cast;
    }

    /** @return what was found, and the recovery that the next act builds on */
    Recovered play() throws InterruptedException {
        Narrator narrator = cast.narrator();
        narrator.title("Act 0: nothing is live yet");
        narrator.say("The writer has an update in hand and no book to apply it to. It reports that.");
        Reported reported = cast.reporter().next(PATIENCE);
        Recovered first = cast.stages().follow(reported);
        cast.promises()
                .add(
                        "act 0: the first recovery makes generation 1 live",
                        first.isCommitted() && first.generationNumber().equals("1"),
                        first.isCommitted() ? "generation " + first.generation() : first.ending());
        if (!first.isCommitted()) {
            narrator.say("It ended: %s", first.ending());
            return first;
        }
        long installed = first.updateId();
        Standing writer = cast.await(Cast.goesOn(installed), PATIENCE);
        narrator.say(
                "Generation 1 is live: %s levels, %d one-second bars. The writer goes on from there.",
                Words.of(levels(first)),
                Objects.requireNonNull(first.result().bars()).rebuilt());
        cast.promises()
                .add(
                        "act 0: the writer goes on from what was installed",
                        Cast.goesOn(installed).test(writer),
                        "%s, from update id %d on".formatted(writer.book().verdict(), installed));
        return first;
    }

    static FirstRecovery findings(Recovered first, Instant resultAt) {
        return new FirstRecovery(
                first.generation(),
                Objects.requireNonNull(first.result().book()).source(),
                levels(first),
                Duration.between(first.reportedAt(), resultAt).toMillis(),
                first.stages());
    }

    private static int levels(Recovered first) {
        var book = Objects.requireNonNull(first.result().book());
        return book.bids() + book.asks();
    }
}
