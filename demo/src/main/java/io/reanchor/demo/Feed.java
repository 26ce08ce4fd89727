package io.reanchor.demo;

import io.reanchor.exchange.BinanceSpotJson;
import io.reanchor.exchange.MarketEvents;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A subscription to a symbol's depth updates and trades, over a WebSocket, as a live ingestor has it. Thread-safe. */
final class Feed implements WebSocket.Listener, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BinanceSpotJson json = new BinanceSpotJson();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final MarketEvents events;
    private final WebSocket socket;
    private volatile boolean closed;
    private volatile @Nullable String ended;

    /** @param events called in one thread at a time */
    Feed(URI exchange, String symbol, MarketEvents events) {
        this.events = events;
        String stream = symbol.toLowerCase(Locale.ROOT);
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(
                        URI.create(exchange + "/stream?streams=" + stream + "@depth@100ms/" + stream + "@trade"), this)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** Why the connection ended by itself, or null while it stands. */
    @Nullable
    String ended() {
        return ended;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        message.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        if (last) {
            byte[] bytes = message.toByteArray();
            message.reset();
            json.read(bytes, events);
        }
        from.request(1);
        return null;
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

    private void end(String why) {
        if (!closed) {
            ended = why;
        }
    }

    @Override
    public void close() {
        closed = true;
        socket.abort();
    }
}
