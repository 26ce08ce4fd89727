package io.reanchor.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.workflow.CommittedResults;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ManyRequest;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.ReportReceipt;
import io.reanchor.workflow.SwapReceipt;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import java.time.Duration;
import java.util.List;
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
                () -> temporal.newUntypedWorkflowStub(id).query("status", ReanchorStatus.class));
    }

    /**
     * Gives the running recovery up; returns when it has taken the abort, while it undoes what was done. {@link #follow} and
     * {@link Recovery#await} tell how it ended.
     *
     * @throws ReanchorException {@code TooLate} when the swap has begun or the recovery has ended, {@code NotFound} when there is none
     */
    public void abort(String symbol, String reason) {
        WorkflowExecution any = WorkflowExecution.newBuilder()
                .setWorkflowId(ReanchorRequest.workflowId(symbol))
                .build();
        recovery(symbol, any, true).abort(reason);
    }

    /**
     * The recoveries that run or are kept, as the server's visibility store orders them; it may lag by a second.
     *
     * @throws ReanchorException {@code NotSupported} on the in-process test server
     */
    public List<RecoverySummary> list(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
        return calls.within(options.callTimeout(), "list of recoveries", "is Temporal's visibility store well?", () -> {
            try (Stream<WorkflowExecutionMetadata> found =
                    temporal.listExecutions("WorkflowType = '" + WORKFLOW_TYPE + "'")) {
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
                : new ReanchorRequest(
                        request.symbol(),
                        request.gap(),
                        request.reason(),
                        request.requestedBy(),
                        UUID.randomUUID().toString(),
                        request.priority());
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
