package io.reanchor.demo;

import io.reanchor.demo.Findings.LostMessages;
import io.reanchor.demo.Findings.OperatorsHand;
import io.reanchor.demo.Promises.Promise;
import io.reanchor.demo.Recovered.StageTime;
import io.reanchor.workflow.Stage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the audience takes home. */
final class Ending {
    private final Narrator narrator;

    Ending(Narrator narrator) {
        this.narrator = narrator;
    }

    void tell(Findings findings) {
        narrator.title("What was measured");
        table(findings.lostMessages(), findings.reads());
        if (findings.lostMessages() != null) {
            narrator.blank();
            stages("recovery", findings.lostMessages().stages());
        }
        if (findings.crossedBook() != null) {
            stages("refusal", findings.crossedBook().stages());
        }
        if (findings.operatorsHand() != null) {
            hand(findings.operatorsHand());
        }
        narrator.title(
                findings.held()
                        ? "All %d promises held, in %s."
                                .formatted(findings.promises().size(), Words.of(Duration.ofMillis(findings.ms())))
                        : "%d of %d promises were broken:"
                                .formatted(
                                        findings.broken().size(),
                                        findings.promises().size()));
        findings.broken().forEach(this::broken);
    }

    private void hand(OperatorsHand hand) {
        narrator.say(
                "approval  after %s, %s behind the feed; reverted, %s; %s of %s levels and bars wrong in %d looks",
                Words.of(Duration.ofMillis(hand.postponedMs())),
                hand.behindMs() == null ? "nobody can tell how far" : Words.of(Duration.ofMillis(hand.behindMs())),
                hand.carried() ? "nothing lost" : "lost: " + hand.thrownAway(),
                Words.of(hand.wrong()),
                Words.of(hand.looked()),
                hand.looks());
    }

    private void broken(Promise promise) {
        narrator.say("BROKEN  %s", promise.name());
        narrator.say("        found: %s", promise.found());
    }

    private void table(@Nullable LostMessages lost, @Nullable Reads reads) {
        if (lost != null) {
            narrator.row("", "before", "after");
            narrator.row("levels wrong", Words.of(lost.before().wrong()), Words.of(lost.levelsWrongAfter()));
            narrator.row("bars wrong", Words.of(lost.barsBefore().wrong()), Words.of(lost.barsWrongAfter()));
            narrator.say(
                    "  before: of %s levels and %s bars, against the exchange's now",
                    Words.of(lost.before().levels()), Words.of(lost.barsBefore().bars()));
            narrator.say(
                    "  after:  of %s levels and %s bars, in %d comparisons at the live keys' own ids",
                    Words.of(lost.levelsCompared()), Words.of(lost.barsCompared()), lost.comparisons());
            narrator.blank();
        }
        if (lost != null && reads != null) {
            Reads during = lost.readsDuring();
            narrator.row("", "recovery", "acts 1 and 2");
            narrator.row("reads", Words.of(during.reads()), Words.of(reads.reads()));
            narrator.row("torn", during.torn(), reads.torn());
            narrator.row("missing", during.missing(), reads.missing());
            narrator.row("empty", during.empty(), reads.empty());
            narrator.row("backwards", during.backwards(), reads.backwards());
            narrator.blank();
            narrator.row("new generation", lost.generation().replaceFirst("-.*", ""), "");
            narrator.row("served by", lost.source(), "");
            narrator.row("from report to live", Words.of(Duration.ofMillis(lost.toLiveMs())), "");
            narrator.row(
                    "behind the feed at the swap",
                    lost.behindMs() == null ? "unknown" : Words.of(Duration.ofMillis(lost.behindMs())),
                    "");
            narrator.say("  lost for good: %s", lostForGood(lost));
        }
    }

    private static String lostForGood(LostMessages lost) {
        String trades = lost.lostTrades().isEmpty() ? "no trade" : "trades " + lost.lostTrades();
        return lost.lostUpdates().isEmpty()
                ? trades + ", no update"
                : "%s; the updates %s, without which the book is whole".formatted(trades, lost.lostUpdates());
    }

    private void stages(String what, List<StageTime> stages) {
        narrator.say(
                "%-9s %s",
                what,
                stages.stream()
                        .filter(stage -> !stage.stage().equals(Words.of(Stage.STARTED)))
                        .map(stage -> stage.stage() + " " + Words.of(Duration.ofMillis(stage.ms())))
                        .collect(Collectors.joining(", ")));
    }

    /** Everything stays up: what to try with it. */
    void invite(Rig rig) {
        String symbol = rig.keys().symbol();
        String reanchor = "TEMPORAL_ADDRESS=" + rig.temporal() + " ./reanchor ";
        String server = rig.redis().getHost() + " -p " + rig.redis().getPort();
        narrator.title("Everything is still up, the writer goes on. In another terminal:");
        narrator.say("%srecover %s --reason \"just to see\"", reanchor, symbol);
        narrator.say("%sstatus %s", reanchor, symbol);
        narrator.say("curl -s http://127.0.0.1:%d/actuator/health", rig.healthPort());
        narrator.say(
                "curl -s '%s/api/v3/depth?symbol=%s&limit=5'", rig.exchange().restUri(), symbol);
        narrator.say("redis-cli -h %s HGETALL %s", server, rig.keys().receipt());
        narrator.say("Ctrl-C ends it all.");
    }
}
