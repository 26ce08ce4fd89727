package io.reanchor.worker;

import com.uber.m3.tally.Buckets;
import com.uber.m3.tally.Capabilities;
import com.uber.m3.tally.StatsReporter;
import com.uber.m3.util.Duration;
import java.util.List;
import java.util.Map;

/**
 * Judges by the SDK's own metrics whether its polls succeed, on their way to another reporter. A poll that works waits at the
 * server for a minute, so a pending one is a good sign; one that fails comes back at once and the next one waits out a
 * back-off. Counters arrive in a batch that ends with {@link #flush}: only then do they add up. Thread-safe.
 *
 * <p>Closing it doesn't close the other one, as the SDK's own reporter would: that would close the whole meter registry.
 */
final class PollWatch implements StatsReporter {
    private static final String STARTED = "temporal_long_request";
    private static final String FINISHED = "temporal_long_request_latency";
    private static final String FAILED = "temporal_long_request_failure";

    private final StatsReporter next;
    private final Poll workflows = new Poll("PollWorkflowTaskQueue");
    private final Poll activities = new Poll("PollActivityTaskQueue");

    PollWatch(StatsReporter next) {
        this.next = next;
    }

    /** Empty when both kinds of poll succeed; else which don't, and how they failed. */
    synchronized List<String> failing() {
        return java.util.stream.Stream.of(workflows, activities)
                .filter(poll -> !poll.succeeds)
                .map(Poll::toString)
                .toList();
    }

    @Override
    public void reportCounter(String name, Map<String, String> tags, long value) {
        next.reportCounter(name, tags, value);
        Poll poll = poll(tags);
        if (poll != null) {
            synchronized (this) {
                if (name.equals(STARTED)) {
                    poll.started += value;
                } else if (name.equals(FAILED)) {
                    poll.failed(value, tags.getOrDefault("status_code", "UNKNOWN"));
                }
            }
        }
    }

    @Override
    public void reportTimer(String name, Map<String, String> tags, Duration interval) {
        next.reportTimer(name, tags, interval);
        Poll poll = name.equals(FINISHED) ? poll(tags) : null;
        if (poll != null) {
            synchronized (this) {
                poll.finished++;
            }
        }
    }

    @Override
    public void flush() {
        next.flush();
        synchronized (this) {
            workflows.judge();
            activities.judge();
        }
    }

    private @org.jspecify.annotations.Nullable Poll poll(Map<String, String> tags) {
        String operation = tags.get("operation");
        return workflows.operation.equals(operation)
                ? workflows
                : activities.operation.equals(operation) ? activities : null;
    }

    @Override
    public Capabilities capabilities() {
        return next.capabilities();
    }

    @Override
    public void reportGauge(String name, Map<String, String> tags, double value) {
        next.reportGauge(name, tags, value);
    }

    @Override
    @SuppressWarnings("deprecation")
    public void reportHistogramValueSamples(
            String name, Map<String, String> tags, Buckets buckets, double lower, double upper, long samples) {
        next.reportHistogramValueSamples(name, tags, buckets, lower, upper, samples);
    }

    @Override
    @SuppressWarnings("deprecation")
    public void reportHistogramDurationSamples(
            String name, Map<String, String> tags, Buckets buckets, Duration lower, Duration upper, long samples) {
        next.reportHistogramDurationSamples(name, tags, buckets, lower, upper, samples);
    }

    @Override
    public void close() {
        next.flush();
    }

    private static final class Poll {
        final String operation;
        long started;
        long finished;
        private long failed;
        private long failedBefore;
        private long finishedBefore;
        private String lastFailure = "not polled yet";
        boolean succeeds;

        Poll(String operation) {
            this.operation = operation;
        }

        void failed(long count, String status) {
            failed += count;
            lastFailure = status;
        }

        void judge() {
            long failures = failed - failedBefore;
            long successes = finished - finishedBefore - failures;
            succeeds = (failures == 0 || successes > 0) && (started > finished || successes > 0);
            failedBefore = failed;
            finishedBefore = finished;
        }

        @Override
        public String toString() {
            return operation + ": " + lastFailure;
        }
    }
}
