package io.reanchor.worker;

import io.reanchor.workflow.ReanchorResult;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.unsafe.WorkflowUnsafe;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the runs that end here; those that are replayed ended before. */
final class MeteredRuns extends WorkerInterceptorBase {
    private static final Map<String, String> KINDS = Map.of("Reanchor", "recovery", "Revert", "revert");

    private final RecoveryMeters meters;

    MeteredRuns(RecoveryMeters meters) {
        this.meters = meters;
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new Run(next, meters);
    }

    private static final class Run extends WorkflowInboundCallsInterceptorBase {
        private final RecoveryMeters meters;
        private int reports;

        Run(WorkflowInboundCallsInterceptor next, RecoveryMeters meters) {
            super(next);
            this.meters = meters;
        }

        @Override
        public WorkflowOutput execute(WorkflowInput input) {
            String kind = KINDS.get(Workflow.getInfo().getWorkflowType());
            if (kind == null) {
                return super.execute(input);
            }
            try {
                WorkflowOutput output = super.execute(input);
                if (output.getResult() instanceof ReanchorResult result) {
                    ended(kind, result);
                }
                return output;
            } catch (ApplicationFailure e) {
                ReanchorResult result = result(e);
                if (result != null) {
                    ended(kind, result);
                } else if (!WorkflowUnsafe.isReplaying()) {
                    meters.endedWithout(kind, e.getType());
                }
                throw e;
            } catch (CanceledFailure e) {
                if (!WorkflowUnsafe.isReplaying()) {
                    meters.endedWithout(kind, "Aborted");
                }
                throw e;
            }
        }

        @Override
        public UpdateOutput executeUpdate(UpdateInput input) {
            UpdateOutput output = super.executeUpdate(input);
            if (input.getUpdateName().equals("report")) {
                reports++;
            }
            return output;
        }

        private void ended(String kind, ReanchorResult result) {
            if (!WorkflowUnsafe.isReplaying()) {
                // A recovery that is started without a report is one itself.
                meters.ended(kind, result, kind.equals("recovery") ? Math.max(1, reports) : 0);
            }
        }

        private static @Nullable ReanchorResult result(ApplicationFailure failure) {
            return failure.getDetails().getSize() == 0
                    ? null
                    : failure.getDetails().get(0, ReanchorResult.class);
        }
    }
}
