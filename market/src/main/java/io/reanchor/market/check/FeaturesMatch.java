package io.reanchor.market.check;

import io.reanchor.market.Feature;
import io.reanchor.market.FeatureVector;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The staged features are those of the staged book and bars, computed anew, and name their ids. Numbers are compared, not texts: JDKs
 * write some doubles differently. */
final class FeaturesMatch implements Check {
    @Override
    public String name() {
        return "FEATURES_MATCH";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(0, 0, 1, "greatest relative difference of a feature");
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        FeatureVector expected = FeatureVector.of(input.book(), input.oneSecond(), input.oneSecondTradeId());
        FeatureVector actual = FeatureVector.fromFields(input.features());
        String wanted =
                "the features of update %d and trade %s".formatted(expected.asOfUpdateId(), expected.asOfTradeId());
        if (expected.asOfUpdateId() != actual.asOfUpdateId()
                || !Objects.equals(expected.asOfTradeId(), actual.asOfTradeId())
                || expected.asOf() != actual.asOf()) {
            return new Finding(
                    false,
                    wanted + " as of " + expected.asOf(),
                    "features of update %d and trade %s as of %d"
                            .formatted(actual.asOfUpdateId(), actual.asOfTradeId(), actual.asOf()));
        }
        String wrong = Arrays.stream(Feature.values())
                .filter(f -> differ(expected.values().get(f), actual.values().get(f), threshold))
                .map(f -> "%s is %s, computed %s"
                        .formatted(
                                f.field(),
                                actual.values().get(f),
                                expected.values().get(f)))
                .collect(Collectors.joining("; "));
        return new Finding(
                wrong.isEmpty(),
                wanted,
                wrong.isEmpty() ? "%d features agree".formatted(actual.values().size()) : wrong);
    }

    private static boolean differ(@Nullable Double a, @Nullable Double b, double threshold) {
        if (a == null || b == null) {
            return (a == null) != (b == null);
        }
        return !a.equals(b) && !(Math.abs(a - b) <= threshold * Math.max(Math.abs(a), Math.abs(b)));
    }
}
