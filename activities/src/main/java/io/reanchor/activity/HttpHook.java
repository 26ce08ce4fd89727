package io.reanchor.activity;

import io.reanchor.workflow.HookPoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A URL to which the order is posted; the header {@code Reanchor-Hook} says when it is called, as in {@code before_cut_over}. HTTP 2xx is a
 * yes; 4xx is a no, and its body is the reason; all else, 408 and 429 among it, is no answer. Errors show scheme and host alone: the rest of
 * a URL may be a secret.
 */
final class HttpHook implements Hook {
    private static final Set<Integer> LATER = Set.of(408, 429);

    private final URI url;
    private final String shown;
    private final Duration timeout;
    private final ExecutorService threads;
    private final HttpClient http;

    /** @param said as far as it was read */
    private record Answer(int status, String said) {}

    HttpHook(URI url, Duration timeout, ExecutorService threads) {
        this.url = url;
        this.shown = url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
        this.timeout = timeout;
        this.threads = threads;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public String call(HookPoint point, byte[] order) throws InterruptedException {
        Answer answer = ask(HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Reanchor-Hook", point.name().toLowerCase(Locale.ROOT))
                .POST(HttpRequest.BodyPublishers.ofByteArray(order))
                .build());
        if (answer.status() / 100 == 4 && !LATER.contains(answer.status())) {
            throw Hook.refused(shown, "HTTP " + answer.status(), answer.said());
        }
        if (answer.status() / 100 != 2) {
            throw Hook.notAsked(
                    shown,
                    "HTTP 2xx for a yes or 4xx for a no, got HTTP %d: %s".formatted(answer.status(), answer.said()));
        }
        return answer.said();
    }

    /** The client's own time-out ends with the headers; this one lasts until the body is here. */
    private Answer ask(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> reply =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        CompletableFuture<Answer> answer = reply.thenApplyAsync(HttpHook::read, threads);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw Hook.notAsked(shown, "an answer within %d ms, none came".formatted(timeout.toMillis()));
        } catch (ExecutionException e) {
            throw Hook.notAsked(shown, "an answer: " + e.getCause());
        } finally {
            reply.thenAccept(response -> close(response.body()));
            reply.cancel(true);
        }
    }

    private static Answer read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            byte[] start = body.readNBytes(4 * LONGEST_ANSWER);
            return new Answer(response.statusCode(), Hook.line(new String(start, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return new Answer(response.statusCode(), "(its answer can't be read: " + e.getMessage() + ")");
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(
                    e); // into a future that nobody reads: the answer is there, or given up
        }
    }
}
