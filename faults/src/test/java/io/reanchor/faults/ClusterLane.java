package io.reanchor.faults;

import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Dump;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.testkit.check.Truth;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.SwapReceipt;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One symbol: its recoveries, one after the other, its reader, and its history. */
final class ClusterLane implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int DUMP_AFTER = 5;

    final SymbolKeys keys;
    /** Held by whoever needs the symbol's keys in one place: by a slot's move from its beginning to its end, and by a dump. */
    final ReentrantLock slot = new ReentrantLock();

    private final ClusterRig rig;
    private final long seed;
    private final History history = new History();
    private int recoveries;
    private int dumped;
    private volatile int committed;
    private @Nullable Observer reader;

    /** The recovery ended in a way that nobody ordered. */
    static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unexpected(String what) {
            super(what);
        }
    }

    ClusterLane(ClusterRig rig, String symbol, long seed) {
        this.rig = rig;
        this.keys = new SymbolKeys(symbol, true);
        this.seed = seed;
    }

    /** A first generation, before anything moves. */
    void begin() throws IOException, InterruptedException {
        history.add(
                "test",
                "begin",
                Type.info,
                Map.of("symbol", keys.symbol(), "tagged", true, "cell", "cluster", "seed", seed));
        if (recover() != Outcome.COMMITTED) {
            throw new Unexpected("the first recovery of " + keys.symbol());
        }
        List<InetSocketAddress> nodes = rig.cluster.servers().stream()
                .map(server -> new InetSocketAddress(server.host(), server.port()))
                .toList();
        reader = Observer.startOnCluster(
                "reader", nodes, keys, history, refused -> rig.met.add(Tally.name("reader", refused)));
        reader.awaitRead();
        dump("begin");
    }

    /** Recovers until so many have committed; those that were given up by order don't count. */
    void run(int cutOvers) throws IOException {
        int last = committed + cutOvers;
        while (committed < last) {
            recover();
            if (recoveries >= dumped + DUMP_AFTER && slot.tryLock()) {
                dumped = recoveries;
                try {
                    dump("settled");
                } finally {
                    slot.unlock();
                }
            }
        }
    }

    private Outcome recover() {
        Exchange exchange = rig.exchange(keys.symbol());
        exchange.step(Duration.ofSeconds(1));
        Truth.tell(exchange.market(), Exchange.DEPTH, history);
        String process = "recovery-" + recoveries++;
        long begun = history.now();
        Recovery recovery = rig.client.recover(
                new ReanchorRequest(keys.symbol(), exchange.gap(), process, "cluster", null), PATIENCE);
        history.add(process, "recover", Type.invoke, Map.of("token", recovery.runId() + ".1"), begun);
        ReanchorResult result = recovery.await(PATIENCE);
        Type type = switch (result.outcome()) {
            case COMMITTED -> Type.ok;
            case ROLLED_BACK -> Type.fail;
            default -> Type.info;
        };
        history.add(process, "recover", type, value(result));
        count(result);
        return result.outcome();
    }

    private static Map<String, Object> value(ReanchorResult result) {
        Map<String, Object> value = new HashMap<>();
        SwapReceipt receipt = result.receipt();
        value.put("outcome", result.outcome());
        value.put("generation", receipt == null ? "" : receipt.generation());
        value.put("replicas", replicas(receipt));
        if (result.failure() != null) {
            value.put("failure", result.failure());
        }
        return value;
    }

    /** How many replicas are known to have it. */
    private static int replicas(@Nullable SwapReceipt receipt) {
        Integer reached = receipt == null || receipt.replication() == null
                ? null
                : receipt.replication().reached();
        return reached == null ? 0 : reached;
    }

    private void count(ReanchorResult result) {
        if (result.outcome() == Outcome.COMMITTED) {
            committed++;
            rig.met.add("committed");
            if (replicas(result.receipt()) == 0) {
                rig.met.add("committed, no replica in time");
            }
            return;
        }
        String why = result.failure() == null ? "?" : result.failure().type();
        rig.met.add("%s %s".formatted(result.outcome(), why));
        if (!why.equals(FailureTypes.ABORTED)) {
            throw new Unexpected("%s ended %s: %s".formatted(keys.symbol(), result.outcome(), result.failure()));
        }
    }

    int committed() {
        return committed;
    }

    /**
     * Gives the running recovery up, if there is one that still can be. The in-process server doesn't answer when the run ends in that
     * moment; how it ended is told by its result.
     */
    void abort() {
        try {
            rig.client.abort(keys.symbol(), "by the nemesis");
            rig.met.add("aborts taken");
        } catch (ReanchorException e) {
            if (!e.type().equals(FailureTypes.TOO_LATE) && !e.type().equals(ReanchorException.NO_ANSWER)) {
                throw e;
            }
        }
    }

    /** What befalls the symbol. */
    void tell(String op, Map<String, Object> value) {
        history.add(Nemesis.PROCESS, op, Type.info, value);
    }

    /** Waits for a read that begins from now on. */
    void awaitRead() throws InterruptedException {
        Objects.requireNonNull(reader, "begin first").awaitRead();
    }

    /** Tells of a recovery that isn't ours. */
    void tell(String process, Type type, Map<String, Object> value) {
        history.add(process, "recover", type, value);
    }

    private void dump(String when) throws IOException {
        RedisServer owner = rig.cluster.primaryOf(keys.flag());
        try (RespClient client = RespClient.connect(owner.host(), owner.port(), TIMEOUT)) {
            Dump.take(client, keys, when, history);
        }
    }

    /** When nothing happens any more. @return the file that is to be judged */
    Path end(String name) throws IOException, InterruptedException {
        awaitRead();
        close();
        dump("end");
        Path file = History.file(name + "-" + keys.symbol(), seed);
        history.write(file);
        return file;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
