package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A recovery whose every step is called again after {@code RedisUnavailable}, once the condition is over, as the workflow does. */
final class Interrupted {
    /** Commands of a recovery before which a condition can begin. */
    enum Point {
        CLAIM(b -> b.keys().size() == 2),
        LOAD_OF_BOOK(first("EVALSHA", "ob:new:")),
        LOAD_OF_BARS(first("EVALSHA", "tr:new:")),
        WATCH(b -> b.name().equals("WATCH")),
        MULTI(b -> b.name().equals("MULTI")),
        RENAME(b -> b.name().equals("RENAME")),
        EXEC(b -> b.name().equals("EXEC"));

        private final Predicate<Boundary> where;

        Point(Predicate<Boundary> where) {
            this.where = where;
        }

        private static Predicate<Boundary> first(String command, String key) {
            return b -> b.name().equals(command)
                    && b.keys().size() == 2
                    && b.keys().get(1).startsWith(key);
        }
    }

    private final Steps steps;
    private final Supplier<String> live;
    private int failures;

    /** @param live all live keys' content, read around the code under test */
    Interrupted(Steps steps, Supplier<String> live) {
        this.steps = steps;
        this.live = live;
    }

    /** @return how often a step failed */
    int recover(Token token, long id, FaultProxy proxy, Point point, Condition condition) {
        String before = live.get();
        failures = 0;
        String against = steps.state.liveIds(Steps.SYMBOL).generation();
        FaultProxy.Held order = proxy.breakNext(point.where, Break.NONE, condition.begins());
        again(condition, before, () -> {
            steps.claim(token);
            return true;
        });
        int[] attempt = {0};
        StagedKey book = again(
                condition,
                before,
                () -> steps.stageBook(Owner.of(token, 0, ++attempt[0]), Steps.book(id, 3000, "1." + id)));
        StagedBarKeys bars = again(condition, before, () -> steps.stageBars(Owner.of(token, 0, ++attempt[0]), id));
        StagedKey features = again(condition, before, () -> steps.stageFeatures(token, book, bars));
        StagedState staged = Steps.accepted(book, bars, features, against);
        SwapReceipt receipt = again(condition, before, () -> steps.state.cutOver(Steps.order(token, staged)));
        if (failures == 0) {
            condition.ends().run();
        }
        assertThat(order.met()).as("came as far as %s", point).isPresent();
        assertThat(receipt.generation()).endsWith(token.value());
        assertThat(receipt.replaced()).isEqualTo(against);
        assertThat(live.get()).as("committed").isNotEqualTo(before);
        assertThat(patiently(() -> steps.state.liveIds(Steps.SYMBOL)))
                .isEqualTo(new LiveIds(receipt.generation(), id, id));
        return failures;
    }

    private <T> T again(Condition condition, String before, Supplier<T> step) {
        try {
            return step.get();
        } catch (RedisStateException e) {
            failures++;
            assertThat(e.type()).as(e.getMessage()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE);
            assertThat(e.retryable()).isTrue();
            assertThat(e).hasMessageContaining("127.0.0.1:").hasMessageMatching("(?s).*(" + condition.says() + ").*");
            condition.ends().run();
            assertThat(live.get()).as("untouched").isEqualTo(before);
        }
        return patiently(step);
    }

    /** The first call may still ask the node of before. */
    private static <T> T patiently(Supplier<T> step) {
        for (int call = 1; ; call++) {
            try {
                return step.get();
            } catch (RedisStateException e) {
                assertThat(e.type()).as(e.getMessage()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE);
                assertThat(call)
                        .as("calls after it was over: " + e.getMessage())
                        .isLessThan(3);
            }
        }
    }
}
