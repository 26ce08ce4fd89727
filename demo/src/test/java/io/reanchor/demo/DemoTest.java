package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.TestData;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/** The demo as its audience gets it, and that it notices what it says it would. */
class DemoTest {
    private static DemoOptions json(@Nullable Path recording, @Nullable URI redis) {
        return new DemoOptions(recording, false, true, null, redis);
    }

    @Test
    void everyPromiseHoldsOnRealDataAndNoServerIsLeft() throws IOException {
        TestData data = TestData.orSkip(TestAbortedException::new);

        DemoRun run = DemoRun.of(json(data.raw(), null), Interference.NONE);

        run.requireHeld();
        JsonNode result = run.json();
        assertThat(result.get("symbol").textValue()).isEqualTo("BTCUSDT");
        for (String part : List.of("redis", "temporal")) {
            String[] address = result.get("addresses").get(part).textValue().split(":", -1);
            assertThatThrownBy(() -> new Socket(address[0], Integer.parseInt(address[1])).close())
                    .as(part)
                    .isInstanceOf(IOException.class);
        }
    }

    /** The negative control: what the demo shows could be otherwise. */
    @Test
    void aLevelThatIsWrongAndAKeyThatIsMissingAreNamedAndTheExitCodeIsOne() throws IOException {
        DemoRun run = DemoRun.of(json(null, null), new Interference() {
            @Override
            public void afterRecovery(Rig rig) {
                try (Jedis redis = new Jedis(rig.redis())) {
                    // A price between two ticks: no update of the market touches it.
                    redis.hset(rig.keys().book(), "b:" + (price(redis, rig) - 10) + ".005", "1");
                    redis.del(rig.keys().features());
                }
            }

            private long price(Jedis redis, Rig rig) {
                String low = redis.hget(rig.keys().receipt(), "trustedLow");
                String high = redis.hget(rig.keys().receipt(), "trustedHigh");
                return ((long) Double.parseDouble(low) + (long) Double.parseDouble(high)) / 2;
            }
        });

        assertThat(run.exitCode()).isEqualTo(Demo.BROKEN);
        JsonNode result = run.json();
        assertThat(result.get("held").booleanValue()).isFalse();
        List<String> broken = StreamSupport.stream(result.get("broken").spliterator(), false)
                .map(promise -> promise.get("name").textValue())
                .toList();
        assertThat(broken)
                .containsExactlyInAnyOrder(
                        "act 1: afterwards every level is the exchange's",
                        "throughout: no reader sees a state that is torn, missing, empty or older than before");
        assertThat(run.err()).contains("2 of 17 promises were broken", "missing: a key of 5");
    }

    @Test
    void aRedisThatHasTheSymbolAlreadyIsRefusedAndLeftAsItIs() {
        try (RedisServer redis = RedisServer.start();
                Jedis client = new Jedis(redis.uri())) {
            client.hset("ob:DEMOUSDT", "lastUpdateId", "7");

            DemoRun run = DemoRun.of(json(null, redis.uri()), Interference.NONE);

            assertThat(run.exitCode()).isEqualTo(Demo.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines().filter(line -> line.startsWith("reanchor: ")))
                    .singleElement()
                    .asString()
                    .contains("ob:DEMOUSDT", "redis://host:port/9");
            assertThat(client.keys("*")).containsExactly("ob:DEMOUSDT");
        }
    }
}
