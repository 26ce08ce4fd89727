package io.reanchor.activity;

import io.reanchor.kit.BarJson;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.MarketView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was rebuilt, in a few digits: of each the first 16 hex digits of a SHA-256. Bars that were carried over aren't in it.
 *
 * @param lastUpdateId of the book
 * @param lastTradeId of the bars
 * @param book see {@code OrderBook.digest}
 * @param bars1s over one line a bar, {@code <bucket start>=<JSON>}
 * @param bars5s the same
 * @param features over one line a feature, {@code <name>=<value>}, by name
 */
record StateDigest(
        @Nullable Long lastUpdateId,
        @Nullable Long lastTradeId,
        String book,
        String bars1s,
        String bars5s,
        String features) {

    static StateDigest of(BringUp.Brought brought) {
        MarketView read = brought.read();
        long since = brought.state().bars().since().toEpochMilli();
        MarketView.Book book = read.book();
        MarketView.Features features = read.features();
        return new StateDigest(
                brought.state().book().key().id(),
                brought.state().bars().bars1s().id(),
                book == null ? "" : book.book().digest(),
                bars(read.bars1s(), since),
                bars(read.bars5s(), since),
                features == null ? "" : features(features));
    }

    private static String bars(MarketView.@Nullable Bars bars, long since) {
        StringBuilder text = new StringBuilder();
        if (bars != null) {
            SortedMap<Long, TradeBar> rebuilt = bars.bars().tailMap(since);
            rebuilt.forEach((start, bar) -> text.append(start)
                    .append('=')
                    .append(new String(BarJson.write(bar), StandardCharsets.UTF_8))
                    .append('\n'));
        }
        return sha(text);
    }

    private static String features(MarketView.Features features) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(features.values())
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        return sha(text);
    }

    private static String sha(CharSequence text) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
