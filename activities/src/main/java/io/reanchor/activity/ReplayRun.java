package io.reanchor.activity;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.ValidationReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One replay: the lines of a recording, one after the other. It makes a recording of its own, and holds the two against each other. */
final class ReplayRun implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final String symbol;
    private final Token token;
    private volatile Instant now;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final RecordedAnswers answers;
    private final RecordedKeys keys;
    private final MarketState state;
    private final Path own;
    private final StageSnapshotStep stageSnapshot;
    private final StageTradesStep stageTrades;
    private final ValidateStep validate;
    private final SwapStep swap;
    private final List<ReplayedFlight.Point> points = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int calls;
    private @Nullable StagedBook book;
    private @Nullable StagedBars bars;
    private @Nullable JsonNode prepared;
    private @Nullable Outcome outcome;
    private boolean truncated;

    /** @param settings of then, but that all is recorded anew */
    ReplayRun(URI redis, JsonNode begin, List<JsonNode> lines, RecoverySettings settings, ExecutorService requests) {
        symbol = begin.path("symbol").asText();
        token = new Token(begin.path("token").asText());
        now = Instant.parse(begin.path("at").asText());
        answers = new RecordedAnswers(lines.stream()
                .filter(line -> FlightLine.kind(line).equals(FlightLine.ANSWER))
                .map(line -> line.path("source").asText())
                .distinct()
                .toList());
        keys = new RecordedKeys(redis, symbol, lines);
        state = new MarketState(RedisSettings.of(redis).withOperationTimeout(Duration.ofSeconds(10)), clock);
        own = Objects.requireNonNull(settings.recordings().directory());
        FlightRecorder recorder = new FlightRecorder(settings, clock);
        Klines klines = new Klines(requests, clock);
        stageSnapshot = new StageSnapshotStep(
                answers.sources(FlightLine.SNAPSHOT), state, settings.depthLimit(), clock, requests, recorder);
        stageTrades = new StageTradesStep(answers.sources(FlightLine.WINDOW), state, settings, klines, clock, recorder);
        validate = new ValidateStep(answers.sources(FlightLine.CHECKS), state, settings, klines, recorder);
        swap = new SwapStep(state, validate, settings.barsRetention());
        state.claim(symbol, token, LONG);
    }

    void take(JsonNode line) throws InterruptedException, IOException {
        switch (FlightLine.kind(line)) {
            case FlightLine.ANSWER -> answers.add(line);
            case FlightLine.LIVE_BOOK -> keys.liveBook(line);
            case FlightLine.LIVE_BARS -> keys.liveBars(line);
            case FlightLine.BOOK_STAGED -> stageBook(line);
            case FlightLine.BARS_STAGED -> stageBars(line);
            case FlightLine.VALIDATED -> validated(line);
            case FlightLine.PREPARED -> prepared = line; // the last attempt at the cut-over is the one that counts
            case FlightLine.FAILED -> failures.add(line.path("message").asText());
            case FlightLine.TRUNCATED -> truncated = true;
            case FlightLine.ENDED -> outcome = FlightLine.value(line.path("outcome"), Outcome.class);
            default -> {} // journals are read ahead
        }
    }

    ReplayedFlight verdict() throws IOException {
        JsonNode last = prepared;
        if (last != null) {
            cutOver(last);
        }
        return new ReplayedFlight(symbol, outcome, failures, points, truncated);
    }

    private void stageBook(JsonNode line) throws InterruptedException {
        StagedBook then = FlightLine.value(line.path("staged"), StagedBook.class);
        answers.lastTimeWas(FlightLine.SNAPSHOT, then.exchangeTime());
        keys.journals(then.key().id(), null);
        StageMarketData step = nextCall(line);
        book = staged("the book as staged", then.key().id(), null, () -> stageSnapshot.run(step, owner(), until()));
        if (book != null) {
            point(
                    "the book as staged",
                    book.key().id(),
                    null,
                    new FlightDifferences()
                            .of("update id", then.key().id(), book.key().id())
                            .of("digest of the book", then.digest(), book.digest()));
        }
    }

    private void stageBars(JsonNode line) throws InterruptedException {
        StagedBars then = FlightLine.value(line.path("staged"), StagedBars.class);
        answers.lastTimeWas(FlightLine.WINDOW, FlightLine.value(line.path("exchangeTime"), Instant.class));
        keys.journals(null, then.bars1s().id());
        StageMarketData step = nextCall(line);
        bars = staged("the bars as staged", null, then.bars1s().id(), () -> stageTrades.run(step, owner(), until()));
        if (bars != null) {
            point(
                    "the bars as staged",
                    null,
                    bars.bars1s().id(),
                    new FlightDifferences()
                            .of("trade id", then.bars1s().id(), bars.bars1s().id())
                            .of("first rebuilt bar", then.since(), bars.since())
                            .of("trades", then.trades(), bars.trades()));
        }
    }

    private StageMarketData nextCall(JsonNode line) {
        return new StageMarketData(symbol, 1, ++calls, FlightLine.value(line.path("gap"), FeedGap.class));
    }

    private Owner owner() {
        return Owner.of(token, calls, 1);
    }

    private Instant until() {
        return now.plus(LONG);
    }

    /** @return null when it can't be staged now */
    private <T> @Nullable T staged(String what, @Nullable Long updateId, @Nullable Long tradeId, Callable<T> step)
            throws InterruptedException {
        try {
            return step.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            point(what, updateId, tradeId, new FlightDifferences().of(what, "staged", e.getMessage()));
            return null;
        }
    }

    private @Nullable StagedState current() {
        StagedBook stagedBook = book;
        StagedBars stagedBars = bars;
        return stagedBook == null || stagedBars == null
                ? null
                : new BringUp(state)
                        .run(
                                symbol,
                                token,
                                stagedBook,
                                stagedBars,
                                state.liveIds(symbol).generation())
                        .state();
    }

    private void validated(JsonNode line) throws InterruptedException, IOException {
        StagedState staged = current();
        if (staged == null) {
            return;
        }
        journals(line);
        answers.lastTimeWas(FlightLine.CHECKS, FlightLine.value(line.path("exchangeTime"), Instant.class));
        Instant asked = now;
        now = asked.plusMillis(line.path("sinceAskedMs").asLong());
        validate.run(new Validate(symbol, 1, FlightLine.value(line.path("gap"), FeedGap.class), staged), token);
        now = asked;
        hold("the checks", line);
    }

    private void cutOver(JsonNode line) throws IOException {
        StagedState staged = current();
        if (staged == null) {
            return;
        }
        journals(line);
        try {
            swap.run(new Swap(symbol, 1, FeedGap.UNKNOWN, staged, new ValidationReport(List.of())), token, "replay");
        } catch (StepFailure e) {
            failures.add("now: " + e.getMessage()); // its checks are recorded all the same
        }
        hold("the cut-over", line);
    }

    private void journals(JsonNode line) {
        JsonNode digest = line.path("digest");
        keys.journals(FlightLine.id(digest.path("lastUpdateId")), FlightLine.id(digest.path("lastTradeId")));
    }

    private void hold(String what, JsonNode then) throws IOException {
        JsonNode now = last(FlightLine.kind(then));
        JsonNode digest = now.path("digest");
        point(
                what,
                FlightLine.id(digest.path("lastUpdateId")),
                FlightLine.id(digest.path("lastTradeId")),
                new FlightDifferences()
                        .ofDigests(then.path("digest"), digest)
                        .ofReports(
                                FlightLine.value(then.path("report"), ValidationReport.class),
                                FlightLine.value(now.path("report"), ValidationReport.class)));
    }

    private void point(String what, @Nullable Long updateId, @Nullable Long tradeId, FlightDifferences differences) {
        points.add(new ReplayedFlight.Point(what, updateId, tradeId, differences.all()));
    }

    /** Of the replay's own recording. */
    private JsonNode last(String kind) throws IOException {
        JsonNode found = FlightLine.JSON.createObjectNode();
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode parsed = FlightLine.parse(line);
                    found = FlightLine.kind(parsed).equals(kind) ? parsed : found;
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        keys.close();
        state.close();
    }
}
