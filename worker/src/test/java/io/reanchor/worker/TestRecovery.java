package io.reanchor.worker;

import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * Steps of a recovery that only take their time: for a symbol that begins with SLOW raising the flag works for {@link #SLOW}
 * while it heartbeats, and leaves files when it began and ended; all else fails for good, so that the recovery rolls back.
 */
@Configuration(proxyBeanMethods = false)
class TestRecovery {
    /** System property: the folder that {@code began} and {@code ended} are written to. */
    static final String FOLDER = "reanchor.test-recovery";

    static final Duration SLOW = Duration.ofSeconds(4);
    static final String FAILURE = FailureTypes.NOT_TRADING;

    @Bean
    @Primary
    ReanchorActivities testActivities() {
        return new Steps();
    }

    private static final class Steps implements ReanchorActivities {
        @Override
        public Admission admit(Admit step) {
            return Admission.AT_ONCE;
        }

        @Override
        public FlagRaised raiseFlag(RaiseFlag step) {
            if (!step.symbol().startsWith("SLOW")) {
                throw refused();
            }
            mark("began");
            long end = System.nanoTime() + SLOW.toNanos();
            while (System.nanoTime() < end) {
                Activity.getExecutionContext().heartbeat(null);
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    mark("interrupted");
                    throw Activity.wrap(e);
                }
            }
            mark("ended");
            return new FlagRaised("", null, null, List.of());
        }

        @Override
        public StagedBook stageSnapshot(StageMarketData step) {
            throw refused();
        }

        @Override
        public StagedBars stageTrades(StageMarketData step) {
            throw refused();
        }

        @Override
        public StagedFeatures buildFeatures(BuildFeatures step) {
            throw refused();
        }

        @Override
        public ValidationReport validate(Validate step) {
            throw refused();
        }

        @Override
        public SwapReceipt swap(Swap step) {
            throw refused();
        }

        @Override
        public HookAnswer callHook(CallHook step) {
            throw refused();
        }

        @Override
        public io.reanchor.workflow.KeptUp keepUp(KeepUp step) {
            throw refused();
        }

        @Override
        public io.reanchor.workflow.Comparison compare(Compare step) {
            throw refused();
        }

        @Override
        public io.reanchor.workflow.Followed follow(Follow step) {
            throw refused();
        }

        @Override
        public io.reanchor.workflow.Settlement settle(Settle step) {
            return new io.reanchor.workflow.Settlement(io.reanchor.workflow.Outcome.ROLLED_BACK, null, List.of(), null);
        }

        private static ApplicationFailure refused() {
            return ApplicationFailure.newNonRetryableFailure("this worker stages nothing", FAILURE);
        }

        private static void mark(String event) {
            String folder = System.getProperty(FOLDER);
            if (folder != null) {
                try {
                    Files.writeString(Path.of(folder, event), "");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
