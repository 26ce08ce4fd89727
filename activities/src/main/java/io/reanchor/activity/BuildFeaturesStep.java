package io.reanchor.activity;

import io.reanchor.market.FeatureVector;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.StagedBarKeys;
import io.reanchor.redis.Token;
import io.reanchor.workflow.ReanchorActivities.BuildFeatures;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import java.util.TreeMap;

/** Computes the features of what stands in Redis, not of what was in some attempt's memory. */
final class BuildFeaturesStep {
    private final MarketState state;

    BuildFeaturesStep(MarketState state) {
        this.state = state;
    }

    StagedFeatures run(BuildFeatures step, Token token) {
        MarketView staged = state.staged(step.symbol());
        MarketView.Book book = Staged.book(staged, step.book().key());
        MarketView.Bars bars = Staged.bars(staged.bars1s(), step.bars().bars1s());
        FeatureVector features = FeatureVector.of(
                book.book(), new TreeMap<>(bars.bars()), bars.header().id());
        StagedKey key = state.stageFeatures(
                step.symbol(),
                token,
                step.book().key(),
                new StagedBarKeys(step.bars().bars1s(), step.bars().bars5s()),
                FeatureFields.own(features));
        return new StagedFeatures(key, features.values().size(), FeatureVector.WARMING_UP);
    }
}
