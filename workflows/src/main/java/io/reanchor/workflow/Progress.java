package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where a run stands: what the query, the Web UI and the result are made of. */
final class Progress {
    private final List<StageEntry> timeline = new ArrayList<>();
    private final Marks marks = new Marks();
    private @Nullable ReanchorRequest request;
    private Stage stage = Stage.STARTED;
    private final List<String> noticed = new ArrayList<>();
    private final Map<String, String> waits = new TreeMap<>();
    private String detail = "";
    private Instant startedAt = Instant.EPOCH;
    private Instant admittedAt = Instant.EPOCH;
    private @Nullable Instant deadline;
    private FeedGap gap = FeedGap.UNKNOWN;
    private int round;
    private final List<SwapReceipt> earlier = new ArrayList<>();
    private @Nullable StagedBook book;
    private @Nullable StagedBars bars;
    private @Nullable ValidationReport validation;
    private @Nullable KeptUp keptUp;
    private @Nullable ApprovalReceipt approval;
    private @Nullable Comparison comparison;
    private @Nullable RevertPlan revert;
    private @Nullable Instant eta;
    private @Nullable ReanchorResult result;

    static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    void begin(ReanchorRequest request, OperationPolicy policy) {
        this.request = request;
        this.startedAt = now();
        marks.begin(policy, request.symbol());
        enter(Stage.STARTED, "");
    }

    /** Its clock doesn't run yet. */
    void beginRound() {
        round++;
        deadline = null;
    }

    /** From here on the operation's timeout counts. */
    void admitted(Instant deadline) {
        this.admittedAt = now();
        this.deadline = deadline;
    }

    Instant admittedAt() {
        return admittedAt;
    }

    /** From 1; each has a token of its own. */
    int round() {
        return round;
    }

    /** Another round follows on this one. */
    void committed(SwapReceipt receipt) {
        earlier.add(receipt);
    }

    /** Whether an earlier round of this run went live. */
    boolean hasCommitted() {
        return !earlier.isEmpty();
    }

    boolean hasBegun() {
        return request != null;
    }

    ReanchorRequest request() {
        return Objects.requireNonNull(request, "the workflow hasn't begun");
    }

    void enter(Stage next, String detail) {
        stage = next;
        eta = null;
        waits.clear();
        timeline.add(new StageEntry(next, now()));
        marks.stage(next);
        say(detail);
    }

    /** All that comes before an approval is done; the operation's own deadline counts no more. */
    void awaitApproval(Instant until) {
        deadline = until;
        keptUp = null;
        approval = null;
        enter(
                Stage.AWAITING_APPROVAL,
                "proven, and kept up with the feed; goes live when it is approved (reanchor approve %s), is rolled back at %s"
                        .formatted(request().symbol(), until));
    }

    KeptUp keptUp(KeptUp now) {
        keptUp = now;
        show();
        return now;
    }

    void approved(ApprovalReceipt by) {
        approval = by;
        say("approved by " + by.by());
    }

    void compared(Comparison found) {
        comparison = found;
        show();
    }

    void planned(RevertPlan plan) {
        revert = plan;
        show();
    }

    /** Whoever wants it to wait is heard, unless it waits already. */
    void postpone(int approveWithinSeconds) {
        if (request().cutOver() == CutOverMode.NOW) {
            request = request().with(CutOverMode.WHEN_APPROVED, approveWithinSeconds);
        }
    }

    /** Its turn is expected then. */
    void queued(String why, Instant expected) {
        if (stage == Stage.QUEUED) {
            say(why);
        } else {
            enter(Stage.QUEUED, why);
        }
        eta = expected;
    }

    void say(String detail) {
        this.detail = detail;
        show();
    }

    /** A step is called again later. It is told beside what else waits: both lanes of staging may. */
    void waits(String step, String why) {
        waits.put(step, why);
        show();
    }

    void goesOn(String step) {
        if (waits.remove(step) != null) {
            show();
        }
    }

    /** For the operator; once, however often it is seen. */
    void notice(String line) {
        if (!noticed.contains(line)) {
            noticed.add(line);
            show();
        }
    }

    /** What an earlier round staged no longer counts. */
    void beginStaging(String detail) {
        bars = null;
        restageBook(detail);
    }

    void restageBook(String detail) {
        book = null;
        validation = null;
        enter(Stage.STAGING, detail);
    }

    void widen(FeedGap reported) {
        gap = gap.union(reported);
    }

    StagedBook staged(StagedBook book) {
        this.book = book;
        show();
        return book;
    }

    StagedBars staged(StagedBars bars) {
        this.bars = bars;
        show();
        return bars;
    }

    ValidationReport validated(ValidationReport validation) {
        this.validation = validation;
        show();
        return validation;
    }

    /** What the checks said; there once they ran. */
    ValidationReport proof() {
        return Objects.requireNonNull(validation, "the checks haven't run");
    }

    Stage stage() {
        return stage;
    }

    @Nullable
    StagedBars bars() {
        return bars;
    }

    /** Whether the run won't go live, as far as can be told: who reports now had better start anew. */
    boolean isGivenUp() {
        return stage == Stage.UNDOING || stage == Stage.ROLLED_BACK || stage == Stage.SUPERSEDED;
    }

    /** Whether there is something beside the live keys, of this run. */
    boolean hasStaged() {
        return stage.compareTo(Stage.BUILDING_FEATURES) >= 0 && stage.compareTo(Stage.SWAPPING) < 0;
    }

    ReanchorResult end(RoundEnd last) {
        Failure failure = last.failure();
        enter(Stage.valueOf(last.outcome().name()), failure == null ? "" : failure.message());
        ReanchorResult ended = new ReanchorResult(
                request().symbol(),
                last.outcome(),
                last.receipt(),
                failure,
                validation,
                book,
                bars,
                comparison,
                approval,
                revert,
                last.undone(),
                earlier,
                noticed,
                timeline,
                now());
        result = ended;
        marks.ended(ended);
        show();
        return ended;
    }

    ReanchorStatus status() {
        return new ReanchorStatus(
                request == null ? "" : request.symbol(),
                stage,
                waits.isEmpty() ? detail : String.join("; ", waits.values()),
                round,
                startedAt,
                deadline,
                gap,
                timeline,
                book,
                bars,
                validation,
                keptUp,
                approval,
                comparison,
                revert,
                eta,
                noticed,
                result);
    }

    private void show() {
        Workflow.setCurrentDetails(StatusText.markdown(status()));
    }
}
