package io.reanchor.workflow;

import io.reanchor.workflow.ManyActivities.Open;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts many recoveries at a bounded pace and looks at them, ever more rarely, until all have ended. */
public final class RecoverManyWorkflowImpl implements RecoverManyWorkflow {
    /** A handful at a time: those who wait in the queue cost a worker little, but starting does. */
    private static final int AT_ONCE = 10;
    /** Of those looked at in one go, so that neither a call nor the history gets long. */
    private static final int LOOKED_AT = 200;

    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration RAREST_LOOK = Duration.ofSeconds(15);
    private static final Duration BEFORE_STARTING_AGAIN = Duration.ofSeconds(5);
    private static final int FRUITLESS_STARTS = 20;

    private final ManyTable table = new ManyTable();
    private @Nullable String aborted;
    private boolean abortOpen;

    @Override
    public ManyResult recover(ManyRequest request) {
        table.begin(requests(request));
        startAll();
        followAll();
        table.say("all have ended");
        Reports.outlast(Workflow::isEveryHandlerFinished);
        return table.result();
    }

    private static List<ReanchorRequest> requests(ManyRequest request) {
        try {
            ManyRequest.requireValid(request);
            return request.all(
                    request.allLive()
                            ? steps("find the symbols with live books").liveSymbols()
                            : List.of());
        } catch (IllegalArgumentException e) {
            throw Failures.refuse(FailureTypes.BAD_REQUEST, "%s; nothing was begun".formatted(e.getMessage()));
        }
    }

    private void startAll() {
        int fruitless = 0;
        while (table.isAnyToStart() && aborted == null && fruitless < FRUITLESS_STARTS) {
            int before = table.progress().toStart();
            steps("start recoveries").start(table.nextToStart(AT_ONCE)).forEach(table::started);
            table.say("starting the recoveries");
            if (table.progress().toStart() == before) {
                fruitless++;
                Workflow.await(BEFORE_STARTING_AGAIN, () -> aborted != null);
            }
        }
        table.giveUp(aborted != null ? "aborted: " + aborted : "no worker took the report; see the worker's log");
    }

    private void followAll() {
        Duration pause = FIRST_LOOK;
        boolean toldToAbort = false;
        while (table.isAnyOpen()) {
            if (abortOpen && !toldToAbort) {
                toldToAbort = true;
                for (List<Open> some = table.open(); !some.isEmpty(); some = some.subList(size(some), some.size())) {
                    steps("abort recoveries").abort(some.subList(0, size(some)), String.valueOf(aborted));
                }
                pause = FIRST_LOOK;
            }
            int before = table.open().size();
            List<Open> all = table.open();
            steps("look at the recoveries").look(all.subList(0, size(all))).forEach(table::stands);
            table.say("following the recoveries");
            pause = table.open().size() < before ? FIRST_LOOK : rarer(pause);
            if (table.isAnyOpen()) {
                boolean told = toldToAbort;
                Workflow.await(pause, () -> abortOpen && !told);
            }
        }
    }

    private static int size(List<?> some) {
        return Math.min(LOOKED_AT, some.size());
    }

    private static Duration rarer(Duration pause) {
        Duration longer = pause.multipliedBy(3).dividedBy(2);
        return longer.compareTo(RAREST_LOOK) < 0 ? longer : RAREST_LOOK;
    }

    private static ManyActivities steps(String summary) {
        return Workflow.newActivityStub(
                ManyActivities.class,
                ActivityOptions.newBuilder()
                        .setSummary(summary)
                        .setStartToCloseTimeout(Duration.ofMinutes(2))
                        .setRetryOptions(RetryOptions.newBuilder()
                                .setMaximumInterval(RAREST_LOOK)
                                .build())
                        .build());
    }

    @Override
    public void abort(@Nullable String reason, boolean alsoOpen) {
        aborted = reason == null || reason.isBlank() ? "no reason given" : reason;
        abortOpen = abortOpen || alsoOpen;
    }

    @Override
    public void validateAbort(@Nullable String reason, boolean alsoOpen) {
        Reports.requireShortText("reason", reason, "nothing was aborted, abort again");
        if (table.isOver()) {
            throw Failures.refuse(FailureTypes.TOO_LATE, "all recoveries have ended: nothing to abort");
        }
    }

    @Override
    public ManyProgress progress() {
        return table.progress();
    }
}
