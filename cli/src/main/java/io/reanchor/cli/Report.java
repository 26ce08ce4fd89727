package io.reanchor.cli;

import io.reanchor.workflow.ApprovalReceipt;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.DataQuality;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.KeptUp;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.reanchor.workflow.ValidationReport.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A result or a status as text for people: a headline, then one labelled line a fact. */
final class Report {
    private final StringBuilder text = new StringBuilder();

    private Report() {}

    static String of(ReanchorResult result) {
        Report report = new Report();
        report.headline(result);
        report.noticed(result.noticed());
        report.replicas(result.receipt());
        report.staged(result.book(), result.bars());
        report.checks(result.validation());
        report.reverted(result.revert());
        report.approved(result.approval());
        report.compared(result.comparison());
        report.stages(result.timeline(), result.endedAt());
        for (String line : result.undone()) {
            report.line("undone", line);
        }
        return report.text.toString();
    }

    static String of(LastCutOver last) {
        Report report = new Report();
        report.line("redis", last.text());
        return report.text.toString();
    }

    /** The status of a recovery that goes on; one that has ended is shown by its result. */
    static String of(ReanchorStatus status, Instant now) {
        ReanchorResult result = status.result();
        if (result != null) {
            return of(result);
        }
        Report report = new Report();
        report.text.append("%s %s%n".formatted(status.symbol(), Words.of(status.stage())));
        if (!status.detail().isBlank()) {
            report.line("now", status.detail());
        }
        report.line(
                "started",
                "%s, %s ago; %s"
                        .formatted(
                                status.startedAt(),
                                Words.of(Duration.between(status.startedAt(), now)),
                                untilDeadline(status.deadline(), now)));
        if (status.round() > 1) {
            report.line("round", "%d, for what was reported meanwhile".formatted(status.round()));
        }
        report.noticed(status.noticed());
        report.line("gap", Words.of(status.gap()));
        report.staged(status.book(), status.bars());
        report.checks(status.validation());
        report.keptUp(status.keptUp());
        report.approved(status.approval());
        report.compared(status.comparison());
        report.stages(status.timeline(), now);
        return report.text.toString();
    }

    /** Live beside staged. */
    static String of(String symbol, Comparison found) {
        Report report = new Report();
        report.text.append("%s %s%n"
                .formatted(symbol, found.nothingDiffers() ? "live and staged are the same" : "live and staged differ"));
        report.compared(found);
        return report.text.toString();
    }

    private void keptUp(@Nullable KeptUp kept) {
        if (kept != null) {
            line(
                    "kept up",
                    "to update id %s, trade id %s at %s, %s"
                            .formatted(
                                    kept.lastUpdateId(),
                                    kept.lastTradeId(),
                                    kept.at(),
                                    kept.behindMs() == null
                                            ? "as far as it was staged: there is no journal"
                                            : kept.behindMs() + " ms behind the feed"));
        }
    }

    private void reverted(@Nullable RevertPlan plan) {
        if (plan == null) {
            return;
        }
        line(
                "undoes",
                "generation %s, which replaced %s"
                        .formatted(plan.generation(), plan.back().isEmpty() ? "a state without one" : plan.back()));
        line("live", where(plan.live()));
        line("back", "%s; the journals carry it on to %s".formatted(where(plan.old()), where(plan.reached())));
        if (plan.thrownAway().isEmpty()) {
            line("lost", "nothing: the journals carry the old state on to where live is");
        }
        plan.thrownAway().forEach(what -> line("lost", what));
        line("kept", "for %s more".formatted(Words.of(Duration.ofMillis(plan.leftMs()))));
    }

    private static String where(RevertPlan.Where where) {
        return "update id %s, trade id %s"
                .formatted(
                        where.lastUpdateId() == null ? "none" : where.lastUpdateId(),
                        where.lastTradeId() == null ? "none" : where.lastTradeId());
    }

    private void approved(@Nullable ApprovalReceipt approval) {
        if (approval != null) {
            line("approved", "by %s at %s".formatted(approval.by(), approval.at()));
        }
    }

    private void compared(@Nullable Comparison found) {
        if (found == null) {
            return;
        }
        side("live", found.live());
        side("staged", found.staged());
        differ("levels", found.levels());
        differ("bars 1s", found.bars1s());
        differ("bars 5s", found.bars5s());
        differ("features", found.features());
    }

    private void side(String label, Comparison.Side side) {
        line(
                label,
                "update id %s, best %s and %s, trade id %s"
                        .formatted(
                                side.lastUpdateId() == null ? "none" : side.lastUpdateId(),
                                side.bestBid(),
                                side.bestAsk(),
                                side.lastTradeId() == null ? "none" : side.lastTradeId()));
    }

    private void differ(String label, Comparison.Differences differences) {
        line(label, "%d of %d differ".formatted(differences.differ(), differences.compared()));
        for (Comparison.Difference each : differences.first()) {
            line(
                    "",
                    "%s: live %s, staged %s"
                            .formatted(
                                    each.what(),
                                    each.live().isEmpty() ? "none" : each.live(),
                                    each.staged().isEmpty() ? "none" : each.staged()));
        }
        if (differences.differ() > differences.first().size()) {
            line(
                    "",
                    "and %d more"
                            .formatted(
                                    differences.differ() - differences.first().size()));
        }
    }

    private static String untilDeadline(@Nullable Instant deadline, Instant now) {
        if (deadline == null) {
            return "its time hasn't begun";
        }
        Duration left = Duration.between(now, deadline);
        return left.isNegative() ? "past its deadline" : "gives up in " + Words.of(left);
    }

    private void headline(ReanchorResult result) {
        String symbol = result.symbol();
        SwapReceipt receipt = result.receipt();
        switch (result.outcome()) {
            case COMMITTED ->
                text.append("%s committed%s%n".formatted(symbol, receipt == null ? "" : generation(receipt)));
            case REHEARSED ->
                text.append("%s rehearsed: all was staged and proven, and the live keys are what they were%n"
                        .formatted(symbol));
            case ROLLED_BACK -> text.append("%s rolled back: the live keys are what they were%n".formatted(symbol));
            case SUPERSEDED ->
                text.append("%s superseded: later recoveries overwrote the record of whether this one went live%n"
                        .formatted(symbol));
        }
        ReanchorResult.Failure failure = result.failure();
        if (failure != null) {
            line("because", "%s while %s: %s".formatted(failure.type(), Words.of(failure.stage()), failure.message()));
            line(
                    "again",
                    failure.tryAgain() ? "the same request may succeed later" : "the same request will fail again");
        }
        if (receipt != null) {
            line(
                    "covered",
                    "the book to update id %d, the bars to trade id %s"
                            .formatted(
                                    receipt.lastUpdateId(),
                                    receipt.lastTradeId() == null ? "none" : receipt.lastTradeId()));
            behind(receipt.followed());
            quality(receipt.quality());
        }
        for (SwapReceipt earlier : result.earlier()) {
            line("earlier", "an earlier round of this run put generation %s live".formatted(earlier.generation()));
        }
    }

    private void behind(@Nullable Followed followed) {
        if (followed != null && followed.behindMs() != null) {
            line(
                    "behind",
                    "%d ms behind the feed at the swap; then followed to update id %s, trade id %s"
                            .formatted(followed.behindMs(), followed.lastUpdateId(), followed.lastTradeId()));
        }
    }

    private void quality(@Nullable DataQuality quality) {
        if (quality == null) {
            return;
        }
        if (!quality.lostUpdates().isEmpty() || !quality.lostTrades().isEmpty()) {
            line(
                    "lost",
                    "updates %s, trades %s: no source and no journal has them"
                            .formatted(spans(quality.lostUpdates()), spans(quality.lostTrades())));
        }
        if (!quality.partialBars().isEmpty()) {
            line("partial", "bars " + quality.partialBars());
        }
        if (!quality.trustedLow().isEmpty()) {
            line("trusted", "the book from %s to %s".formatted(quality.trustedLow(), quality.trustedHigh()));
        }
        if (!quality.warmingUp().isEmpty()) {
            line("warming", String.join(", ", quality.warmingUp()));
        }
    }

    private static String spans(List<IdSpan> spans) {
        return spans.isEmpty() ? "none" : spans.stream().map(IdSpan::toString).collect(Collectors.joining(" "));
    }

    private void noticed(List<String> lines) {
        lines.forEach(line -> line("noticed", line));
    }

    private void replicas(@Nullable SwapReceipt receipt) {
        Replication replication = receipt == null ? null : receipt.replication();
        if (replication != null) {
            line(
                    "replicas",
                    "%s of %d asked for"
                            .formatted(
                                    replication.reached() == null ? "an unknown number" : replication.reached(),
                                    replication.asked()));
        }
    }

    private static String generation(SwapReceipt receipt) {
        List<String> notes = new ArrayList<>();
        notes.add(receipt.replaced().isEmpty() ? "the first one" : "replaced " + receipt.replaced());
        if (receipt.attempts() > 1) {
            notes.add(receipt.attempts() + " transactions tried");
        }
        if (receipt.resolved()) {
            notes.add("the reply was lost, the receipt told");
        }
        return ": generation %s is live (%s)".formatted(receipt.generation(), String.join("; ", notes));
    }

    private void staged(@Nullable StagedBook book, @Nullable StagedBars bars) {
        if (book != null) {
            line(
                    "book",
                    "%d bids, %d asks, best %s and %s, update id %s, from %s"
                            .formatted(
                                    book.bids(),
                                    book.asks(),
                                    book.bestBid(),
                                    book.bestAsk(),
                                    book.key().id(),
                                    book.source()));
        }
        if (bars != null) {
            line(
                    "bars",
                    "%d rebuilt since %s from %d trades, %d carried over, %d partial, from %s"
                            .formatted(
                                    bars.rebuilt(),
                                    bars.since(),
                                    bars.trades(),
                                    bars.carried(),
                                    bars.partial().size(),
                                    bars.source()));
        }
    }

    private void checks(@Nullable ValidationReport validation) {
        if (validation == null) {
            return;
        }
        List<Check> failed = validation.failed();
        List<Check> warnings = validation.warnings();
        int passed = validation.checks().size() - failed.size() - warnings.size();
        line("checks", "%d passed, %d failed, %d warned".formatted(passed, failed.size(), warnings.size()));
        Comparison.Side live = validation.live();
        if (live != null) {
            line(
                    "live then",
                    "update id %s, best bid %s, best ask %s"
                            .formatted(live.lastUpdateId(), live.bestBid(), live.bestAsk()));
        }
        failed.forEach(check -> line("failed", said(check)));
        warnings.forEach(check -> line("warning", said(check)));
    }

    private static String said(Check check) {
        return "%s expected %s, found %s".formatted(check.name(), check.expected(), check.actual());
    }

    /** How long each stage took: until the next began, the last one until {@code end}. */
    private void stages(List<ReanchorStatus.StageEntry> timeline, Instant end) {
        if (timeline.isEmpty()) {
            return;
        }
        List<String> stages = new ArrayList<>();
        for (int i = 0; i < timeline.size(); i++) {
            ReanchorStatus.StageEntry entry = timeline.get(i);
            if (!entry.stage().isFinal()) {
                Instant until = i + 1 < timeline.size() ? timeline.get(i + 1).at() : end;
                stages.add(Words.of(entry.stage()) + " " + Words.of(Duration.between(entry.at(), until)));
            }
        }
        line(
                "stages",
                String.join(", ", stages) + "; in all "
                        + Words.of(Duration.between(timeline.get(0).at(), end)));
    }

    private void line(String label, String value) {
        text.append("  %-8s %s%n".formatted(label, Words.oneLine(value)));
    }
}
