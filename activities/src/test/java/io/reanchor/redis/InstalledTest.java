package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstalledTest {
    private static Installed knows(String... generations) {
        return new Installed("meta:BTCUSDT", List.of(generations));
    }

    @Test
    void whatIsLiveOrListedIsThere() {
        assertThat(knows("3-C.1", "2-B.1").lost("3-C.1")).isFalse();
        assertThat(knows("3-C.1", "2-B.1").lost("2-B.1")).isFalse();
    }

    @Test
    void whatTheReceiptIsOlderThanIsLost() {
        assertThat(knows("2-B.1", "1-A.1").lost("3-C.1")).isTrue();
        assertThat(knows().lost("3-C.1")).isTrue();
    }

    @Test
    void whatAnotherTookTheNumberOfIsLost() {
        assertThat(knows("4-E.1", "3-D.1", "2-B.1").lost("3-C.1")).isTrue();
    }

    @Test
    void whatIsOlderThanTheListReachesCantBeTold() {
        String[] newest = IntStream.rangeClosed(0, Receipt.LISTED)
                .mapToObj(i -> (50 - i) + "-Z" + i + ".1")
                .toArray(String[]::new);
        assertThat(knows(newest).lost("3-C.1")).isFalse();
    }

    @Test
    void isReadFromTheReceipt() {
        try (RedisServer server = RedisServer.start();
                Given given = Given.empty(server)) {
            assertThat(given.state.installed("BTCUSDT").generations()).isEmpty();
            given.recover(Given.run("A"), 90, 40);
            given.recover(Given.run("B"), 100, 50);

            assertThat(given.state.installed("BTCUSDT").generations()).containsExactly("2-B.1", "1-A.1");
        }
    }
}
