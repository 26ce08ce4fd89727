package io.reanchor.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the worker's readiness, as an orchestrator does. */
final class Health {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(25);

    private Health() {}

    static URI readiness(int port) {
        return URI.create("http://127.0.0.1:" + port + "/readyz");
    }

    /** @throws IllegalStateException when the worker isn't ready in time; the message has its last answer */
    static void awaitReady(int port) throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest question =
                HttpRequest.newBuilder(readiness(port)).timeout(PATIENCE).build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            Thread.sleep(PAUSE.toMillis());
        }
        throw new IllegalStateException("the worker isn't ready after " + Words.of(PATIENCE) + ": " + last);
    }
}
