package io.reanchor.activity;

import io.reanchor.workflow.ReanchorActivities;
import io.temporal.failure.ApplicationFailure;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The real steps, one of which meets a fault. */
final class FaultySteps implements AutoCloseable {
    static final String SETTLE = "settle";
    private static final Object NOTHING = new Object();

    private final ReanchorActivities real;
    private final String step;
    private final StepFault fault;
    private final Runnable cancelOrCrash;
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger zombies = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();

    /** @param cancelOrCrash what the faults of those names do to the workflow, or to the worker */
    FaultySteps(ReanchorActivities real, String step, StepFault fault, Runnable cancelOrCrash) {
        this.real = real;
        this.step = step;
        this.fault = fault;
        this.cancelOrCrash = cancelOrCrash;
    }

    ReanchorActivities activities() {
        return (ReanchorActivities) Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> invoke(method, args));
    }

    private Object invoke(Method method, Object[] args) throws Throwable {
        if (method.getName().equals(step)) {
            return faulty(method, args);
        }
        if (step.equals(SETTLE) && method.getName().equals("validate")) {
            throw ApplicationFailure.newNonRetryableFailure("so that there is something to settle", "Injected");
        }
        return call(method, args);
    }

    int attempts() {
        return attempts.get();
    }

    /** Lets attempts that hang go on, as zombies, to their end. */
    void release() {
        released.countDown();
        Await.until("zombies are done", () -> zombies.get() == 0);
    }

    @Override
    public void close() {
        released.countDown();
    }

    private Object faulty(Method method, Object[] args) throws Throwable {
        boolean first = attempts.incrementAndGet() == 1;
        Object result = fault.after() ? call(method, args) : NOTHING;
        boolean always = !fault.recovers() && !step.equals(SETTLE); // settling goes on until it is answered
        if (first || always) {
            switch (fault) {
                case FAILS_BEFORE, FAILS_AFTER ->
                    throw ApplicationFailure.newNonRetryableFailure("injected: " + fault, "Injected");
                case FAILS_ONCE_BEFORE, FAILS_ONCE_AFTER ->
                    throw ApplicationFailure.newFailure("injected: " + fault, "Injected");
                case CANCELLED_BEFORE, CANCELLED_AFTER, CRASHES_BEFORE, CRASHES_AFTER -> {
                    if (first) {
                        new Thread(cancelOrCrash, "cancel-or-crash").start(); // a crash interrupts this one
                    }
                    return outlive(method, args, result);
                }
                case HANGS_BEFORE, HANGS_AFTER -> {
                    return outlive(method, args, result);
                }
            }
        }
        return result == NOTHING ? call(method, args) : result;
    }

    /** Hangs until everybody has given this attempt up, then does what it was about to do. */
    private Object outlive(Method method, Object[] args, Object result) throws Throwable {
        zombies.incrementAndGet();
        try {
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    // a zombie doesn't listen
                }
            }
            return result == NOTHING ? call(method, args) : result;
        } finally {
            zombies.decrementAndGet();
        }
    }

    private Object call(Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
