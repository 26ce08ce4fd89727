package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSources;
import io.reanchor.market.check.CheckInput;
import io.reanchor.market.check.CheckResult;
import io.reanchor.market.check.Checks;
import io.reanchor.redis.KeyHeader;
import io.reanchor.redis.LiveIds;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.ValidationReport;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Brings what is staged to the journals' end, reads it back, and runs the checks on what will go live. */
final class ValidateStep {
    private final MarketDataSources sources;
    private final MarketState state;
    private final RecoverySettings settings;
    private final Klines klines;
    private final BringUp bringUp;
    private final FlightRecorder recorder;

    ValidateStep(
            MarketDataSources sources,
            MarketState state,
            RecoverySettings settings,
            Klines klines,
            FlightRecorder recorder) {
        this.recorder = recorder;
        this.sources = sources;
        this.klines = klines;
        this.state = state;
        this.settings = settings;
        this.bringUp = new BringUp(state);
    }

    ValidationReport run(Validate step, Token token) throws InterruptedException {
        Flight flight = recorder.of(step.symbol(), token);
        StagedState accepted = step.staged();
        Klines.Asked asked = asked(step, token, flight);
        LiveIds live = state.liveIds(step.symbol()); // before the catch-up: a writer goes on meanwhile
        BringUp.Brought current =
                bringUp.run(step.symbol(), token, accepted.book(), accepted.bars(), accepted.against());
        MarketView.Book liveBook = state.liveBook(step.symbol());
        Instant now = klines.now(asked);
        CheckInput input = input(step.symbol(), step.gap(), current, live, liveBook)
                .exchangeTimes(accepted.book().exchangeTime().toEpochMilli(), now.toEpochMilli())
                .klines(asked.closed())
                .build();
        ValidationReport report = report(Checks.run(input, settings.checks()));
        if (flight.isOn()) {
            Map<String, Object> seen = new HashMap<>();
            seen.put("ids", live);
            seen.put("book", FlightLine.book(liveBook));
            flight.add(FlightLine.LIVE_BOOK, seen);
            flight.add(
                    FlightLine.VALIDATED,
                    Map.of(
                            "gap", step.gap(),
                            "exchangeTime", asked.exchangeTime(),
                            "sinceAskedMs",
                                    Duration.between(asked.exchangeTime(), now).toMillis(),
                            "report", report,
                            "digest", StateDigest.of(current)));
            flight.follow(
                    state, accepted.book().key().id(), accepted.bars().bars1s().id());
        }
        return report.with(
                LiveAgainstStaged.side(liveBook, live.lastTradeId()),
                LiveAgainstStaged.side(
                        current.read().book(), current.state().bars().bars1s().id()));
    }

    /** Once more, right before the transaction, without the exchange: its clock and its klines were asked a moment ago. */
    ValidationReport again(String symbol, Token token, StagedState accepted, BringUp.Brought current) {
        LiveIds watched = new LiveIds("", null, null); // looked at under WATCH
        CheckInput input = input(symbol, FeedGap.UNKNOWN, current, watched, state.liveBook(symbol))
                .build();
        ValidationReport report = report(Checks.ofStateAlone(input, settings.checks()));
        Flight flight = recorder.of(symbol, token);
        if (flight.isOn()) {
            flight.add(FlightLine.PREPARED, Map.of("report", report, "digest", StateDigest.of(current)));
            flight.follow(
                    state, accepted.book().key().id(), accepted.bars().bars1s().id());
        }
        return report;
    }

    private static ValidationReport report(List<CheckResult> results) {
        return new ValidationReport(results.stream()
                .map(result -> new ValidationReport.Check(
                        result.name(), result.blocking(), result.passed(), result.expected(), result.actual()))
                .toList());
    }

    private CheckInput.Builder input(
            String symbol, FeedGap gap, BringUp.Brought brought, LiveIds live, MarketView.@Nullable Book liveBook) {
        StagedState accepted = brought.state();
        MarketView staged = brought.read();
        MarketView.Book book = Staged.book(staged, accepted.book().key());
        MarketView.Bars ones = Staged.bars(staged.bars1s(), accepted.bars().bars1s());
        MarketView.Bars fives = Staged.bars(staged.bars5s(), accepted.bars().bars5s());
        MarketView.Features features =
                Staged.features(staged, accepted.features().key());
        String price = accepted.bars().lastTradePrice();
        CheckInput.Builder input = CheckInput.of(
                        symbol,
                        book.book(),
                        Objects.requireNonNull(accepted.book().key().id()))
                .snapshotLimit(settings.depthLimit())
                .oneSecond(new TreeMap<>(ones.bars()), ones.header().id())
                .fiveSecond(new TreeMap<>(fives.bars()), fives.header().id())
                .rebuilt(accepted.bars().since().toEpochMilli(), price == null ? null : new BigDecimal(price))
                .features(FeatureFields.all(features))
                .live(liveBook == null ? null : liveBook.book(), live.lastUpdateId(), live.lastTradeId())
                .gap(gap.lastUpdateId(), gap.lastTradeId());
        count(input, accepted.book().key(), book.header());
        count(input, accepted.bars().bars1s(), ones.header());
        count(input, accepted.bars().bars5s(), fives.header());
        count(input, accepted.features().key(), features.header());
        return input;
    }

    private static void count(CheckInput.Builder input, StagedKey accepted, KeyHeader read) {
        input.keyCount(accepted.key(), accepted.fields(), read.fields());
    }

    private Klines.Asked asked(Validate step, Token token, Flight flight) throws InterruptedException {
        Instant since = step.staged().bars().since();
        Optional<Klines.Asked> kept = klines.kept(token, since);
        return kept.isPresent()
                ? kept.get()
                : sources.ask(source -> klines.ask(flight.tapped(source, FlightLine.CHECKS), step.symbol(), since))
                        .value();
    }
}
