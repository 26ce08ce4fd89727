package io.reanchor.activity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.market.check.CheckSettings;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.ReplayedKeys;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.ValidationReport;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replays a flight recording: the same steps, in a Redis of their own, are given the answers, live keys and journal entries that were there
 * then, and what they stage and decide is held against what was staged and decided. Not thread-safe.
 */
public final class FlightReplay {
    private static final Duration LONG = Duration.ofHours(1);

    private final List<JsonNode> lines;
    private final JsonNode begin;

    private FlightReplay(List<JsonNode> lines) {
        this.lines = lines;
        this.begin = lines.stream()
                .filter(line -> kind(line).equals(FlightLine.BEGINS))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it doesn't say whose recording it is"));
    }

    /** Whether a file looks like a flight recording. */
    public static boolean isOne(Path file) throws IOException {
        byte[] start = "{\"flight\":\"".getBytes(StandardCharsets.UTF_8);
        try (var in = Files.newInputStream(file)) {
            return java.util.Arrays.equals(in.readNBytes(start.length), start);
        }
    }

    /**
     * Reads one. The parts that several workers have written may follow one another.
     *
     * @throws IllegalArgumentException when a line can't be read, or it is another version's
     */
    public static FlightReplay read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                lines.add(FlightLine.parse(line));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(
                        "line %d: %s".formatted(lines.size() + 1, e.getOriginalMessage()), e);
            }
        }
        lines.sort(Comparator.comparing(line -> Instant.parse(line.path("at").asText())));
        FlightReplay replay = new FlightReplay(lines);
        if (replay.begin.path("version").asInt() != FlightRecorder.VERSION) {
            throw new IllegalArgumentException(
                    "version %s: expected %d".formatted(replay.begin.path("version"), FlightRecorder.VERSION));
        }
        return replay;
    }

    /**
     * Replays it.
     *
     * @param redis empty, and nobody else's
     * @param otherwise thresholds to use instead of those of then, by the check's name
     * @throws IllegalArgumentException when there is no such check, or it takes no such threshold
     */
    public ReplayedFlight run(URI redis, Map<String, Double> otherwise) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory("reanchor-replay");
        ExecutorService requests = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "reanchor-replay");
            thread.setDaemon(true);
            return thread;
        });
        try (Run run = new Run(redis, settings(own, otherwise), requests)) {
            for (JsonNode line : lines) {
                run.take(line);
            }
            return run.verdict();
        } finally {
            requests.shutdownNow();
            deleteAll(own);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private RecoverySettings settings(Path own, Map<String, Double> otherwise) {
        Map<String, CheckSettings.Setting> checks = new HashMap<>();
        begin.path("checks")
                .properties()
                .forEach(check -> checks.put(
                        check.getKey(), FlightLine.JSON.convertValue(check.getValue(), CheckSettings.Setting.class)));
        otherwise.forEach((name, threshold) -> checks.merge(
                name,
                new CheckSettings.Setting(null, threshold),
                (then, now) -> new CheckSettings.Setting(then.severity(), now.threshold())));
        return new RecoverySettings(
                begin.path("depthLimit").asInt(),
                duration("lookBack"),
                duration("barsRetention"),
                CheckSettings.of(true, checks),
                HookSettings.NONE,
                new FlightSettings(own, true, Long.MAX_VALUE, 1));
    }

    private Duration duration(String name) {
        return Duration.ofMillis(begin.path(name).asLong());
    }

    private static String kind(JsonNode line) {
        return line.path(FlightLine.KIND).asText();
    }

    private static <T> T value(JsonNode node, Class<T> type) {
        return FlightLine.JSON.convertValue(node, type);
    }

    private static @Nullable Long id(JsonNode node) {
        return node.isIntegralNumber() ? Long.valueOf(node.asLong()) : null;
    }

    /** One replay. */
    private final class Run implements AutoCloseable {
        private final String symbol = begin.path("symbol").asText();
        private final Token token = new Token(begin.path("token").asText());
        private final Names names = Keyspace.DEFAULT.of(symbol);
        private final ReplayClock clock =
                new ReplayClock(Instant.parse(begin.path("at").asText()));
        private final MarketState state;
        private final ReplayedKeys redis;
        private final FlightRecorder recorder;
        private final Path recorded;
        private final StageSnapshotStep stageSnapshot;
        private final StageTradesStep stageTrades;
        private final ValidateStep validate;
        private final SwapStep swap;
        private final Journal<DepthUpdate> diffs;
        private final Journal<Trade> trades;
        private final Deque<JsonNode> diffsToCome = new ArrayDeque<>();
        private final Deque<JsonNode> tradesToCome = new ArrayDeque<>();
        private final Map<String, Deque<byte[]>> answers = new ConcurrentHashMap<>();
        private final List<ReplayedFlight.Point> points = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private int calls;
        private @Nullable StagedBook book;
        private @Nullable StagedBars bars;
        private @Nullable JsonNode prepared;
        private @Nullable String outcome;
        private boolean truncated;

        Run(URI uri, RecoverySettings settings, ExecutorService requests) throws IOException {
            state = new MarketState(RedisSettings.of(uri).withOperationTimeout(Duration.ofSeconds(10)), clock);
            redis = new ReplayedKeys(uri);
            recorder = new FlightRecorder(settings, clock);
            recorded = Objects.requireNonNull(settings.recordings().directory());
            Klines klines = new Klines(requests, clock);
            stageSnapshot = new StageSnapshotStep(
                    sources(FlightLine.SNAPSHOT), state, settings.depthLimit(), clock, requests, recorder);
            stageTrades = new StageTradesStep(sources(FlightLine.WINDOW), state, settings, klines, clock, recorder);
            validate = new ValidateStep(sources(FlightLine.CHECKS), state, settings, klines, recorder);
            swap = new SwapStep(state, validate, settings.barsRetention());
            diffs = Journal.diffs(names, LONG);
            trades = Journal.trades(names, LONG);
            for (JsonNode line : lines) {
                Deque<JsonNode> to = kind(line).equals(FlightLine.DIFFS)
                        ? diffsToCome
                        : kind(line).equals(FlightLine.TRADES) ? tradesToCome : new ArrayDeque<>();
                line.path("events").forEach(to::add);
            }
            state.claim(symbol, token, LONG);
        }

        private MarketDataSources sources(String lane) {
            List<MarketDataSource> sources = lines.stream()
                    .filter(line -> kind(line).equals(FlightLine.ANSWER))
                    .map(line -> line.path("source").asText())
                    .distinct()
                    .map(name -> BinanceSpotRest.recorded(name, path -> answer(lane, name, path)))
                    .toList();
            return new MarketDataSources(
                    sources.isEmpty() ? List.of(BinanceSpotRest.recorded("none", path -> Optional.empty())) : sources);
        }

        private Optional<byte[]> answer(String lane, String source, String path) {
            Deque<byte[]> all = answers.getOrDefault(lane + ' ' + source + ' ' + path, new ArrayDeque<>());
            synchronized (all) {
                return Optional.ofNullable(all.poll());
            }
        }

        /** An answer's time counts less what it took, and here it takes none: a millisecond decides whether a bar was over. */
        private void timeWas(String lane, Instant time) {
            answers.forEach((question, all) -> {
                if (question.startsWith(lane + ' ') && question.endsWith(" /api/v3/time") && !all.isEmpty()) {
                    all.removeLast();
                    all.addLast(
                            "{\"serverTime\":%d}".formatted(time.toEpochMilli()).getBytes(StandardCharsets.UTF_8));
                }
            });
        }

        void take(JsonNode line) throws InterruptedException, IOException {
            switch (kind(line)) {
                case FlightLine.ANSWER ->
                    answers.computeIfAbsent(
                                    line.path("lane").asText()
                                            + ' '
                                            + line.path("source").asText()
                                            + ' '
                                            + line.path("path").asText(),
                                    key -> new ArrayDeque<>())
                            .add(line.path("body").asText().getBytes(StandardCharsets.UTF_8));
                case FlightLine.LIVE_BOOK -> liveBook(line);
                case FlightLine.LIVE_BARS -> liveBars(line);
                case FlightLine.BOOK_STAGED -> stageBook(line);
                case FlightLine.BARS_STAGED -> stageBars(line);
                case FlightLine.VALIDATED -> validated(line);
                case FlightLine.PREPARED -> prepared = line; // the last attempt at the cut-over is the one that counts
                case FlightLine.FAILED -> failures.add(line.path("message").asText());
                case FlightLine.TRUNCATED -> truncated = true;
                case FlightLine.ENDED -> outcome = line.path("outcome").asText();
                default -> {} // journals were read ahead
            }
        }

        private void stageBook(JsonNode line) throws InterruptedException {
            StagedBook then = value(line.path("staged"), StagedBook.class);
            timeWas(FlightLine.SNAPSHOT, then.exchangeTime());
            journal(then.key().id(), null);
            StageMarketData step = new StageMarketData(symbol, 1, ++calls, value(line.path("gap"), FeedGap.class));
            StagedBook now;
            try {
                now = stageSnapshot.run(
                        step, Owner.of(token, calls, 1), clock.instant().plus(LONG));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                points.add(new ReplayedFlight.Point(
                        "the book as staged", then.key().id(), null, List.of("then staged, now " + e.getMessage())));
                return;
            }
            book = now;
            List<String> differences = new ArrayList<>();
            differ("update id", then.key().id(), now.key().id(), differences);
            differ("digest of the book", then.digest(), now.digest(), differences);
            points.add(new ReplayedFlight.Point("the book as staged", now.key().id(), null, differences));
        }

        private void stageBars(JsonNode line) throws InterruptedException {
            StagedBars then = value(line.path("staged"), StagedBars.class);
            timeWas(FlightLine.WINDOW, value(line.path("exchangeTime"), Instant.class));
            journal(null, then.bars1s().id());
            StageMarketData step = new StageMarketData(symbol, 1, ++calls, value(line.path("gap"), FeedGap.class));
            StagedBars now;
            try {
                now = stageTrades.run(
                        step, Owner.of(token, calls, 1), clock.instant().plus(LONG));
            } catch (RuntimeException e) {
                points.add(new ReplayedFlight.Point(
                        "the bars as staged", null, then.bars1s().id(), List.of("then staged, now " + e.getMessage())));
                return;
            }
            bars = now;
            List<String> differences = new ArrayList<>();
            differ("trade id", then.bars1s().id(), now.bars1s().id(), differences);
            differ("first rebuilt bar", then.since(), now.since(), differences);
            differ("trades", then.trades(), now.trades(), differences);
            points.add(new ReplayedFlight.Point(
                    "the bars as staged", null, now.bars1s().id(), differences));
        }

        private @Nullable StagedState staged() {
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
            StagedState staged = staged();
            if (staged == null) {
                return;
            }
            journal(line.path("digest"));
            timeWas(FlightLine.CHECKS, value(line.path("exchangeTime"), Instant.class));
            Instant asked = clock.instant();
            clock.set(asked.plusMillis(line.path("sinceAskedMs").asLong()));
            validate.run(new Validate(symbol, 1, value(line.path("gap"), FeedGap.class), staged), token);
            clock.set(asked);
            hold("the checks", line);
        }

        /** The cut-over's last look. */
        private void cutOver(JsonNode line) throws IOException {
            StagedState staged = staged();
            if (staged == null) {
                return;
            }
            journal(line.path("digest"));
            try {
                swap.run(
                        new Swap(symbol, 1, FeedGap.UNKNOWN, staged, new ValidationReport(List.of())), token, "replay");
            } catch (StepFailure e) {
                failures.add("now: " + e.getMessage()); // its checks are recorded all the same
            }
            hold("the cut-over", line);
        }

        /** @param then the line as it was recorded; that of now is the last of its kind in the replay's own recording */
        private void hold(String what, JsonNode then) throws IOException {
            JsonNode now = last(kind(then));
            List<String> differences = new ArrayList<>();
            then.path("digest").properties().forEach(part -> {
                JsonNode other = now.path("digest").path(part.getKey());
                differ(part.getKey(), part.getValue().asText(), other.asText(), differences);
            });
            Map<String, ValidationReport.Check> checks = new LinkedHashMap<>();
            value(now.path("report"), ValidationReport.class)
                    .checks()
                    .forEach(check -> checks.put(check.name(), check));
            for (ValidationReport.Check check :
                    value(then.path("report"), ValidationReport.class).checks()) {
                differ(check, checks.remove(check.name()), differences);
            }
            checks.values().forEach(check -> differ(null, check, differences));
            points.add(new ReplayedFlight.Point(
                    what,
                    id(now.path("digest").path("lastUpdateId")),
                    id(now.path("digest").path("lastTradeId")),
                    differences));
        }

        private JsonNode last(String kind) throws IOException {
            JsonNode found = FlightLine.JSON.createObjectNode();
            try (Stream<Path> files = Files.list(recorded)) {
                for (Path file : files.toList()) {
                    for (String line : Files.readAllLines(file)) {
                        JsonNode parsed = FlightLine.parse(line);
                        found = kind(parsed).equals(kind) ? parsed : found;
                    }
                }
            }
            return found;
        }

        private static void differ(
                ValidationReport.@Nullable Check then, ValidationReport.@Nullable Check now, List<String> into) {
            if (then == null || now == null || then.passed() != now.passed() || then.blocking() != now.blocking()) {
                into.add("%s: then %s, now %s"
                        .formatted(
                                Objects.requireNonNull(then == null ? now : then)
                                        .name(),
                                told(then),
                                told(now)));
            }
        }

        private static String told(ValidationReport.@Nullable Check check) {
            return check == null
                    ? "not made"
                    : "%s (%s; %s%s)"
                            .formatted(
                                    check.passed() ? "passed" : check.blocking() ? "refused" : "warned",
                                    check.actual(),
                                    "expected ",
                                    check.expected());
        }

        private static void differ(String what, @Nullable Object then, @Nullable Object now, List<String> into) {
            if (!Objects.equals(then, now)) {
                into.add("%s: then %s, now %s".formatted(what, then, now));
            }
        }

        private void journal(JsonNode digest) {
            journal(id(digest.path("lastUpdateId")), id(digest.path("lastTradeId")));
        }

        /** As much of them as was there then: each step finds what it found. */
        private void journal(@Nullable Long updateId, @Nullable Long tradeId) {
            append(diffs, diffsToCome, "u", updateId);
            append(trades, tradesToCome, "id", tradeId);
        }

        private <E> void append(Journal<E> journal, Deque<JsonNode> toCome, String last, @Nullable Long upTo) {
            List<E> events = new ArrayList<>();
            while (upTo != null && !toCome.isEmpty() && toCome.peek().path(last).asLong() <= upTo) {
                Map<String, String> fields = new HashMap<>();
                toCome.remove()
                        .properties()
                        .forEach(field ->
                                fields.put(field.getKey(), field.getValue().asText()));
                events.add(journal.event(fields));
            }
            if (!events.isEmpty()) {
                redis.append(journal, events);
            }
        }

        private void liveBook(JsonNode line) {
            JsonNode live = line.path("book");
            String generation = line.path("ids").path("generation").asText();
            if (live.isObject()) {
                Map<String, String> fields = new HashMap<>();
                JsonNode seen =
                        line.path("ids").path("lastUpdateId"); // before the book was read: a writer went on between
                fields.put(Fields.LAST_UPDATE_ID, (seen.isIntegralNumber() ? seen : live.path("id")).asText());
                fields.put(Fields.EVENT_TIME, live.path("time").asText());
                fields.put(Fields.GEN, generation);
                live.path("bids")
                        .properties()
                        .forEach(level -> fields.put(
                                Fields.BID + level.getKey(), level.getValue().asText()));
                live.path("asks")
                        .properties()
                        .forEach(level -> fields.put(
                                Fields.ASK + level.getKey(), level.getValue().asText()));
                redis.put(names.live(Family.BOOK), fields);
            }
            if (!generation.isEmpty()) {
                redis.put(names.live(Family.META), Map.of(Fields.GEN, generation));
            }
        }

        private void liveBars(JsonNode line) {
            String last = line.path("lastTradeId").asText();
            if (line.path("lastTradeId").isIntegralNumber()) {
                bars(Family.BARS_1S, line.path("bars1s"), last);
                bars(Family.BARS_5S, line.path("bars5s"), last);
            }
        }

        private void bars(Family family, JsonNode bars, String last) {
            Map<String, String> fields = new HashMap<>();
            bars.properties()
                    .forEach(bar -> fields.put(bar.getKey(), bar.getValue().asText()));
            fields.put(Fields.LAST_TRADE_ID, last);
            redis.put(names.live(family), fields);
        }

        ReplayedFlight verdict() throws IOException {
            JsonNode last = prepared;
            if (last != null) {
                cutOver(last);
            }
            return new ReplayedFlight(symbol, outcome, failures, points, truncated);
        }

        @Override
        public void close() {
            redis.close();
            state.close();
        }
    }
}
