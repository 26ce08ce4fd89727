package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSources;
import io.reanchor.market.OrderBook;
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
import java.time.Instant;
import java.util.List;
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

    ValidateStep(MarketDataSources sources, MarketState state, RecoverySettings settings, Klines klines) {
        this.sources = sources;
        this.klines = klines;
        this.state = state;
        this.settings = settings;
        this.bringUp = new BringUp(state);
    }

    ValidationReport run(Validate step, Token token) throws InterruptedException {
        StagedState accepted = step.staged();
        Klines.Asked asked = asked(step, token);
        LiveIds live = state.liveIds(step.symbol()); // before the catch-up: a writer goes on meanwhile
        BringUp.Brought current =
                bringUp.run(step.symbol(), token, accepted.book(), accepted.bars(), accepted.against());
        CheckInput input = input(step.symbol(), step.gap(), current, live)
                .exchangeTimes(
                        accepted.book().exchangeTime().toEpochMilli(),
                        klines.now(asked).toEpochMilli())
                .klines(asked.closed())
                .build();
        return report(Checks.run(input, settings.checks()));
    }

    /** Once more, right before the transaction, without the exchange: its clock and its klines were asked a moment ago. */
    ValidationReport again(String symbol, BringUp.Brought current) {
        CheckInput input = input(symbol, FeedGap.UNKNOWN, current, new LiveIds("", null, null)) // looked at under WATCH
                .build();
        return report(Checks.ofStateAlone(input, settings.checks()));
    }

    private @Nullable OrderBook liveBook(String symbol) {
        MarketView.Book live = state.liveBook(symbol);
        return live == null ? null : live.book();
    }

    private static ValidationReport report(List<CheckResult> results) {
        return new ValidationReport(results.stream()
                .map(result -> new ValidationReport.Check(
                        result.name(), result.blocking(), result.passed(), result.expected(), result.actual()))
                .toList());
    }

    private CheckInput.Builder input(String symbol, FeedGap gap, BringUp.Brought brought, LiveIds live) {
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
                .live(liveBook(symbol), live.lastUpdateId(), live.lastTradeId())
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

    private Klines.Asked asked(Validate step, Token token) throws InterruptedException {
        Instant since = step.staged().bars().since();
        Optional<Klines.Asked> kept = klines.kept(token, since);
        return kept.isPresent()
                ? kept.get()
                : sources.ask(source -> klines.ask(source, step.symbol(), since))
                        .value();
    }
}
