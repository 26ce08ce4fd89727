package io.reanchor.worker;

import io.reanchor.workflow.FailureTypes;
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
            try {
                WorkflowOutput output = super.execute(input);
                ended(output.getResult(), "");
                return output;
            } catch (ApplicationFailure e) {
                ended(result(e), e.getType());
                throw e;
            } catch (CanceledFailure e) {
                ended(null, FailureTypes.ABORTED);
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

        /** @param reason why there is no result, when there is none */
        private void ended(@Nullable Object ended, String reason) {
            String kind = KINDS.get(Workflow.getInfo().getWorkflowType());
            if (kind == null || WorkflowUnsafe.isReplaying()) {
                return;
            }
            if (ended instanceof ReanchorResult result) {
                // A recovery that is started without a report is one itself.
                meters.ended(kind, result, kind.equals("recovery") ? Math.max(1, reports) : 0);
            } else {
                meters.endedWithout(kind, reason);
            }
        }

        private static @Nullable ReanchorResult result(ApplicationFailure failure) {
            return failure.getDetails().getSize() == 0
                    ? null
                    : failure.getDetails().get(0, ReanchorResult.class);
        }
    }
}
