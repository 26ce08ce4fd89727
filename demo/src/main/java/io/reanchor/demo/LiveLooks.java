package io.reanchor.demo;

import java.time.Duration;

/** Holds the live book and bars against the exchange's at their own ids, again and again; counts what it finds. Not thread-safe. */
final class LiveLooks {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Rig rig;
    private int looks;
    private long looked;
    private long wrong;
    private String example = "";

    LiveLooks(Rig rig) {
        this.rig = rig;
    }

    /** @param range the prices that the snapshot behind what is live told about */
    void watch(LevelCheck.Range range, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        do {
            look(range);
            Thread.sleep(BETWEEN.toMillis());
        } while (System.nanoTime() < end);
    }

    private void look(LevelCheck.Range range) {
        looks++;
        LiveCheck check = LiveCheck.of(rig.state(), rig.market(), range).orElse(null);
        if (check == null) {
            wrong++;
            example = "a live key is missing";
            return;
        }
        looked += check.looked();
        wrong += check.wrong();
        example = example.isEmpty() ? check.example() : example;
    }

    int looks() {
        return looks;
    }

    /** Levels and bars. */
    long looked() {
        return looked;
    }

    long wrong() {
        return wrong;
    }

    String example() {
        return example;
    }
}
