package io.reanchor.activity;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.redis.RedisStateException;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorRequest;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Makes of every failure one that a person can act on: a stable type, a message, whether and when to try again. */
final class StepFailures {
    private StepFailures() {}

    static <T> T named(String symbol, Callable<T> step) {
        requireSymbol(symbol);
        try {
            return step.call();
        } catch (MarketDataException e) {
            throw failure(e.type().text(), e.retryable(), e.retryAfter(), e);
        } catch (RedisStateException e) {
            throw failure(e.type(), e.retryable(), null, e);
        } catch (StepFailure e) {
            throw failure(e.type(), e.retryable(), null, e);
        } catch (ActivityCompletionException | ApplicationFailure e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApplicationFailure.newFailureWithCause(
                    symbol + ": the worker is shutting down; another attempt follows", FailureTypes.UNEXPECTED, e);
        } catch (Exception e) {
            throw ApplicationFailure.newFailureWithCause(
                    "%s: nobody foresaw %s; it is tried again, look into the worker's log".formatted(symbol, e),
                    FailureTypes.UNEXPECTED,
                    e);
        }
    }

    private static void requireSymbol(String symbol) {
        try {
            ReanchorRequest.requireSymbol(symbol);
        } catch (IllegalArgumentException e) {
            throw failure(FailureTypes.BAD_REQUEST, false, null, e);
        }
    }

    private static ApplicationFailure failure(
            String type, boolean retryable, @Nullable Duration after, Exception cause) {
        ApplicationFailure.Builder failure = ApplicationFailure.newBuilder()
                .setMessage(String.valueOf(cause.getMessage()))
                .setType(type)
                .setNonRetryable(!retryable);
        if (after != null) {
            failure.setNextRetryDelay(after);
        }
        return failure.build();
    }
}
