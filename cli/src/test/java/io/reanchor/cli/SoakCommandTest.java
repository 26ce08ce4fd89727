package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SoakCommandTest {
    @Test
    @Timeout(240)
    void aShortOneHoldsAndTellsWhatItLookedAt() {
        Cli cli = Cli.run("soak", "--minutes", "0.3", "--seed", "7");

        assertThat(cli.out())
                .as(cli.err())
                .startsWith("all held, seed 7")
                .contains(" 0 torn, 0 missing or empty, 0 going back");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void minutesThatAreNoneAreRefused() {
        Cli cli = Cli.run("soak", "--minutes", "0");

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(cli.err()).contains("--minutes is 0: expected more than 0, up to 120");
    }
}
