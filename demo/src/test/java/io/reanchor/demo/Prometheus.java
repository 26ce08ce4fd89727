package io.reanchor.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.testkit.GuardedProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Prometheus that scrapes one worker, four times a second. */
final class Prometheus implements AutoCloseable {
    static final String MISSING = "the prometheus command isn't on PATH; Debian has it in the package prometheus";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final GuardedProcess process;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(int port, GuardedProcess process) {
        this.port = port;
        this.process = process;
    }

    static Optional<Path> command() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param folder for its data */
    static Prometheus scraping(Path command, int worker, Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                scrape_configs:
                  - job_name: reanchor
                    scrape_interval: 250ms
                    metrics_path: /actuator/prometheus
                    static_configs: [{ targets: ["127.0.0.1:%d"] }]
                """.formatted(worker));
        int port = TemporalInProcess.Ports.free();
        return new Prometheus(
                port,
                GuardedProcess.start(
                        List.of(
                                command.toString(),
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port),
                        folder.resolve("prometheus.log")));
    }

    /** What an expression gives at a time, in seconds since the epoch: a line a series. */
    List<JsonNode> query(String expression, String time) throws IOException, InterruptedException {
        String query = "query=%s&time=%s".formatted(URLEncoder.encode(expression, StandardCharsets.UTF_8), time);
        JsonNode answer = JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/query?%s".formatted(port, query)))
                                .build(),
                        BodyHandlers.ofString())
                .body());
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(expression + ": " + answer + "\n" + process.logTail());
        }
        JsonNode result = answer.get("data").get("result");
        return Stream.iterate(0, i -> i < result.size(), i -> i + 1)
                .map(result::get)
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
