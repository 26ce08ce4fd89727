package io.reanchor.testkit.check;

import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Event.Type;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reader as the readers' rules want it: all five live keys in one MULTI, again and again, until closed. What it sees goes to the
 * history; of reads that see the same, the first and the last.
 */
public final class Observer implements AutoCloseable {
    static final String OP = "read";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** Pacing only: whoever needs a read at a moment asks for it. */
    private static final long PAUSE_MS = 5;
    /** There are several of them on a cluster, a symbol each. */
    private static final long PAUSE_ON_CLUSTER_MS = 20;

    /** Where to read from: after a failover it is somewhere else. */
    @FunctionalInterface
    public interface Source {
        RespClient connect(Duration timeout) throws IOException;
    }

    private final String process;
    private final Transactions redis;
    private final SymbolKeys keys;
    private final History history;
    private final long pauseMs;
    private final Thread thread;
    private @Nullable Read last;
    private List<?> lastReplies = List.of();
    private Map<String, Object> lastValue = Map.of();
    private long same;
    private long asked;
    private long begun;
    private long done;
    private boolean closed;

    private record Read(long from, long to, Type type, Map<String, Object> value) {}

    private Observer(String process, Transactions redis, SymbolKeys keys, History history, long pauseMs) {
        this.process = process;
        this.redis = redis;
        this.keys = keys;
        this.history = history;
        this.pauseMs = pauseMs;
        this.thread = new Thread(this::run, process);
        thread.setDaemon(true);
    }

    public static Observer start(String process, Source source, SymbolKeys keys, History history) {
        return start(new Observer(process, new OneServer(source, TIMEOUT), keys, history, PAUSE_MS));
    }

    /**
     * On a cluster: it goes where the nodes send it, by code of its own. What they refuse is a read that failed, not keys that are missing.
     *
     * @param nodes to begin with
     * @param refused hears the first word of each refusal and redirection, as in {@code ASK}
     */
    public static Observer startOnCluster(
            String process, List<InetSocketAddress> nodes, SymbolKeys keys, History history, Consumer<String> refused) {
        return start(
                new Observer(process, new ClusterReads(nodes, TIMEOUT, refused), keys, history, PAUSE_ON_CLUSTER_MS));
    }

    private static Observer start(Observer observer) {
        observer.thread.start();
        return observer;
    }

    /** Waits for a read that begins from now on; one that finds nobody to answer counts. */
    public synchronized void awaitRead() throws InterruptedException {
        long ours = ++asked;
        notifyAll();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (done < ours && !closed) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("no read within 10 s");
            }
            wait(100);
        }
    }

    private void run() {
        while (true) {
            synchronized (this) {
                try {
                    if (asked == begun && !closed) {
                        wait(pauseMs);
                    }
                } catch (InterruptedException e) {
                    return;
                }
                if (closed) {
                    return;
                }
                begun = asked;
            }
            tell(read());
            synchronized (this) {
                done = begun;
                notifyAll();
            }
        }
    }

    private Read read() {
        long from = history.now();
        try {
            return new Read(from, history.now(), Type.ok, value(transaction()));
        } catch (IOException | RuntimeException e) {
            return new Read(from, history.now(), Type.fail, Map.of("error", String.valueOf(e.getMessage())));
        }
    }

    /** Replies that are byte for byte those of the last time say the same: to look closer takes most of a read's time. */
    private Map<String, Object> value(List<?> exec) {
        if (!same(exec, lastReplies)) {
            Map<String, Object> value = new LinkedHashMap<>();
            for (int i = 0; i < keys.live().size(); i++) {
                value.put(keys.live().get(i), key(exec.get(2 * i), exec.get(2 * i + 1)));
            }
            lastReplies = exec;
            lastValue = value;
        }
        return lastValue;
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof List<?> one && b instanceof List<?> other) {
            boolean same = one.size() == other.size();
            for (int i = 0; same && i < one.size(); i++) {
                same = same(one.get(i), other.get(i));
            }
            return same;
        }
        return a instanceof byte[] one && b instanceof byte[] other ? Arrays.equals(one, other) : Objects.equals(a, b);
    }

    private List<?> transaction() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("MULTI"));
        for (String key : keys.live()) {
            commands.add(List.of("HGETALL", key));
            commands.add(List.of("PTTL", key));
        }
        commands.add(List.of("EXEC"));
        List<@Nullable Object> replies = redis.all(commands);
        return (List<?>) Objects.requireNonNull(replies.get(replies.size() - 1), "nothing was watched");
    }

    /** An empty map for a key that isn't there. */
    private static Map<String, Object> key(@Nullable Object content, @Nullable Object ttl) {
        Map<String, String> fields = Content.fields(content);
        if (fields.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("gen", fields.getOrDefault("gen", ""));
        key.put("size", Content.size(fields));
        key.put("pttl", ttl);
        key.put("digest", Content.digest(fields));
        return key;
    }

    private void tell(Read read) {
        Read before = last;
        if (before != null && before.type == read.type && before.value.equals(read.value)) {
            same++;
            last = read;
            return;
        }
        tellLast();
        write(read, 0);
        last = read;
    }

    private void tellLast() {
        Read before = last;
        if (before != null && same > 0) {
            write(before, same);
        }
        same = 0;
    }

    private void write(Read read, long times) {
        history.add(process, OP, Type.invoke, Map.of(), read.from);
        Map<String, Object> value = new LinkedHashMap<>(read.value);
        if (times > 1) {
            value.put("same", times);
        }
        history.add(process, OP, read.type, value, read.to);
    }

    /** Ends it; its last read is in the history then. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        tellLast();
        redis.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
