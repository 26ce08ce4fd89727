package io.reanchor.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a simulated exchange that runs on its own is told from outside, over HTTP: {@code POST /control/<command>?<parameters>}.
 *
 * <ul>
 *   <li>{@code gap?symbol=S&ms=N}: for so long the symbol's events reach nobody; without a symbol, nobody's do
 *   <li>{@code disconnect?ms=N}: every stream is cut, and new ones are refused for so long
 *   <li>{@code latency?ms=N}: from now on every REST answer is that late
 * </ul>
 */
final class ExchangeControl implements AutoCloseable {
    private static final long MOST_MS = TimeUnit.HOURS.toMillis(1);

    private final SimulatedExchange exchange;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "simulated-exchange-control");
        thread.setDaemon(true);
        return thread;
    });

    ExchangeControl(SimulatedExchange exchange) {
        this.exchange = exchange;
    }

    /** @throws IllegalArgumentException saying what was expected */
    String run(String command, RestAnswers.Query query) {
        long ms = query.number("ms", -1);
        if (ms < 0 || ms > MOST_MS) {
            throw new IllegalArgumentException("expected ms=0 to " + MOST_MS);
        }
        switch (command) {
            case "gap" ->
                gap(query.text("symbol") == null ? exchange.symbols() : List.of("" + query.text("symbol")), ms);
            case "disconnect" -> disconnect(ms);
            case "latency" -> latency(Duration.ofMillis(ms));
            default -> throw new IllegalArgumentException("expected gap, disconnect or latency, not " + command);
        }
        return "{}";
    }

    private void gap(Collection<String> symbols, long ms) {
        symbols.forEach(symbol -> exchange.mute(symbol, true));
        timer.schedule(() -> symbols.forEach(symbol -> exchange.mute(symbol, false)), ms, TimeUnit.MILLISECONDS);
    }

    private void disconnect(long ms) {
        exchange.refuseStreams(true);
        exchange.disconnectAll();
        timer.schedule(() -> exchange.refuseStreams(false), ms, TimeUnit.MILLISECONDS);
    }

    private void latency(Duration by) {
        exchange.heal();
        Arrays.stream(Endpoint.values()).forEach(endpoint -> exchange.inject(endpoint, new Fault.Late(by)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
