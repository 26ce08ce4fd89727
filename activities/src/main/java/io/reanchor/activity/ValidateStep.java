package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.market.Kline;
import io.reanchor.market.check.CheckInput;
import io.reanchor.market.check.Checks;
import io.reanchor.redis.KeyHeader;
import io.reanchor.redis.LiveIds;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.ValidationReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Reads the staged keys back and runs the checks on what will go live. */
final class ValidateStep {
    private final MarketDataSources sources;
    private final MarketState state;
    private final RecoverySettings settings;

    ValidateStep(MarketDataSources sources, MarketState state, RecoverySettings settings) {
        this.sources = sources;
        this.state = state;
        this.settings = settings;
    }

    ValidationReport run(Validate step) throws InterruptedException {
        Instant now =
                sources.ask(MarketDataSource::serverTime).value(); // before the klines: only those over by now count
        List<Kline> klines = klines(step, now);
        MarketView staged = state.staged(step.symbol());
        CheckInput input = input(step, staged, now, klines);
        return new ValidationReport(Checks.run(input, settings.checks()).stream()
                .map(result -> new ValidationReport.Check(
                        result.name(), result.blocking(), result.passed(), result.expected(), result.actual()))
                .toList());
    }

    private CheckInput input(Validate step, MarketView staged, Instant now, List<Kline> klines) {
        StagedState accepted = step.staged();
        MarketView.Book book = Staged.book(staged, accepted.book().key());
        MarketView.Bars ones = Staged.bars(staged.bars1s(), accepted.bars().bars1s());
        MarketView.Bars fives = Staged.bars(staged.bars5s(), accepted.bars().bars5s());
        MarketView.Features features =
                Staged.features(staged, accepted.features().key());
        MarketView.Book live = state.live(step.symbol()).book();
        LiveIds ids = state.liveIds(step.symbol());
        String price = accepted.bars().lastTradePrice();
        CheckInput.Builder input = CheckInput.of(
                        step.symbol(),
                        book.book(),
                        Objects.requireNonNull(accepted.book().key().id()))
                .snapshotLimit(settings.depthLimit())
                .oneSecond(new TreeMap<>(ones.bars()), ones.header().id())
                .fiveSecond(new TreeMap<>(fives.bars()), fives.header().id())
                .rebuilt(accepted.bars().since().toEpochMilli(), price == null ? null : new BigDecimal(price))
                .features(FeatureFields.all(features))
                .live(live == null ? null : live.book(), ids.lastUpdateId(), ids.lastTradeId())
                .gap(step.gap().lastUpdateId(), step.gap().lastTradeId())
                .exchangeTimes(accepted.book().exchangeTime().toEpochMilli(), now.toEpochMilli())
                .klines(klines);
        count(input, accepted.book().key(), book.header());
        count(input, accepted.bars().bars1s(), ones.header());
        count(input, accepted.bars().bars5s(), fives.header());
        count(input, accepted.features().key(), features.header());
        return input.build();
    }

    private static void count(CheckInput.Builder input, StagedKey accepted, KeyHeader read) {
        input.keyCount(accepted.key(), accepted.fields(), read.fields());
    }

    private List<Kline> klines(Validate step, Instant now) throws InterruptedException {
        Instant since = step.staged().bars().since();
        return sources.ask(source -> Klines.of(source, step.symbol(), since, now)).value().stream()
                .filter(kline -> kline.closeTime() < now.toEpochMilli())
                .toList();
    }
}
