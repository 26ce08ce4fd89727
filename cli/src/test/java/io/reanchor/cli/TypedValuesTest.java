package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TypedValuesTest {
    @Test
    void aRangeMayBeOpen() {
        assertThat(IdRange.parse("100..200")).isEqualTo(new IdRange(100L, 200L));
        assertThat(IdRange.parse("100..")).isEqualTo(new IdRange(100L, null));
        assertThat(IdRange.parse("..200")).isEqualTo(new IdRange(null, 200L));
        assertThat(IdRange.parse("7")).isEqualTo(new IdRange(7L, 7L));
    }

    @Test
    void aTimeIsAbsoluteOrAgo() {
        Instant noon = Instant.parse("2024-08-08T12:00:00Z");
        Instant now = noon.plusSeconds(600);
        assertThat(Times.since("2024-08-08T12:00:00Z", now)).isEqualTo(noon);
        assertThat(Times.since("2024-08-08T14:00:00+02:00", now)).isEqualTo(noon);
        assertThat(Times.since("10m", now)).isEqualTo(noon);
        assertThat(Times.since("600s", now)).isEqualTo(noon);
    }

    @Test
    void aDurationBearsItsUnit() {
        assertThat(Times.duration("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(Times.duration("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Times.duration("1d")).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void durationsAreShownInTheUnitThatFits() {
        assertThat(Words.of(Duration.ofMillis(999))).isEqualTo("999 ms");
        assertThat(Words.of(Duration.ofMillis(2_419))).isEqualTo("2.41 s");
        assertThat(Words.of(Duration.ofMillis(1_050))).isEqualTo("1.05 s");
        assertThat(Words.of(Duration.ofSeconds(185))).isEqualTo("3 min 5 s");
        assertThat(Words.of(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    }
}
