package io.reanchor.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exchange of our own: real sockets, Binance's spot REST and stream formats, simulated markets behind them, and faults on
 * command. Its clock is that of its markets; it stands still until {@link #step} or {@link #goLive}. Thread-safe.
 */
public final class SimulatedExchange implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SimulatedExchange.class);
    private static final int WEIGHT_LIMIT = 6000;
    private static final String TRADING = "TRADING";
    private static final long TICK_MS = 10;

    private final Map<String, SimulatedMarket> markets;
    private final Map<String, String> statuses = new ConcurrentHashMap<>();
    private final Map<SimulatedMarket, Consumer<MarketEvent>> listeners = new ConcurrentHashMap<>();
    private final Faults faults = new Faults();
    private final RestServer rest;
    private final StreamServer streams;
    private final ExchangeControl control;
    private @Nullable ScheduledExecutorService live;

    private SimulatedExchange(
            List<SimulatedMarket> markets,
            InetSocketAddress restAddress,
            InetSocketAddress streamAddress,
            WeightMeter weight)
            throws IOException, InterruptedException {
        if (markets.isEmpty()) {
            throw new IllegalArgumentException("an exchange needs at least one market");
        }
        this.markets =
                markets.stream().collect(Collectors.toUnmodifiableMap(SimulatedMarket::symbol, Function.identity()));
        this.streams = new StreamServer(this, streamAddress);
        try {
            this.control = new ExchangeControl(this);
            this.rest = new RestServer(this, control, faults, restAddress, weight);
        } catch (IOException failed) {
            streams.close();
            throw failed;
        }
        for (SimulatedMarket market : markets) {
            Consumer<MarketEvent> listener = event -> streams.publish(market, event);
            listeners.put(market, listener);
            market.listen(listener);
        }
    }

    /** On free ports, with Binance's weight limit. */
    public static SimulatedExchange start(SimulatedMarket... markets) throws IOException, InterruptedException {
        return start(Arrays.asList(markets), 0, 0, WEIGHT_LIMIT);
    }

    /**
     * @param restPort 0 for a free one
     * @param streamPort 0 for a free one
     * @param weightLimit a minute
     */
    public static SimulatedExchange start(List<SimulatedMarket> markets, int restPort, int streamPort, int weightLimit)
            throws IOException, InterruptedException {
        return start(markets, restPort, streamPort, weightLimit, Duration.ofMinutes(1));
    }

    /**
     * Where time is compressed.
     *
     * @param weightLimit a period
     * @param weightPeriod how long the exchange's minute of counting is, by its clock
     */
    public static SimulatedExchange start(
            List<SimulatedMarket> markets, int restPort, int streamPort, int weightLimit, Duration weightPeriod)
            throws IOException, InterruptedException {
        InetAddress here = InetAddress.getLoopbackAddress();
        return new SimulatedExchange(
                markets,
                new InetSocketAddress(here, restPort),
                new InetSocketAddress(here, streamPort),
                new WeightMeter(weightLimit, weightPeriod));
    }

    /**
     * Where other machines, or containers, are to reach it; {@link #restUri} and {@link #streamUri} tell how this one does.
     *
     * @param weightLimit a minute
     */
    public static SimulatedExchange start(
            List<SimulatedMarket> markets, InetSocketAddress rest, InetSocketAddress streams, int weightLimit)
            throws IOException, InterruptedException {
        return new SimulatedExchange(markets, rest, streams, new WeightMeter(weightLimit, Duration.ofMinutes(1)));
    }

    /** Base URL of the REST interface. */
    public URI restUri() {
        return rest.uri();
    }

    /** Base URL of the streams. */
    public URI streamUri() {
        return streams.uri();
    }

    /** The market of a symbol, and with it the truth. */
    public SimulatedMarket market(String symbol) {
        return Optional.ofNullable(markets.get(symbol))
                .orElseThrow(() -> new IllegalArgumentException(symbol + ": this exchange has " + markets.keySet()));
    }

    /** The exchange's clock. */
    public Instant now() {
        return markets.values().iterator().next().now();
    }

    /** Lets that much time pass in every market. */
    public void step(Duration time) {
        markets.values().forEach(market -> market.step(time));
    }

    /** Lets the markets run with real time, {@code speed} times as fast, until closed. */
    public synchronized void goLive(double speed) {
        if (live != null) {
            throw new IllegalStateException("the exchange is live already");
        }
        live = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "simulated-exchange-live");
            thread.setDaemon(true);
            return thread;
        });
        long start = System.nanoTime();
        long[] passed = {0};
        live.scheduleAtFixedRate(
                () -> {
                    long due = (long) ((System.nanoTime() - start) / 1e6 * speed);
                    try {
                        step(Duration.ofMillis(due - passed[0]));
                    } catch (RuntimeException | Error failure) {
                        // The scheduler would end the schedule without a word.
                        log.error("the simulated markets stand still", failure);
                        throw failure;
                    }
                    passed[0] = due;
                },
                TICK_MS,
                TICK_MS,
                TimeUnit.MILLISECONDS);
    }

    /** From now on every request to the endpoint meets the fault, beside those that are there. */
    public void inject(Endpoint endpoint, Fault fault) {
        inject(endpoint, fault, Integer.MAX_VALUE);
    }

    /** The next {@code times} requests to the endpoint meet the fault. */
    public void inject(Endpoint endpoint, Fault fault, int times) {
        faults.arm(endpoint, fault, times);
    }

    /** Takes the endpoint's faults away; requests that hang are answered. */
    public void heal(Endpoint endpoint) {
        faults.heal(endpoint);
    }

    /** Takes every endpoint's faults away. */
    public void heal() {
        Arrays.stream(Endpoint.values()).forEach(faults::heal);
    }

    /** What {@code exchangeInfo} says of a symbol: {@code TRADING}, {@code HALT}, {@code BREAK}, … */
    public void symbolStatus(String symbol, String status) {
        market(symbol);
        statuses.put(symbol, status);
    }

    /** The exchange no longer knows the symbol. */
    public void delist(String symbol) {
        symbolStatus(symbol, "");
    }

    String symbolStatus(String symbol) {
        return statuses.getOrDefault(symbol, TRADING);
    }

    Optional<SimulatedMarket> listed(String symbol) {
        return Optional.ofNullable(markets.get(symbol))
                .filter(market -> !symbolStatus(symbol).isEmpty());
    }

    /** The next so many depth updates of a symbol reach nobody. */
    public void dropDepth(String symbol, int events) {
        streams.drop(depthStream(symbol), events);
    }

    /** The next so many trades of a symbol reach nobody. */
    public void dropTrades(String symbol, int events) {
        streams.drop(tradeStream(symbol), events);
    }

    /** Whether events are still to be dropped: trades may be rare. */
    public boolean drops(String symbol) {
        return streams.drops(depthStream(symbol)) || streams.drops(tradeStream(symbol));
    }

    private String depthStream(String symbol) {
        return market(symbol).symbol().toLowerCase(Locale.ROOT) + "@depth@100ms";
    }

    private String tradeStream(String symbol) {
        return market(symbol).symbol().toLowerCase(Locale.ROOT) + "@trade";
    }

    /** Cuts every stream connection without a close frame. */
    public void disconnectAll() {
        streams.disconnectAll();
    }

    /** From now on nobody's connection to the streams lasts, or new ones do again. Those that are open stay. */
    public void refuseStreams(boolean refuse) {
        streams.refuse(refuse);
    }

    /** From now on a symbol's events are sent to nobody, without a word, or are again. The market goes on meanwhile. */
    public void mute(String symbol, boolean mute) {
        streams.mute(market(symbol).symbol(), mute);
    }

    /** The symbols that were ever listed. */
    public Set<String> symbols() {
        return markets.keySet();
    }

    /** How many stream connections are open. */
    public int streamConnections() {
        return streams.connections();
    }

    /** How many requests an endpoint has had. */
    public int requests(Endpoint endpoint) {
        return rest.requests(endpoint);
    }

    /** Weight used in all. */
    public long totalWeight() {
        return rest.weight().total();
    }

    /** How many requests were refused since the minute's weight was used up. */
    public int refusedForWeight() {
        return rest.weight().refused();
    }

    /** Weight used in the current minute of the exchange's clock. */
    public int usedWeight() {
        return rest.usedWeight();
    }

    @Override
    public synchronized void close() {
        if (live != null) {
            live.shutdownNow();
        }
        control.close();
        listeners.forEach(SimulatedMarket::forget);
        rest.close();
        streams.close();
    }
}
