package io.reanchor.worker;

import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One line, and one measurement, for each stage that ended, however it ended; at DEBUG, a line when it begins. The MDC has the workflow's id, the symbol and the stage. */
final class StageLog extends WorkerInterceptorBase {
    private static final Logger log = LoggerFactory.getLogger(StageLog.class);

    private final RecoveryMeters meters;

    StageLog(RecoveryMeters meters) {
        this.meters = meters;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Stage(next, meters);
    }

    private static final class Stage extends ActivityInboundCallsInterceptorBase {
        private static final String SYMBOL = "Symbol";
        private static final String STAGE = "Stage";

        private final RecoveryMeters meters;
        private @Nullable ActivityInfo info;

        Stage(ActivityInboundCallsInterceptor next, RecoveryMeters meters) {
            super(next);
            this.meters = meters;
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityInfo activity = Objects.requireNonNull(info);
            try (var symbol = MDC.putCloseable(SYMBOL, ReanchorRequest.symbolOf(activity.getWorkflowId()));
                    var stage = MDC.putCloseable(STAGE, activity.getActivityType())) {
                return measured(activity, input);
            }
        }

        private ActivityOutput measured(ActivityInfo activity, ActivityInput input) {
            long began = System.nanoTime();
            log.debug("{} begins, attempt {}", activity.getActivityType(), activity.getAttempt());
            try {
                ActivityOutput output = super.execute(input);
                Duration took = ended(activity, "done", began);
                log.info(
                        "{} done in {} ms, attempt {}",
                        activity.getActivityType(),
                        took.toMillis(),
                        activity.getAttempt());
                count(output.getResult());
                return output;
            } catch (ActivityCompletionException | CanceledFailure e) {
                log.info(
                        "{} stopped after {} ms: {}",
                        activity.getActivityType(),
                        ended(activity, "stopped", began).toMillis(),
                        e.getClass().getSimpleName());
                throw e;
            } catch (TemporalFailure e) {
                log.warn(
                        "{} failed after {} ms, attempt {}: {}",
                        activity.getActivityType(),
                        ended(activity, "failed", began).toMillis(),
                        activity.getAttempt(),
                        e.getMessage());
                throw e;
            } catch (RuntimeException e) {
                log.error(
                        "{} failed after {} ms, attempt {}, in a way nobody foresaw",
                        activity.getActivityType(),
                        ended(activity, "failed", began).toMillis(),
                        activity.getAttempt(),
                        e);
                throw e;
            }
        }

        private void count(@Nullable Object result) {
            if (result instanceof SwapReceipt receipt) {
                meters.committed(receipt);
            } else if (result instanceof ValidationReport report) {
                meters.checked(report);
            }
        }

        private Duration ended(ActivityInfo activity, String how, long began) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            meters.stage(activity.getActivityType(), how, took);
            return took;
        }
    }
}
