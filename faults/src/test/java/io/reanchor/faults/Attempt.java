package io.reanchor.faults;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Gives each activity call the run and the attempt that a workflow's would have: by itself the test environment makes them up. */
final class Attempt extends WorkerInterceptorBase {
    private volatile String runId = "none";
    private volatile int attempt = 1;

    void of(String run, int number) {
        runId = run;
        attempt = number;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new ActivityInboundCallsInterceptorBase(next) {
            @Override
            public void init(ActivityExecutionContext context) {
                Map<String, Object> ours = Map.of("getRunId", runId, "getAttempt", attempt);
                ActivityInfo info = answering(ActivityInfo.class, context.getInfo(), ours);
                next.init(answering(ActivityExecutionContext.class, context, Map.of("getInfo", info)));
            }
        };
    }

    private static <T> T answering(Class<T> type, T real, Map<String, Object> ours) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Object answer = ours.get(method.getName());
            try {
                return answer == null ? method.invoke(real, args) : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
