package io.reanchor.live;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to the depth updates and raw trades of some symbols, over one WebSocket, in Binance spot's format. It connects by itself, and
 * again whenever the connection ends or is dead, until it is closed. Thread-safe.
 */
final class ExchangeStream implements AutoCloseable {
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    /** An exchange that has nothing to say still answers a ping. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Hears of one thing at a time. */
    interface Listener {
        void connected();

        /** @param json one message, UTF-8; the listener may keep it */
        void message(byte[] json);

        /** Also when an attempt to connect failed. */
        void disconnected(String why);
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(HANDSHAKE).build();
    private final URI resource;
    private final Listener listener;
    private final Thread thread = new Thread(this::keepConnected, "reanchor-stream");
    private volatile @Nullable Session session;
    private volatile boolean closed;

    /** @param base of the exchange's streams, {@code wss://host:port} */
    ExchangeStream(URI base, Collection<String> symbols, Listener listener) {
        String streams = symbols.stream()
                .map(symbol -> symbol.toLowerCase(Locale.ROOT))
                .map(symbol -> symbol + "@depth@100ms/" + symbol + "@trade")
                .collect(Collectors.joining("/"));
        this.resource = URI.create(base + "/stream?streams=" + streams);
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void keepConnected() {
        Duration pause = SHORTEST_PAUSE;
        while (!closed) {
            Session now = new Session();
            session = now;
            try {
                now.connect();
                pause = SHORTEST_PAUSE;
                now.awaitEnd();
            } catch (InterruptedException e) {
                now.abort();
                return;
            }
            if (!closed) {
                listener.disconnected(now.why());
                if (!sleep(pause)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Session last = session;
        if (last != null) {
            last.abort();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection, from its handshake to its end. */
    private final class Session implements WebSocket.Listener {
        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private volatile @Nullable WebSocket socket;
        private volatile long heardAt = System.nanoTime();

        void connect() throws InterruptedException {
            CompletableFuture<WebSocket> handshake =
                    http.newWebSocketBuilder().connectTimeout(HANDSHAKE).buildAsync(resource, this);
            try {
                socket = handshake.get(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                handshake.cancel(true);
                Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
                end("no connection to " + resource.getHost() + ":" + resource.getPort() + ": " + cause);
            }
        }

        /** Half-open connections don't end by themselves: whoever says nothing is asked. */
        void awaitEnd() throws InterruptedException {
            boolean asked = false;
            while (true) {
                try {
                    ended.get(QUIET.toMillis(), TimeUnit.MILLISECONDS);
                    abort();
                    return;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e); // it never completes that way
                } catch (TimeoutException quiet) {
                    WebSocket open = socket;
                    boolean silent = System.nanoTime() - heardAt > QUIET.toNanos();
                    if (silent && asked) {
                        end("no answer to a ping within " + QUIET.toSeconds() + " s");
                    } else if (silent && open != null) {
                        open.sendPing(ByteBuffer.allocate(0));
                    }
                    asked = silent;
                }
            }
        }

        String why() {
            return ended.getNow("closed");
        }

        void abort() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
            end("closed");
        }

        private void end(String why) {
            ended.complete(why);
        }

        @Override
        public void onOpen(WebSocket opened) {
            listener.connected();
            opened.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heardAt = System.nanoTime();
            message.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
            if (last) {
                byte[] bytes = message.toByteArray();
                message.reset();
                listener.message(bytes);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
            heardAt = System.nanoTime();
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
            heardAt = System.nanoTime();
            from.request(1);
            return null; // answered by the JDK
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            end("closed by the exchange: " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            end(failure.toString());
        }
    }
}
