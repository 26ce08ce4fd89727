package io.reanchor.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RhythmTest {
    private static final Duration UNKNOWN = Duration.ofMinutes(1);
    private final Rhythm rhythm = new Rhythm();
    private long time = 1_700_000_000_000L;

    private void beats(int count, long interval) {
        for (int i = 0; i < count; i++) {
            time += interval;
            rhythm.beat(time, true);
        }
    }

    @Test
    void whatIsRegularIsDoubtedAfterThreeMissedBeats() {
        beats(100, 100);

        assertThat(rhythm.patience()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void untilItKnowsTheStreamItIsPatient() {
        beats(8, 100); // seven intervals

        assertThat(rhythm.patience()).isEqualTo(UNKNOWN);
    }

    @Test
    void aQuietStreamIsNotDoubtedForBeingQuiet() {
        beats(20, 20_000);

        assertThat(rhythm.patience()).isEqualTo(UNKNOWN);
    }

    @Test
    void theFastestIsStillGivenAMoment() {
        beats(1_000, 10);

        assertThat(rhythm.patience()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aBunchIsOneBeat() {
        for (int i = 0; i < 300; i++) {
            beats(1, 100);
            beats(9, 0);
        }

        assertThat(rhythm.patience()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void theSilenceOfAnOutageIsNothingToGetUsedTo() {
        beats(100, 100);
        time += 30_000;
        rhythm.beat(time, false);
        beats(10, 100);

        assertThat(rhythm.patience()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void butAHonestPauseIs() {
        beats(100, 100);
        beats(1, 2_000);

        assertThat(rhythm.patience()).isGreaterThan(Duration.ofMillis(1_500));
    }

    @Test
    void anEventThatIsOlderThanTheLastTeachesNothing() {
        beats(100, 100);
        rhythm.beat(time - 5_000, true);
        beats(1, 100);

        assertThat(rhythm.patience()).isEqualTo(Duration.ofMillis(300));
    }

    /** Events that know nothing of each other: their silences are of any length. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void irregularStreamsAreSeldomDoubtedWithoutReason(long seed) {
        Random random = new Random(seed);
        int doubted = 0;
        for (int i = 0; i < 20_000; i++) {
            long interval = (long) (-Math.log(1 - random.nextDouble()) * 400);
            if (i > 128 && interval > rhythm.patience().toMillis()) {
                doubted++;
            }
            beats(1, interval);
        }

        assertThat(doubted).isLessThan(40); // 2 in a thousand: 128 intervals tell mean and spread only roughly
    }
}
