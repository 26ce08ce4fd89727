package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.workflow.FailureTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
    private static final Token TOKEN = Token.of("0190c1f2-0000-7000-8000-000000000001", 2);

    @Test
    void aTokenIsARoundOfARun() {
        assertThat(TOKEN.value()).isEqualTo("0190c1f2-0000-7000-8000-000000000001.2");
        assertThat(TOKEN.runId()).isEqualTo("0190c1f2-0000-7000-8000-000000000001");
        assertThat(Token.parse(TOKEN.value())).contains(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "run.", ".1", "run.x", "a b.1", "run.1 ", "a,b.1", "run.1:2"})
    void whatIsNoTokenIsNoTokens(String text) {
        assertThat(Token.parse(text)).isEmpty();
        assertThatThrownBy(() -> new Token(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLaterCallOrAttemptOwnsMore() {
        assertThat(Owner.of(TOKEN, 0, 2).n()).isEqualTo(2);
        assertThat(Owner.of(TOKEN, 1, 1).n())
                .isGreaterThan(Owner.of(TOKEN, 0, 999_999).n());
        assertThat(Owner.of(TOKEN, 1, 1)).hasToString(TOKEN + ":1000001");
        assertThatThrownBy(() -> Owner.of(TOKEN, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGenerationFollowsTheLiveOne() {
        Generation first = Generation.after("meta:S", "", TOKEN);
        assertThat(first).hasToString("1-" + TOKEN);
        assertThat(Generation.after("meta:S", first.toString(), Token.of("b", 1)))
                .hasToString("2-b.1");
        assertThat(Generation.parse("7-not a token")).isEmpty();
        RealRedis.failure(
                FailureTypes.REDIS_REFUSED,
                () -> Generation.after("meta:S", "rubbish", TOKEN),
                "meta:S",
                "\"rubbish\"");
    }
}
