package io.reanchor.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FeatureVectorTest {
    private static final long T0 = 1_723_161_255_000L;

    private final OrderBook book = OrderBook.of(
            new DepthSnapshot(
                    77,
                    Books.levels("100", "3", "99", "1", "98", "1", "97", "1", "96", "1", "95", "100"),
                    Books.levels("102", "1", "103", "1", "104", "1", "105", "1", "106", "1")),
            T0 + 61_500);
    private final TradeBars bars = TradeBars.rebuild(
            T0,
            List.of(
                    trade(1, "50", "9", T0, true), // more than a minute before the newest bar
                    trade(2, "100", "2", T0 + 1_000, true),
                    trade(3, "110", "1", T0 + 60_000, false)),
            List.of(),
            0);

    @Test
    void followsTheFormulas() {
        FeatureVector features = FeatureVector.of(book, bars.oneSecond(), bars.lastTradeId());
        assertThat(features.values().keySet()).containsExactly(Feature.values());
        assertThat(features.values().get(Feature.MID)).isEqualTo(101.0);
        assertThat(features.values().get(Feature.SPREAD_BPS)).isEqualTo(20_000.0 / 101);
        assertThat(features.values().get(Feature.MICROPRICE)).isEqualTo((102.0 * 3 + 100) / 4);
        assertThat(features.values().get(Feature.IMBALANCE_5)).isEqualTo(2.0 / 12);
        assertThat(features.values().get(Feature.IMBALANCE_10)).isEqualTo(102.0 / 112);
        assertThat(features.values().get(Feature.VWAP_60S)).isEqualTo(310.0 / 3);
        assertThat(features.values().get(Feature.TRADE_SIGN_IMBALANCE_60S)).isEqualTo(-1.0 / 3);
        assertThat(features.values().get(Feature.REALISED_VOLATILITY_60S)).isCloseTo(Math.log(1.1), within(1e-15));
        assertThat(features.asOfUpdateId()).isEqualTo(77);
        assertThat(features.asOfTradeId()).isEqualTo(3);
        assertThat(features.asOf()).isEqualTo(T0 + 61_500);
    }

    @Test
    void leavesOutWhatHasNoInput() {
        OrderBook oneSided = OrderBook.of(new DepthSnapshot(1, Books.levels("100", "3"), PriceLevels.EMPTY));
        assertThat(FeatureVector.of(oneSided, new TreeMap<>(), null).values()).isEmpty();
        assertThat(FeatureVector.of(oneSided, new TreeMap<>(), null).asOfTradeId())
                .isNull();
        assertThat(FeatureVector.of(book, bars.oneSecond().headMap(T0, true), bars.lastTradeId())
                        .values())
                .doesNotContainKey(Feature.REALISED_VOLATILITY_60S)
                .containsKey(Feature.VWAP_60S);
    }

    @Test
    void goesToFieldsAndBack() {
        FeatureVector features = FeatureVector.of(book, bars.oneSecond(), bars.lastTradeId());
        Map<String, String> fields = new HashMap<>(features.toFields());
        assertThat(fields)
                .containsEntry("schema", "1")
                .containsEntry("mid", "101.0")
                .containsEntry("warmingUp", "ofi,kyleLambda,vpin");
        fields.put("gen", "4-abc");
        assertThat(FeatureVector.fromFields(fields)).isEqualTo(features);
        FeatureVector none = FeatureVector.of(book, new TreeMap<>(), null);
        assertThat(FeatureVector.fromFields(none.toFields())).isEqualTo(none);
    }

    @Test
    void refusesFieldsThatAreNotFeatures() {
        Map<String, String> fields = new HashMap<>(
                FeatureVector.of(book, bars.oneSecond(), bars.lastTradeId()).toFields());
        assertThatThrownBy(() -> FeatureVector.fromFields(with(fields, "mid", "NaN")))
                .hasMessageContaining("feature mid is \"NaN\"");
        assertThatThrownBy(() -> FeatureVector.fromFields(with(fields, "schema", "2")))
                .hasMessageContaining("expected 1");
        fields.remove("asOf");
        assertThatThrownBy(() -> FeatureVector.fromFields(fields)).hasMessageContaining("asOf is missing");
    }

    private static Map<String, String> with(Map<String, String> fields, String name, String value) {
        Map<String, String> changed = new HashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    private static Trade trade(long id, String price, String quantity, long time, boolean buyerIsMaker) {
        return new Trade(id, id, new BigDecimal(price), new BigDecimal(quantity), time, buyerIsMaker);
    }
}
