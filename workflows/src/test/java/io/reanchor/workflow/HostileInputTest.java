package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.workflow.FakeActivities.Gate;
import io.temporal.client.WorkflowStub;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request or an update brings is from outside. */
class HostileInputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "btcusdt",
                "BTC\nUSDT",
                "BTC:USDT",
                "{BTCUSDT}",
                "BTC*",
                "\u202eTDSU",
                "\u001b[31m",
                "ＢＴＣ",
                "-BTC"
            })
    void aSymbolThatIsNoneIsShownWithoutHarm(String symbol) {
        assertThatThrownBy(() -> ReanchorRequest.requireSymbol(symbol))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200).matches("[ -~]*"));
    }

    @Test
    void aLongSymbolIsCut() {
        assertThatThrownBy(() -> ReanchorRequest.requireSymbol("A".repeat(1_000_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, , , , update ids -1..null",
        ", -9223372036854775808, , , update ids null..-9223372036854775808",
        ", 9007199254740992, , , update ids null..9007199254740992",
        ", , 9223372036854775807, , trade ids 9223372036854775807..null",
        ", , 5, 4, the first is past the last",
    })
    void idsThatCantBeAreRefused(
            @Nullable Long firstUpdate,
            @Nullable Long lastUpdate,
            @Nullable Long firstTrade,
            @Nullable Long lastTrade,
            String message) {
        FeedGap gap = new FeedGap(firstUpdate, lastUpdate, firstTrade, lastTrade, null);
        assertThatThrownBy(() -> ReanchorRequest.requireValid(request(gap, "", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatCanBePasses() {
        FeedGap widest = new FeedGap(0L, FeedGap.MAX_ID, 0L, FeedGap.MAX_ID, Instant.MIN);
        ReanchorRequest longest = request(widest, "r".repeat(500), "w".repeat(500));
        assertThat(ReanchorRequest.requireValid(longest)).isSameAs(longest);
    }

    @Test
    void longTextsAreRefusedByTheirLength() {
        assertThatThrownBy(() -> ReanchorRequest.requireValid(request(FeedGap.UNKNOWN, "r".repeat(501), "")))
                .hasMessage("reason may have 500 characters, not 501");
        assertThatThrownBy(() -> ReanchorRequest.requireValid(request(FeedGap.UNKNOWN, "", "w".repeat(1_000_000))))
                .hasMessage("requestedBy may have 500 characters, not 1000000");
    }

    @Test
    void anAbortWithAPageOfReasonIsRefusedAndOneWithoutIsTaken() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            var refused = SagaRig.refused(() -> run.update("abort", Void.class, "x".repeat(501)));
            assertThat(refused.getOriginalMessage())
                    .contains("reason may have 500 characters, not 501", "nothing was aborted");

            run.update("abort", Void.class, (Object) null);
            ReanchorResult result = rig.result(run);
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.failure()).isNotNull();
            assertThat(result.failure().message()).contains("as asked: no reason given");
            rig.replay(run);
        }
    }

    private static ReanchorRequest request(FeedGap gap, String reason, String requestedBy) {
        return new ReanchorRequest("BTCUSDT", gap, reason, requestedBy, null);
    }
}
