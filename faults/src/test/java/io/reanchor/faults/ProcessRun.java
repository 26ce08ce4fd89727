package io.reanchor.faults;

import io.reanchor.client.Recovery;
import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.FaultProxy.Held;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Dump;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.testkit.check.Truth;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.SwapReceipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** One recovery by real workers over a real Temporal server, and what befalls a process in the midst of it. */
final class ProcessRun {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ProcessRig rig;
    private final History history = new History();
    private final AtomicReference<WorkerProcess> victim = new AtomicReference<>();
    private final List<Held> orders = new ArrayList<>();
    private final CompletableFuture<Void> restarted = new CompletableFuture<>();

    ProcessRun(ProcessRig rig) {
        this.rig = rig;
    }

    /** How it ended, and the undisturbed one after it. */
    record Ended(Outcome outcome, Outcome next, Path history) {}

    /** @throws Nemesis.Missed when the recovery ended before a worker came there */
    Ended run(String cell, Mark mark, ProcessFault fault, int round)
            throws IOException, InterruptedException, Nemesis.Missed {
        Server server = rig.server;
        server.hold(rig.seed.live());
        history.add("test", "begin", Type.info, Map.of("symbol", Exchange.SYMBOL, "cell", cell, "seed", round));
        Truth.tell(rig.seed.exchange().market(), Exchange.DEPTH, history);
        Outcome outcome;
        Outcome next;
        try (Observer observer = Observer.start("reader", server::connect, Seed.KEYS, history)) {
            observer.awaitRead();
            dump("begin");
            if (mark == Mark.SETTLE) {
                rig.seed
                        .exchange()
                        .inject(Endpoint.DEPTH, new io.reanchor.testkit.Fault.CrossedBook(), Integer.MAX_VALUE);
            }
            order(mark, fault);
            outcome = recover("recovery-1");
            rig.seed.exchange().heal();
            WorkerProcess hit = victim.get();
            if (hit == null) {
                throw new Nemesis.Missed("%s: no worker came there, it ended %s".formatted(cell, outcome));
            }
            observer.awaitRead();
            dump("settled");
            end(hit, fault);
            observer.awaitRead();
            dump("end");
            next = recover("recovery-2");
            observer.awaitRead();
            dump("next");
        }
        Path file = History.file(cell, round);
        history.write(file);
        return new Ended(outcome, next, file);
    }

    /** Whichever worker comes there first is hit. */
    private void order(Mark mark, ProcessFault fault) {
        Predicate<Boundary> there = mark.boundary();
        for (WorkerProcess worker : rig.workers) {
            worker.proxy.startCounting();
            orders.add(worker.proxy.breakNext(
                    boundary -> there.test(boundary) && victim.compareAndSet(null, worker),
                    fault.how(),
                    () -> strike(worker, mark, fault)));
        }
    }

    private void strike(WorkerProcess worker, Mark mark, ProcessFault fault) {
        history.add(Nemesis.PROCESS, fault.name(), Type.info, Map.of("at", mark));
        switch (fault) {
            case WORKER_KILLED_BEFORE, WORKER_KILLED_AFTER -> worker.kill();
            case WORKER_PAUSED -> worker.pause();
            case TEMPORAL_RESTARTED -> {
                rig.temporal.kill();
                CompletableFuture.runAsync(rig.temporal::restart).whenComplete((done, failure) -> complete(failure));
            }
        }
    }

    private void complete(Throwable failure) {
        if (failure == null) {
            restarted.complete(null);
        } else {
            restarted.completeExceptionally(failure);
        }
    }

    private void end(WorkerProcess hit, ProcessFault fault) throws InterruptedException {
        if (fault == ProcessFault.WORKER_PAUSED) {
            hit.wake();
            orders.forEach(Held::release);
            hit.terminate(); // whatever it still has in hand, it tries to end
            hit.awaitEnd();
        }
        if (fault.hitsTheWorker()) {
            rig.replace(hit);
        } else {
            restarted.join();
        }
        history.add(Nemesis.PROCESS, "healed", Type.info, Map.of());
    }

    private Outcome recover(String process) {
        ReanchorRequest request =
                new ReanchorRequest(Exchange.SYMBOL, rig.seed.exchange().gap(), process, "matrix", null);
        Recovery recovery = rig.client.recover(request, PATIENCE);
        history.add(process, "recover", Type.invoke, Map.of("token", recovery.runId() + ".1"));
        ReanchorResult result = recovery.await(PATIENCE);
        SwapReceipt receipt = result.receipt();
        Type type = switch (result.outcome()) {
            case COMMITTED -> Type.ok;
            case ROLLED_BACK -> Type.fail;
            default -> Type.info;
        };
        history.add(
                process,
                "recover",
                type,
                Map.of("outcome", result.outcome(), "generation", receipt == null ? "" : receipt.generation()));
        return result.outcome();
    }

    private void dump(String when) throws IOException {
        try (RespClient client = rig.server.connect(TIMEOUT)) {
            Dump.take(client, Seed.KEYS, when, history);
        }
    }
}
