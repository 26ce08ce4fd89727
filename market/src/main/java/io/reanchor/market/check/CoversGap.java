package io.reanchor.market.check;

import org.jspecify.annotations.Nullable;

/** The staged ids are at or past every reported gap's end and the live ids: an exchange may serve a cached snapshot, and its
 * aggregate trades lag. */
final class CoversGap implements Check {
    @Override
    public String name() {
        return "COVERS_GAP";
    }

    @Override
    public Kind kind() {
        return Kind.STRUCTURE;
    }

    @Override
    public Threshold threshold() {
        return Threshold.NONE;
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        long updateId = input.book().lastUpdateId();
        Long tradeId = input.oneSecondTradeId();
        boolean passed = reaches(updateId, input.gapUpdateId())
                && reaches(updateId, input.liveUpdateId())
                && reaches(tradeId, input.gapTradeId())
                && reaches(tradeId, input.liveTradeId());
        return new Finding(
                passed,
                "update at or past gap's end %s and live %s; trade at or past gap's end %s and live %s"
                        .formatted(
                                text(input.gapUpdateId()),
                                text(input.liveUpdateId()),
                                text(input.gapTradeId()),
                                text(input.liveTradeId())),
                "update %d, trade %s".formatted(updateId, text(tradeId)));
    }

    private static boolean reaches(@Nullable Long staged, @Nullable Long needed) {
        return needed == null || (staged != null && staged >= needed);
    }

    private static String text(@Nullable Long id) {
        return id == null ? "(none)" : id.toString();
    }
}
