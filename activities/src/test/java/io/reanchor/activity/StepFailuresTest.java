package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.workflow.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class StepFailuresTest {

    @Test
    void onlyASymbolThatIsNoneIsABadRequest() {
        ApplicationFailure bad = failure("btc{usdt", () -> "");
        assertThat(bad.getType()).isEqualTo(FailureTypes.BAD_REQUEST);
        assertThat(bad.isNonRetryable()).isTrue();

        ApplicationFailure other = failure("BTCUSDT", () -> {
            throw new IllegalArgumentException("in the depths");
        });
        assertThat(other.getType()).isEqualTo(FailureTypes.UNEXPECTED);
        assertThat(other.isNonRetryable()).isFalse();
    }

    private static ApplicationFailure failure(String symbol, Callable<String> step) {
        return catchThrowableOfType(ApplicationFailure.class, () -> StepFailures.named(symbol, step));
    }
}
