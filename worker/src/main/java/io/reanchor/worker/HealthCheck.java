package io.reanchor.worker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What the container image asks its health with, since it has no curl: ends with 0 when the worker is alive, else 1. */
public final class HealthCheck {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private HealthCheck() {}

    /** @param arguments a path to ask instead of {@code /livez} */
    public static void main(String[] arguments) throws InterruptedException {
        String port = System.getenv().getOrDefault("SERVER_PORT", "8084");
        URI uri = URI.create("http://127.0.0.1:" + port + (arguments.length > 0 ? arguments[0] : "/livez"));
        System.exit(isUp(uri) ? 0 : 1);
    }

    private static boolean isUp(URI uri) throws InterruptedException {
        try {
            var client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
            var answer = client.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), BodyHandlers.ofString());
            System.out.println(answer.body());
            return answer.statusCode() == 200;
        } catch (IOException e) {
            System.out.println(uri + " doesn't answer: " + e);
            return false;
        }
    }
}
