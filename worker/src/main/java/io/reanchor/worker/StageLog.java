package io.reanchor.worker;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.TemporalFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each stage that ended, however it ended; the workflow's id is in the MDC. */
final class StageLog extends WorkerInterceptorBase {
    private static final Logger log = LoggerFactory.getLogger(StageLog.class);

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Stage(next);
    }

    private static final class Stage extends ActivityInboundCallsInterceptorBase {
        private @Nullable ActivityInfo info;

        Stage(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityInfo activity = Objects.requireNonNull(info);
            long began = System.nanoTime();
            try {
                ActivityOutput output = super.execute(input);
                log.info(
                        "{} done in {} ms, attempt {}",
                        activity.getActivityType(),
                        since(began),
                        activity.getAttempt());
                return output;
            } catch (ActivityCompletionException e) {
                log.info(
                        "{} stopped after {} ms: {}",
                        activity.getActivityType(),
                        since(began),
                        e.getClass().getSimpleName());
                throw e;
            } catch (TemporalFailure e) {
                log.warn(
                        "{} failed after {} ms, attempt {}: {}",
                        activity.getActivityType(),
                        since(began),
                        activity.getAttempt(),
                        e.getMessage());
                throw e;
            } catch (RuntimeException e) {
                log.error(
                        "{} failed after {} ms, attempt {}, in a way nobody foresaw",
                        activity.getActivityType(),
                        since(began),
                        activity.getAttempt(),
                        e);
                throw e;
            }
        }

        private static long since(long began) {
            return Duration.ofNanos(System.nanoTime() - began).toMillis();
        }
    }
}
