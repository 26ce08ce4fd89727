package io.reanchor.market;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * The features of one book and its one-second bars, and of which ids. The same book and bars always give the same vector.
 *
 * @param values features that have a value; one whose input is missing isn't there
 * @param asOfUpdateId the book's update id
 * @param asOfTradeId last raw trade id that the bars contain, or null when there never was a trade
 * @param asOf epoch milliseconds by the exchange's clock: the book's event time, or the newest bar's open time if that is later
 */
public record FeatureVector(
        Map<Feature, Double> values,
        long asOfUpdateId,
        @Nullable Long asOfTradeId,
        long asOf) {
    /** Version of the fields' names and formulas. */
    public static final int SCHEMA = 1;

    /**
     * What needs history that a rebuild doesn't have, and is declared instead of invented: order-flow imbalance (Cont, Kukanov,
     * Stoikov 2014) needs every book event of its window, Kyle's lambda (Kyle 1985) price moves and signed volume over a window
     * of both, VPIN (Easley, López de Prado, O'Hara 2012) many buckets of equal volume.
     */
    public static final List<String> WARMING_UP = List.of("ofi", "kyleLambda", "vpin");

    /** How far back features look from the newest bar. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    public FeatureVector {
        EnumMap<Feature, Double> ordered = new EnumMap<>(Feature.class);
        ordered.putAll(values);
        values = Collections.unmodifiableMap(ordered);
    }

    /**
     * Computes all features of a book and its one-second bars by bucket start.
     *
     * @param lastTradeId what the bars contain up to; a raw trade id, null when there never was a trade
     */
    public static FeatureVector of(OrderBook book, NavigableMap<Long, TradeBar> oneSecond, @Nullable Long lastTradeId) {
        boolean traded = !oneSecond.isEmpty();
        NavigableMap<Long, TradeBar> lastMinute =
                traded ? oneSecond.tailMap(oneSecond.lastKey() - WINDOW.toMillis(), false) : oneSecond;
        EnumMap<Feature, Double> values = new EnumMap<>(Feature.class);
        for (Feature feature : Feature.values()) {
            Double value = feature.value(book, lastMinute);
            if (value != null) {
                values.put(feature, value);
            }
        }
        return new FeatureVector(
                values,
                book.lastUpdateId(),
                lastTradeId,
                traded ? Math.max(book.eventTime(), oneSecond.lastKey()) : book.eventTime());
    }

    /**
     * As fields: each feature by its {@link Feature#field}, as {@link Double#toString}, and {@code asOfUpdateId},
     * {@code asOfTradeId} (when there is one), {@code asOf}, {@code schema}, {@code warmingUp} (names with commas).
     */
    public Map<String, String> toFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        values.forEach((feature, value) -> fields.put(feature.field(), Double.toString(value)));
        fields.put("asOfUpdateId", Long.toString(asOfUpdateId));
        if (asOfTradeId != null) {
            fields.put("asOfTradeId", Long.toString(asOfTradeId));
        }
        fields.put("asOf", Long.toString(asOf));
        fields.put("schema", Integer.toString(SCHEMA));
        fields.put("warmingUp", String.join(",", WARMING_UP));
        return fields;
    }

    /**
     * Reads what {@link #toFields} wrote; fields of others, such as {@code gen}, are passed over.
     *
     * @throws IllegalArgumentException when a field is missing, isn't a finite number, or the schema is another
     */
    public static FeatureVector fromFields(Map<String, String> fields) {
        if (number(fields, "schema") != SCHEMA) {
            throw new IllegalArgumentException(
                    "features have schema %s: expected %d".formatted(fields.get("schema"), SCHEMA));
        }
        EnumMap<Feature, Double> values = new EnumMap<>(Feature.class);
        for (Feature feature : Feature.values()) {
            String text = fields.get(feature.field());
            if (text != null) {
                values.put(feature, finite(feature.field(), text));
            }
        }
        Long tradeId = fields.containsKey("asOfTradeId") ? number(fields, "asOfTradeId") : null;
        return new FeatureVector(values, number(fields, "asOfUpdateId"), tradeId, number(fields, "asOf"));
    }

    private static double finite(String field, String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, with the field's name
        }
        throw new IllegalArgumentException("feature %s is \"%s\": expected a finite number".formatted(field, text));
    }

    private static long number(Map<String, String> fields, String field) {
        String text = fields.get(field);
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "features' field %s is %s: expected a whole number"
                            .formatted(field, text == null ? "missing" : text),
                    e);
        }
    }
}
