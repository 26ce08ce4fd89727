package io.reanchor.exchange;

import io.reanchor.exchange.MarketDataException.Type;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One GET: pays its weight, holds to the time-out until the last byte of the body, and turns every way of not answering
 * into a typed failure.
 */
final class RestClient implements Answers {
    /** What a header may count to; one that isn't a count tells nothing. */
    private static final String COUNT = "[0-9]{1,9}";

    private static final String USED_WEIGHT = "X-MBX-USED-WEIGHT-1M";
    /** A minute is how long Binance's window is; two is its shortest ban. */
    private static final Duration LIMIT_WITHOUT_ADVICE = Duration.ofMinutes(1);

    private static final Duration BAN_WITHOUT_ADVICE = Duration.ofMinutes(2);
    /** Binance's longest ban: advice beyond that is a mistake. */
    private static final Duration LONGEST_ADVICE = Duration.ofDays(3);

    private final URI baseUrl;
    private final Duration timeout;
    private final int maxBodyBytes;
    private final WeightBudget budget;
    private final HttpClient http;

    RestClient(URI baseUrl, Duration timeout, int maxBodyBytes, WeightBudget budget) {
        this.baseUrl = baseUrl;
        this.timeout = timeout;
        this.maxBodyBytes = maxBodyBytes;
        this.budget = budget;
        // Hanging up on an answer ends its connection, not one stream of many; and plain ingestors know no upgrade.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public byte[] get(Context asked, String query, int weight) throws InterruptedException {
        Duration wait = budget.spend(weight, asked.symbol());
        if (!wait.isZero()) {
            throw MarketDataException.rateLimited(
                    wait,
                    asked.failed(
                            "a weight of %d to be left at %s".formatted(weight, baseUrl.getHost()),
                            "%d".formatted(budget.available()),
                            "trying again helps in %d ms, when the budget is refilled".formatted(wait.toMillis())));
        }
        HttpRequest request = HttpRequest.newBuilder(uri(Answers.path(asked, query)))
                .timeout(timeout)
                .header("Accept", "application/json")
                .build();
        Instant sent = budget.now();
        HttpResponse<byte[]> response = exchange(asked, request);
        response.headers()
                .firstValue(USED_WEIGHT)
                .filter(text -> text.matches(COUNT))
                .ifPresent(text -> budget.observed(Long.parseLong(text), sent));
        if (response.statusCode() != 200) {
            throw refused(asked, response);
        }
        return response.body();
    }

    private URI uri(String path) {
        String base = baseUrl.toString().replaceAll("/+$", "");
        return URI.create(base + path);
    }

    /** The client's own time-out ends with the headers; this one lasts until the body is here. */
    private HttpResponse<byte[]> exchange(Context asked, HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> reply = http.sendAsync(request, head -> new LimitedBody(maxBodyBytes));
        try {
            return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw away(asked, "an answer within %d ms".formatted(timeout.toMillis()), "none", slow);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof LimitedBody.TooLarge || cause.getCause() instanceof LimitedBody.TooLarge) {
                throw asked.beyondLimit("a body of at most %d bytes".formatted(maxBodyBytes), "more", cause);
            }
            if (cause instanceof java.net.http.HttpTimeoutException) {
                throw away(asked, "an answer within %d ms".formatted(timeout.toMillis()), "none", cause);
            }
            throw away(asked, "an answer from " + baseUrl, describe(cause), cause);
        } finally {
            reply.cancel(true);
        }
    }

    private static String describe(Throwable cause) {
        String name = cause.getClass().getSimpleName();
        return cause instanceof IOException && cause.getMessage() != null
                ? name + " " + Context.shown(cause.getMessage())
                : name;
    }

    private static MarketDataException away(Context asked, String expected, String actual, Throwable cause) {
        return MarketDataException.passing(
                Type.SOURCE_UNAVAILABLE,
                asked.failed(expected, actual, "trying again may help; if it stays, check the way to this source"),
                cause);
    }

    private MarketDataException refused(Context asked, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String got = "HTTP " + status;
        if (status == 429 || status == 418) {
            Duration wait = advice(response, status == 418 ? BAN_WITHOUT_ADVICE : LIMIT_WITHOUT_ADVICE);
            budget.closeFor(wait);
            return MarketDataException.rateLimited(
                    wait,
                    asked.failed(
                            "HTTP 200",
                            got + (status == 418 ? " (banned)" : " (rate limited)"),
                            "trying again helps in %d s, sooner earns a ban; look who else uses this address"
                                    .formatted(wait.toSeconds())));
        }
        if (status >= 500 || status == 408) {
            return MarketDataException.passing(
                    Type.SOURCE_UNAVAILABLE,
                    asked.failed(
                            "HTTP 200", got, "trying again may help; if it stays, look at the source's status page"),
                    null);
        }
        ExchangeError error = ExchangeError.in(response.body());
        if (error.code() == ExchangeError.INVALID_SYMBOL) {
            return MarketDataException.lasting(
                    Type.UNKNOWN_SYMBOL,
                    asked.failed(
                            "a symbol that the source knows",
                            got + " " + error,
                            "trying again doesn't help: the symbol is delisted, misspelt, or not carried here"),
                    null);
        }
        String body = error.code() == 0 ? Replies.start(response.body()) : error.toString();
        return MarketDataException.lasting(
                Type.SOURCE_UNAVAILABLE,
                asked.failed(
                        "HTTP 200",
                        got + " " + body,
                        "trying again doesn't help: the source refuses; check its base URL and what this address may ask"),
                null);
    }

    private static Duration advice(HttpResponse<?> response, Duration otherwise) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches(COUNT))
                .map(text -> Duration.ofSeconds(Math.max(1, Long.parseLong(text))))
                .map(wait -> wait.compareTo(LONGEST_ADVICE) > 0 ? LONGEST_ADVICE : wait)
                .orElse(otherwise);
    }
}
