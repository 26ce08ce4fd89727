package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.FLAG_TTL;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FailureTypes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.params.SetParams;

class FlagTest extends RealRedis {
    private static final Token A = run("A");
    private static final Token B = run("B");

    @Test
    void setWithItsTtl() {
        assertThat(given.state.claim(SYMBOL, A, FLAG_TTL)).isEqualTo(new Claim(true, null, Duration.ZERO));
        assertThat(given.redis.get(FLAG)).isEqualTo("A.1");
        assertThat(given.redis.pttl(FLAG)).isBetween(1L, FLAG_TTL.toMillis());
    }

    @Test
    void mineStaysMineAndItsTtlIsRenewed() {
        given.claim(A);
        given.redis.pexpire(FLAG, 1000);
        assertThat(given.state.claim(SYMBOL, A, FLAG_TTL).mine()).isTrue();
        assertThat(given.redis.pttl(FLAG)).isGreaterThan(1000);
    }

    @Test
    void anothersIsToldWithWhatIsLeftOfIt() {
        given.claim(B);
        Claim claim = given.state.claim(SYMBOL, A, FLAG_TTL);
        assertThat(claim.mine()).isFalse();
        assertThat(claim.holder()).isEqualTo(B);
        assertThat(claim.left()).isBetween(Duration.ofMillis(1), FLAG_TTL);
        assertThat(given.redis.get(FLAG)).isEqualTo("B.1");
    }

    @Test
    void anExpiredOneIsFree() {
        given.redis.set(FLAG, B.value(), SetParams.setParams().px(1));
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (given.redis.exists(FLAG) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(given.state.claim(SYMBOL, A, FLAG_TTL).mine()).isTrue();
    }

    @Test
    void takenOverOnlyFromTheNamedHolder() {
        given.claim(B);
        assertThat(given.state.takeOver(SYMBOL, A, FLAG_TTL, run("C")).holder()).isEqualTo(B);
        assertThat(given.state.takeOver(SYMBOL, A, FLAG_TTL, B).mine()).isTrue();
        assertThat(given.redis.get(FLAG)).isEqualTo("A.1");
    }

    @Test
    void whatNoRecoveryWroteIsRefusedAndStays() {
        given.redis.set(FLAG, "do not touch, bob");
        RedisStateException foreign = failure(
                FailureTypes.FOREIGN_FLAG,
                () -> given.state.claim(SYMBOL, A, FLAG_TTL),
                FLAG,
                "do not touch, bob",
                "DEL");
        assertThat(foreign.retryable()).isFalse();
        assertThat(given.redis.get(FLAG)).isEqualTo("do not touch, bob");
    }

    @Test
    void aFlagThatIsNoStringIsForeignToo() {
        given.redis.sadd(FLAG, "1");
        failure(FailureTypes.FOREIGN_FLAG, () -> given.state.claim(SYMBOL, A, FLAG_TTL), FLAG, "a set");
    }

    @Test
    void aLateClaimAfterTheCutOverRaisesNoFlag() {
        given.recover(A, 100, 50);
        failure(FailureTypes.FENCED, () -> given.state.claim(SYMBOL, A, FLAG_TTL), "1-A.1");
        assertThat(given.redis.exists(FLAG)).isFalse();
    }
}
