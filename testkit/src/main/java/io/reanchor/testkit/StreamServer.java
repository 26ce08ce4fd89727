package io.reanchor.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** The WebSocket half of the simulated exchange: {@code /ws/<stream>} and {@code /stream?streams=<stream>/<stream>}. */
final class StreamServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);
    private static final int STOP_MS = 2_000;
    private static final String COMBINED = "/stream?streams=";
    private static final String SINGLE = "/ws/";
    private static final Set<String> KINDS = Set.of("depth@100ms", "trade", "bookTicker");

    /**
     * What a client listens to.
     *
     * @param combined whether each event is wrapped with its stream's name
     */
    private record Subscription(boolean combined, Set<String> streams) {}

    private final SimulatedExchange exchange;
    private final Map<String, AtomicInteger> toDrop = new ConcurrentHashMap<>();
    private final Set<String> muted = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final Server server;
    private volatile boolean refusing;

    StreamServer(SimulatedExchange exchange, InetSocketAddress address) throws IOException, InterruptedException {
        this.exchange = exchange;
        this.server = new Server(address);
        server.start();
        try {
            started.get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            close();
            throw new IOException("the simulated exchange can't serve streams at " + address, failed);
        }
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + server.getPort());
    }

    int connections() {
        return server.getConnections().size();
    }

    void disconnectAll() {
        server.getConnections().forEach(StreamServer::cut);
    }

    private static void cut(WebSocket client) {
        // Beside its selector a channel's close may leave the socket open for good (key cancelled first, JDK 17).
        if (client instanceof WebSocketImpl connection
                && connection.getSelectionKey().channel() instanceof SocketChannel channel) {
            try {
                channel.shutdownOutput();
            } catch (IOException gone) {
                // as wanted
            }
        }
        client.closeConnection(CloseFrame.ABNORMAL_CLOSE, "on purpose");
    }

    /** From now on new connections are refused, or no longer are. */
    void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** From now on a symbol's events reach nobody, or do again. */
    void mute(String symbol, boolean mute) {
        if (mute) {
            muted.add(symbol);
        } else {
            muted.remove(symbol);
        }
    }

    /** Whether some are still to be dropped. */
    boolean drops(String stream) {
        AtomicInteger drop = toDrop.get(stream);
        return drop != null && drop.get() > 0;
    }

    void drop(String stream, int events) {
        toDrop.computeIfAbsent(stream, s -> new AtomicInteger()).addAndGet(events);
    }

    void publish(SimulatedMarket market, MarketEvent event) {
        String stream = market.symbol().toLowerCase(Locale.ROOT) + "@" + kind(event);
        AtomicInteger drop = toDrop.get(stream);
        boolean dropped = drop != null && drop.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (dropped || muted.contains(market.symbol())) {
            return;
        }
        String text = null;
        for (WebSocket client : server.getConnections()) {
            Subscription wanted = client.getAttachment();
            if (wanted != null && wanted.streams().contains(stream)) {
                text = text == null ? text(market, event) : text;
                send(client, wanted.combined() ? "{\"stream\":\"" + stream + "\",\"data\":" + text + "}" : text);
            }
        }
    }

    private static void send(WebSocket client, String text) {
        if (client.isOpen()) {
            try {
                client.send(text);
            } catch (org.java_websocket.exceptions.WebsocketNotConnectedException closedMeanwhile) {
                client.closeConnection(CloseFrame.ABNORMAL_CLOSE, "gone");
            }
        }
    }

    private static String kind(MarketEvent event) {
        if (event instanceof MarketEvent.Depth) {
            return "depth@100ms";
        }
        return event instanceof MarketEvent.Print ? "trade" : "bookTicker";
    }

    private static String text(SimulatedMarket market, MarketEvent event) {
        if (event instanceof MarketEvent.Depth depth) {
            return BinanceFormat.depthUpdate(market.symbol(), depth.update());
        }
        if (event instanceof MarketEvent.Ticker ticker) {
            return BinanceFormat.bookTicker(market.symbol(), ticker);
        }
        MarketEvent.Print print = (MarketEvent.Print) event;
        return BinanceFormat.trade(market.symbol(), print.trade(), market.now().toEpochMilli());
    }

    private @Nullable Subscription subscription(String resource) {
        boolean combined = resource.startsWith(COMBINED);
        if (!combined && !resource.startsWith(SINGLE)) {
            return null;
        }
        String names = resource.substring((combined ? COMBINED : SINGLE).length());
        Set<String> streams = Stream.of(names.split("/", -1)).collect(Collectors.toUnmodifiableSet());
        return streams.stream().allMatch(this::isStream) ? new Subscription(combined, streams) : null;
    }

    private boolean isStream(String name) {
        int at = name.indexOf('@');
        return at > 0
                && KINDS.contains(name.substring(at + 1))
                && exchange.listed(name.substring(0, at).toUpperCase(Locale.ROOT))
                        .isPresent();
    }

    @Override
    public void close() {
        try {
            server.stop(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Server extends WebSocketServer {
        Server(InetSocketAddress address) {
            super(address, 1);
            setReuseAddr(true);
            setTcpNoDelay(true);
            setDaemon(true);
            setConnectionLostTimeout(0);
        }

        @Override
        public void onStart() {
            started.complete(null);
        }

        @Override
        public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
                WebSocket client, Draft draft, ClientHandshake request) throws InvalidDataException {
            if (refusing) {
                throw new InvalidDataException(CloseFrame.REFUSE, "on purpose");
            }
            return super.onWebsocketHandshakeReceivedAsServer(client, draft, request);
        }

        @Override
        public void onOpen(WebSocket client, ClientHandshake handshake) {
            Subscription wanted = subscription(handshake.getResourceDescriptor());
            if (wanted == null) {
                client.close(
                        CloseFrame.POLICY_VALIDATION,
                        "expected /ws/<stream> or /stream?streams=<stream>/…, of " + KINDS + " for a listed symbol");
            } else {
                client.setAttachment(wanted);
            }
        }

        @Override
        public void onClose(WebSocket client, int code, String reason, boolean remote) {}

        @Override
        public void onMessage(WebSocket client, String message) {}

        @Override
        public void onError(@Nullable WebSocket client, Exception failure) {
            if (client == null) {
                started.completeExceptionally(failure);
            }
        }
    }
}
