package io.reanchor.activity;

import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.HookPoint;
import io.reanchor.workflow.ReanchorActivities.CallHook;
import io.reanchor.workflow.ReanchorActivities.HookAnswer;
import io.temporal.common.converter.GlobalDataConverter;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Calls the hook that is meant, with the order as it stands in the history: the JSON that a query gives. */
final class HookStep {
    private final Map<HookPoint, Hook> hooks = new EnumMap<>(HookPoint.class);

    HookStep(HookSettings settings, ExecutorService threads) {
        add(HookPoint.BEFORE_CUT_OVER, settings.beforeCutOver(), settings, threads);
        add(HookPoint.AFTER_CUT_OVER, settings.afterCutOver(), settings, threads);
    }

    private void add(HookPoint point, @Nullable String where, HookSettings settings, ExecutorService threads) {
        if (where != null) {
            hooks.put(
                    point,
                    where.startsWith("http://") || where.startsWith("https://")
                            ? new HttpHook(URI.create(where), settings.timeout(), threads)
                            : new CommandHook(Path.of(where), settings.timeout(), threads));
        }
    }

    HookAnswer run(CallHook order) throws InterruptedException {
        Hook hook = hooks.get(order.point());
        String symbol = order.status().symbol();
        if (hook == null) {
            throw new StepFailure(
                    FailureTypes.VETOED,
                    true,
                    "%s: couldn't be asked: this worker has no hook %s, the one that began the recovery has: give all workers of a task queue the same re_anchor.hooks"
                            .formatted(symbol, order.point()));
        }
        byte[] json = GlobalDataConverter.get()
                .toPayload(order)
                .orElseThrow()
                .getData()
                .toByteArray();
        try {
            return new HookAnswer(hook.call(order.point(), json));
        } catch (StepFailure e) {
            throw new StepFailure(
                    e.type(), e.retryable(), "%s: the hook %s: %s".formatted(symbol, order.point(), e.getMessage()));
        }
    }
}
