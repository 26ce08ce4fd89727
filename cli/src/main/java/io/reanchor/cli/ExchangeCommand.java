package io.reanchor.cli;

import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.RecordedMarket;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.SyntheticMarket;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reanchor exchange}: an exchange of one's own, to try things on. Runs until it is stopped. */
@Command(
        name = "exchange",
        mixinStandardHelpOptions = true,
        description =
                "Simulates an exchange that speaks Binance's spot format: REST at --port, streams at the port after it. Makes gaps and "
                        + "disconnects when told: POST /control/gap?symbol=S&ms=N, /control/disconnect?ms=N, /control/latency?ms=N. "
                        + "Runs until it is stopped.")
final class ExchangeCommand implements Callable<Integer> {
    private static final Duration HISTORY = Duration.ofSeconds(60);
    private static final BigDecimal PRICE = new BigDecimal("61800");

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "N",
            required = true,
            description = "REST's port; streams are at the one after it. 0: free ones.")
    private int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Who can reach it: this machine only, or with 0.0.0.0 everybody. Default: ${DEFAULT-VALUE}.")
    private InetAddress bind = InetAddress.getLoopbackAddress();

    @Option(
            names = "--symbols",
            paramLabel = "A,B",
            split = ",",
            defaultValue = "BTCUSDT",
            description = "Of which markets are made up. Default: ${DEFAULT-VALUE}.")
    private List<String> symbols = List.of();

    @Option(
            names = "--seed",
            paramLabel = "K",
            defaultValue = "20240808",
            description = "Of the markets that are made up. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "Plays recorded data (local_ns {json} lines, gzip or plain) instead, once.")
    private @Nullable Path recording;

    @Option(
            names = "--rest-latency",
            paramLabel = "MS",
            defaultValue = "0",
            description = "How late each REST answer is. Default: ${DEFAULT-VALUE}.")
    private int latency;

    @Option(
            names = "--weight-per-minute",
            paramLabel = "N",
            defaultValue = "6000",
            description = "Request weight that it allows. Default: ${DEFAULT-VALUE}.")
    private int weight;

    @Mixin
    private final OutputOption output = new OutputOption();

    ExchangeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port < 0 || port > 65534 || latency < 0 || weight < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--port is %d, --rest-latency is %d, --weight-per-minute is %d: expected a port up to 65534, no negative latency, and some weight"
                            .formatted(port, latency, weight));
        }
        try (SimulatedExchange exchange = start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(exchange::close, "exchange-end"));
            if (latency > 0) {
                for (Endpoint endpoint : Endpoint.values()) {
                    exchange.inject(endpoint, new Fault.Late(Duration.ofMillis(latency)));
                }
            }
            if (recording == null) {
                exchange.step(HISTORY);
            }
            exchange.goLive(1);
            console.out().println(where(exchange));
            console.out().flush();
            new CountDownLatch(1).await();
        }
        return ExitCodes.OK;
    }

    private String where(SimulatedExchange exchange) {
        if (!output.isJson()) {
            return "exchange %s: REST at %s, streams at %s"
                    .formatted(exchange.symbols(), exchange.restUri(), exchange.streamUri());
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("symbols", exchange.symbols());
        line.put("rest", exchange.restUri());
        line.put("streams", exchange.streamUri());
        return Json.of(line);
    }

    private SimulatedExchange start() throws InterruptedException {
        List<SimulatedMarket> markets = markets();
        try {
            return SimulatedExchange.start(
                    markets,
                    new InetSocketAddress(bind, port),
                    new InetSocketAddress(bind, port == 0 ? 0 : port + 1),
                    weight);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCodes.USAGE, "ports %d and %d can't be used: %s".formatted(port, port + 1, e.getMessage()), e);
        }
    }

    private List<SimulatedMarket> markets() {
        if (recording != null) {
            try {
                return List.of(RecordedMarket.read(recording));
            } catch (IOException e) {
                throw new CommandFailure(ExitCodes.USAGE, "--recording: " + e.getMessage(), e);
            }
        }
        Instant start = Instant.ofEpochMilli(console.clock().millis()).minus(HISTORY); // its history ends now
        List<SimulatedMarket> markets = new ArrayList<>();
        for (String symbol : SymbolsOption.checked(spec, symbols)) {
            markets.add(new SyntheticMarket(seed + markets.size(), symbol, PRICE, start));
        }
        return markets;
    }
}
