package io.reanchor.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.workflow.ApprovalReceipt;
import io.reanchor.workflow.CommittedResults;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ManyRequest;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.ReportReceipt;
import io.reanchor.workflow.RevertRequest;
import io.reanchor.workflow.SwapReceipt;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Starts, joins, follows and aborts recoveries. Every call ends within its deadline, whether or not a worker is there.
 * Thread-safe; one a process is enough.
 */
public final class ReanchorClient implements AutoCloseable {
    static final String NO_WORKER = "is a worker running on this namespace and task queue?";

    /** What Temporal calls an update whose run ended before the answer. */
    private static final Duration AFTER_A_RACE = Duration.ofMillis(50);

    private static final String RUN_ENDED = "AcceptedUpdateCompletedWorkflow";

    private static final String WORKFLOW_TYPE = "Reanchor";
    private static final String MANY_TYPE = "RecoverMany";
    private static final String REVERT_TYPE = "Revert";
    /** Only for what the saga's own deadline and undo can't end: a workflow-level timeout would skip the undo. */
    private static final Duration BACKSTOP = Duration.ofHours(24);
    /** What a worker that hangs has taken of the workflow's own is given to another after this long. */
    private static final Duration WORKFLOW_TASK = Duration.ofSeconds(5);

    private final WorkflowClient temporal;
    private final ReanchorClientOptions options;
    private final boolean ownsConnection;
    private final Calls calls;

    private ReanchorClient(WorkflowClient temporal, ReanchorClientOptions options, boolean ownsConnection) {
        this.temporal = temporal;
        this.options = options;
        this.ownsConnection = ownsConnection;
        this.calls = new Calls(
                temporal.getWorkflowServiceStubs().getOptions().getTarget() == null
                        ? options.address()
                        : temporal.getWorkflowServiceStubs().getOptions().getTarget());
    }

    /** A client with a connection of its own; it connects at the first call. */
    public static ReanchorClient connect(ReanchorClientOptions options) {
        return new ReanchorClient(Connection.open(options), options, true);
    }

    /** A client over a connection that the caller keeps and closes; namespace and connection are that one's. */
    public static ReanchorClient over(WorkflowClient temporal, ReanchorClientOptions options) {
        return new ReanchorClient(temporal, options, false);
    }

    /** {@link #recover(ReanchorRequest, Duration)} within the options' report timeout. */
    public Recovery recover(ReanchorRequest request) {
        return recover(request, options.reportTimeout());
    }

    /**
     * Starts a recovery of the symbol, or joins the one that runs when what it stages covers the gap; otherwise waits for that one's
     * end and starts anew. Returns when a run has taken care of the report, not when it has ended. Sending the same request id
     * again is harmless.
     *
     * @throws IllegalArgumentException when the request names something that can't be
     * @throws ReanchorException {@code NoAnswer} when no worker took the report: it stands at the server all the same, and begins
     *     when a worker comes
     */
    public Recovery recover(ReanchorRequest request, Duration deadline) {
        ReanchorRequest report = withId(ReanchorRequest.requireValid(request));
        Deadline end = new Deadline(deadline);
        for (int attempt = 1; ; ) {
            // The server remembers an update's answer by its id, even for a run that has ended.
            String updateId = attempt == 1 ? report.requestId() : report.requestId() + "#" + attempt;
            try {
                return report(report, String.valueOf(updateId), end);
            } catch (ReanchorException e) {
                boolean waits =
                        e.type().equals(FailureTypes.NOT_COVERED) || e.type().equals(RUN_ENDED);
                boolean raced = endedUnderIt(e);
                if ((!waits && !raced) || end.isPast()) {
                    throw e;
                }
                if (waits) {
                    awaitEnd(report.symbol(), e, end);
                    attempt++;
                } else {
                    // Whether the server took it isn't known: the same id asks.
                    LockSupport.parkNanos(AFTER_A_RACE.toNanos());
                }
            }
        }
    }

    /**
     * Follows the symbol's run that is going on, or the last one.
     *
     * @throws ReanchorException {@code NotFound} when there is none
     */
    public Recovery follow(String symbol) {
        String id = ReanchorRequest.workflowId(symbol);
        return calls.within(options.callTimeout(), "recovery of " + symbol, NO_WORKER, () -> {
            WorkflowStub last = temporal.newUntypedWorkflowStub(id);
            return recovery(symbol, last.describe().getExecution(), true);
        });
    }

    /** The recovery that a run is; nothing is asked before its methods are called. */
    public Recovery recovery(String symbol, String runId) {
        WorkflowExecution run = WorkflowExecution.newBuilder()
                .setWorkflowId(ReanchorRequest.workflowId(symbol))
                .setRunId(runId)
                .build();
        return recovery(symbol, run, true);
    }

    /**
     * Starts the recovery of many symbols in one call, or joins the one of the same request id. Returns when the server has it.
     *
     * @throws IllegalArgumentException when the request names something that can't be
     */
    public ManyRecovery recoverAll(ManyRequest request) {
        ManyRequest.requireValid(request);
        WorkflowOptions start = WorkflowOptions.newBuilder()
                .setWorkflowId(request.workflowId())
                .setTaskQueue(options.taskQueue())
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowExecutionTimeout(BACKSTOP)
                .setStaticSummary(Texts.summary(request))
                .build();
        return calls.within(
                options.callTimeout(), request.workflowId(), "does Temporal answer? ask again, it is harmless", () -> {
                    WorkflowStub run = temporal.newUntypedWorkflowStub(MANY_TYPE, start);
                    return many(run.start(request));
                });
    }

    /**
     * Follows the recovery of many symbols that has this request id.
     *
     * @throws ReanchorException {@code NotFound} when there is none
     */
    public ManyRecovery followAll(String requestId) {
        String id = ManyRequest.workflowId(requestId);
        return calls.within(
                options.callTimeout(),
                id,
                NO_WORKER,
                () -> many(temporal.newUntypedWorkflowStub(id).describe().getExecution()));
    }

    private ManyRecovery many(WorkflowExecution run) {
        return new ManyRecovery(temporal.newUntypedWorkflowStub(run, Optional.empty()), calls, options.callTimeout());
    }

    /** {@link Recovery#status()} of the symbol's run that is going on, or of the last one. */
    public ReanchorStatus status(String symbol) {
        String id = ReanchorRequest.workflowId(symbol);
        return calls.within(
                options.callTimeout(),
                "status of " + symbol,
                NO_WORKER,
                () -> ClosedRuns.status(temporal.newUntypedWorkflowStub(id), symbol));
    }

    /**
     * Gives the running recovery up; returns when it has taken the abort, while it undoes what was done. {@link #follow} and
     * {@link Recovery#await} tell how it ended.
     *
     * @throws ReanchorException {@code TooLate} when the swap has begun or the recovery has ended, {@code NotFound} when there is none
     */
    public void abort(String symbol, String reason) {
        any(symbol).abort(reason);
    }

    /**
     * Lets the recovery that waits for an approval cut over; returns when it has taken the approval. {@link #follow} and {@link
     * Recovery#await} tell how it ended.
     *
     * @param by who approves, for the record
     * @throws ReanchorException {@code Refused} when there is nothing to approve, yet or any more, {@code NotFound} when there is none
     */
    public ApprovalReceipt approve(String symbol, String by) {
        return any(symbol).approve(by);
    }

    /**
     * What is staged beside what is live, while a recovery goes on.
     *
     * @throws ReanchorException {@code Refused} when nothing is staged, {@code NotFound} when there is none
     */
    public Comparison compare(String symbol) {
        return any(symbol).compare();
    }

    /**
     * Puts back what the symbol's last cut-over replaced; returns how that ended, without waiting for the end of a pause.
     *
     * @return committed, rehearsed (a dry run), or rolled back: refused, with its reason
     * @throws IllegalArgumentException when the request names something that can't be
     * @throws ReanchorException {@code Refused} while a recovery or another revert of the symbol goes on; {@code NoAnswer} when the deadline
     *     passes: it goes on without you
     */
    public ReanchorResult revert(RevertRequest request, Duration deadline) {
        RevertRequest.requireValid(request);
        Deadline end = new Deadline(deadline);
        String id = ReanchorRequest.workflowId(request.symbol());
        WorkflowOptions start = WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(options.taskQueue())
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowExecutionTimeout(BACKSTOP)
                .setWorkflowTaskTimeout(WORKFLOW_TASK)
                .setStaticSummary(Texts.summary(request))
                .build();
        WorkflowStub run = temporal.newUntypedWorkflowStub(REVERT_TYPE, start);
        calls.within(end.atMost(options.callTimeout()), "revert of " + request.symbol(), NO_WORKER, () -> {
            try {
                return run.start(request);
            } catch (WorkflowExecutionAlreadyStarted e) {
                throw new ReanchorException(
                        ReanchorException.REFUSED,
                        true,
                        "revert of %s: run %s of %s goes on, a recovery or another revert: wait for its end, abort it, or end its pause; 'reanchor status %s' tells which"
                                .formatted(request.symbol(), e.getExecution().getRunId(), id, request.symbol()),
                        e);
            }
        });
        return calls.within(
                end.left(), "revert of " + request.symbol(), "it goes on without you; ask for its status", () -> {
                    try {
                        return run.update("outcome", ReanchorResult.class);
                    } catch (WorkflowNotFoundException ended) {
                        ReanchorResult result = temporal.newUntypedWorkflowStub(run.getExecution(), Optional.empty())
                                .query("status", ReanchorStatus.class)
                                .result();
                        if (result == null) {
                            throw ended;
                        }
                        return result;
                    }
                });
    }

    /**
     * Ends the pause of recoveries that a revert of the symbol asked for.
     *
     * @param by who wants it, for the record
     * @throws ReanchorException {@code Refused} when nothing is paused, {@code NotFound} when there is no such run
     */
    public void resume(String symbol, String by) {
        any(symbol).resume(by);
    }

    /** Whichever run goes on, or was the last. */
    private Recovery any(String symbol) {
        WorkflowExecution any = WorkflowExecution.newBuilder()
                .setWorkflowId(ReanchorRequest.workflowId(symbol))
                .build();
        return recovery(symbol, any, true);
    }

    /**
     * The recoveries that run or are kept, as the server's visibility store orders them; it may lag by a second.
     *
     * @throws ReanchorException {@code NotSupported} on the in-process test server
     */
    public List<RecoverySummary> list(int limit) {
        return list("WorkflowType IN ('%s', '%s')".formatted(WORKFLOW_TYPE, REVERT_TYPE), limit, "recoveries");
    }

    /** As {@link #list(int)}, of one symbol. */
    public List<RecoverySummary> list(String symbol, int limit) {
        String id = ReanchorRequest.workflowId(symbol);
        return list("WorkflowId = '%s'".formatted(id), limit, "recoveries of " + symbol);
    }

    private List<RecoverySummary> list(String query, int limit, String what) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        return calls.within(options.callTimeout(), "list of " + what, "is Temporal's visibility store well?", () -> {
            try (Stream<WorkflowExecutionMetadata> found = temporal.listExecutions(query)) {
                return found.limit(limit).map(ReanchorClient::summary).toList();
            }
        });
    }

    /**
     * The proof of the symbol's last recovery that ended committed, as long as Temporal keeps its run; may lag by a second.
     *
     * @throws ReanchorException {@code NotSupported} on the in-process test server
     */
    public Optional<SwapReceipt> lastCommitted(String symbol) {
        ReanchorRequest.requireSymbol(symbol);
        return calls.within(
                options.callTimeout(),
                "last committed recovery of " + symbol,
                "is Temporal's visibility store well?",
                () -> CommittedResults.last(temporal, symbol, options.callTimeout()));
    }

    /** Closes the connection, unless it is the caller's. Running recoveries go on. */
    @Override
    public void close() {
        calls.close();
        if (ownsConnection) {
            temporal.getWorkflowServiceStubs().shutdown();
        }
    }

    /** A real server's word for a report that came in the moment in which the run ended. */
    private static boolean endedUnderIt(ReanchorException e) {
        StatusRuntimeException status = Calls.find(e, StatusRuntimeException.class);
        return status != null && status.getStatus().getCode() == Status.Code.FAILED_PRECONDITION;
    }

    private Recovery report(ReanchorRequest request, String updateId, Deadline deadline) {
        String what = "recovery of " + request.symbol();
        String id = ReanchorRequest.workflowId(request.symbol());
        WorkflowUpdateHandle<ReportReceipt> update = calls.within(
                deadline.atMost(options.callTimeout()),
                what,
                "no worker took the report; it stands as workflow %s and begins as soon as a worker polls task queue \"%s\" of namespace \"%s\": start one, then ask for the status"
                        .formatted(
                                id, options.taskQueue(), temporal.getOptions().getNamespace()),
                () -> send(request, updateId));
        ReportReceipt receipt = calls.within(
                deadline.left(),
                what,
                "the run that goes on hasn't staged what it needs yet; ask for the status, or report again with request id "
                        + request.requestId(),
                () -> update.getResult(deadline.left().toMillis(), TimeUnit.MILLISECONDS));
        WorkflowExecution run = WorkflowExecution.newBuilder()
                .setWorkflowId(id)
                .setRunId(receipt.runId())
                .build();
        return recovery(request.symbol(), run, receipt.joined());
    }

    private WorkflowUpdateHandle<ReportReceipt> send(ReanchorRequest request, String updateId) {
        WorkflowOptions start = WorkflowOptions.newBuilder()
                .setWorkflowId(ReanchorRequest.workflowId(request.symbol()))
                .setTaskQueue(options.taskQueue())
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowExecutionTimeout(BACKSTOP)
                .setWorkflowTaskTimeout(WORKFLOW_TASK)
                .setMemo(Map.of("reason", request.reason(), "requestedBy", request.requestedBy()))
                .setStaticSummary(Texts.summary(request))
                .setStaticDetails(Texts.details(request))
                .build();
        UpdateOptions<ReportReceipt> update = UpdateOptions.newBuilder(ReportReceipt.class)
                .setUpdateName("report")
                .setUpdateId(updateId)
                .setWaitForStage(WorkflowUpdateStage.ACCEPTED)
                .build();
        return temporal.newUntypedWorkflowStub(WORKFLOW_TYPE, start)
                .startUpdateWithStart(update, new Object[] {request}, new Object[] {request});
    }

    /** The run that refused a report may end any way it likes: only that it has ended matters. */
    private void awaitEnd(String symbol, ReanchorException refused, Deadline deadline) {
        WorkflowUpdateException update = Calls.find(refused, WorkflowUpdateException.class);
        WorkflowStub run = update == null || update.getExecution() == null
                ? temporal.newUntypedWorkflowStub(ReanchorRequest.workflowId(symbol))
                : temporal.newUntypedWorkflowStub(update.getExecution(), Optional.empty());
        calls.within(
                deadline.left(),
                "recovery of " + symbol,
                "the recovery that goes on doesn't cover this report and hasn't ended; report again later",
                () -> {
                    try {
                        return run.getResult(deadline.left().toMillis(), TimeUnit.MILLISECONDS, Object.class);
                    } catch (WorkflowFailedException ended) {
                        return ended;
                    }
                });
    }

    private Recovery recovery(String symbol, WorkflowExecution run, boolean joined) {
        WorkflowStub stub = temporal.newUntypedWorkflowStub(run, Optional.empty());
        return new Recovery(symbol, joined, stub, calls, options.callTimeout());
    }

    private static ReanchorRequest withId(ReanchorRequest request) {
        return request.requestId() != null
                ? request
                : request.withId(UUID.randomUUID().toString());
    }

    private static RecoverySummary summary(WorkflowExecutionMetadata run) {
        WorkflowExecution id = run.getExecution();
        return new RecoverySummary(
                id.getWorkflowId().replaceFirst("^reanchor-", ""),
                id.getWorkflowId(),
                id.getRunId(),
                state(run),
                run.getStartTime(),
                run.getCloseTime());
    }

    static String state(WorkflowExecutionMetadata run) {
        return run.getStatus().name().replace("WORKFLOW_EXECUTION_STATUS_", "");
    }
}
