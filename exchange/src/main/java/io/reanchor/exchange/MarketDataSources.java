package io.reanchor.exchange;

import io.reanchor.exchange.MarketDataException.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of market data in the order they are asked. The next one is asked when one fails in a way that another may
 * not: it is away, out of budget, sends what can't be read, or doesn't know the symbol (an ingestor need not carry all). A
 * symbol that isn't trading isn't trading anywhere. Thread-safe when the sources are.
 */
public final class MarketDataSources {
    private static final Logger log = LoggerFactory.getLogger(MarketDataSources.class);

    /** What to ask; all of one question is answered by one source. */
    @FunctionalInterface
    public interface Question<T> {
        T askOf(MarketDataSource source) throws InterruptedException;
    }

    private final List<MarketDataSource> sources;

    public MarketDataSources(List<? extends MarketDataSource> sources) {
        this.sources = List.copyOf(sources);
        if (this.sources.isEmpty()) {
            throw new IllegalArgumentException("at least one market data source is needed");
        }
        if (names().stream().distinct().count() < this.sources.size()) {
            throw new IllegalArgumentException("market data sources need names of their own, not " + names());
        }
    }

    /** The sources' names, in the order they are asked. */
    public List<String> names() {
        return sources.stream().map(MarketDataSource::name).toList();
    }

    /**
     * The first answer.
     *
     * @throws MarketDataException when no source has one: its message tells each source's failure, its type and retry advice
     *     are those of the failure that promises the earliest success
     */
    public <T> Served<T> ask(Question<T> question) throws InterruptedException {
        List<MarketDataException> failures = new ArrayList<>();
        for (MarketDataSource source : sources) {
            try {
                return new Served<>(source.name(), question.askOf(source));
            } catch (MarketDataException failure) {
                failures.add(failure);
                if (failure.type() == Type.NOT_TRADING) {
                    break;
                }
                log.debug("source {} failed, {} left to ask", source.name(), sources.size() - failures.size(), failure);
            }
        }
        throw summary(failures);
    }

    private static MarketDataException summary(List<MarketDataException> failures) {
        MarketDataException last = failures.get(failures.size() - 1);
        if (failures.size() == 1 || last.type() == Type.NOT_TRADING) {
            return last;
        }
        // A passing failure without advice may be over at once, so it counts as the earliest.
        MarketDataException best = failures.stream()
                .filter(MarketDataException::retryable)
                .min(Comparator.comparing(failure -> Objects.requireNonNullElse(failure.retryAfter(), Duration.ZERO)))
                .orElse(last);
        String each = failures.stream()
                .map(failure -> failure.type().text() + ": " + failure.getMessage())
                .collect(Collectors.joining(" | "));
        MarketDataException summary =
                best.withMessage("none of %d sources answered: %s".formatted(failures.size(), each));
        failures.stream().filter(failure -> failure != best).forEach(summary::addSuppressed);
        return summary;
    }
}
