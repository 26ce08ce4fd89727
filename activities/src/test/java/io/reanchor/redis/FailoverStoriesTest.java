package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static io.reanchor.redis.RealRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.redis.RedisSettings.Replicas;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** What a failover takes back, played step by step: a primary, and a replica that is promoted with what it has by then. */
class FailoverStoriesTest {
    private static final Token A = run("A");
    private static final Duration WAIT = Duration.ofSeconds(2);

    private RedisServer primary;
    private RedisServer replica;
    private FaultProxy proxy;
    private Given given;
    private @Nullable Given promoted;
    private MarketState state;

    @BeforeEach
    void start() {
        primary = RedisServer.start("--repl-diskless-sync-delay", "0");
        replica = primary.startReplica();
        given = Given.empty(primary);
        awaitReplica();
        proxy = FaultProxy.before(primary);
        state = asking(proxy.uri());
        given.recover(run("before"), 90, 40);
        given.claim(A);
    }

    @AfterEach
    void stop() {
        state.close();
        proxy.close();
        given.close();
        if (promoted != null) {
            promoted.close();
        }
        replica.close();
        primary.close();
    }

    private static MarketState asking(URI uri) {
        return new MarketState(
                RedisSettings.of(uri)
                        .withOperationTimeout(Duration.ofSeconds(5))
                        .withReplicas(new Replicas(1, WAIT)),
                Clock.fixed(Given.NOW, ZoneOffset.UTC));
    }

    /** Until the replica has all there is. */
    private void awaitReplica() {
        try (Jedis redis = new Jedis(primary.host(), primary.port(), 20_000)) {
            redis.set("probe", "1");
            assertThat(redis.waitReplicas(1, 15_000)).as("the replica follows").isOne();
        }
    }

    /** From here on the replica hears of nothing more; the primary doesn't know that yet. */
    private void cutReplicaOff() {
        awaitReplica();
        replica.command(Command.REPLICAOF, "NO", "ONE");
    }

    /** @return what the replica has, which is the primary now */
    private Given primaryDies() {
        primary.kill();
        replica.command(Command.REPLICAOF, "NO", "ONE");
        promoted = Given.at(replica);
        return promoted;
    }

    /** A roll-back that no replica had is told as such: flag and staged keys come back, and a late swap installs them. */
    @Test
    void aRollBackThatWasNotReplicatedComesBackAndWasToldSo() {
        StagedState staged = given.stage(A, 100, 50);
        cutReplicaOff();

        Settlement settled = state.settle(SYMBOL, A, staged.against());
        assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(settled.undone()).contains(FLAG);
        assertThat(settled.replication()).isEqualTo(new Replication(1, 0, null));
        Given after = primaryDies();

        assertThat(after.redis.get(FLAG)).as("it is back").isEqualTo(A.value());
        assertThat(after.state.cutOver(order(A, staged)).generation()).isEqualTo("2-A.1");
    }

    @Test
    void aRollBackThatWasReplicatedStays() {
        StagedState staged = given.stage(A, 100, 50);

        Settlement settled = state.settle(SYMBOL, A, staged.against());
        assertThat(settled.replication()).isEqualTo(new Replication(1, 1, null));
        Given after = primaryDies();

        List<String> live = after.dump();
        assertThat(after.anyExists(STAGED)).isFalse();
        failure(FailureTypes.FENCED, () -> after.state.cutOver(order(A, staged)), FLAG, "nothing");
        assertThat(after.dump()).isEqualTo(live);
    }

    /** Writes of a load are gone, under the right owner: nothing that follows may build on what is left, not even its next write. */
    @Test
    void aLoadThatLostWritesIsNotTakenForTheAcceptedOne() {
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        boolean[] cut = {false};
        StagedKey book = given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), Given.book(100, 5000, "1"), written -> {
            if (!cut[0]) {
                cut[0] = true;
                cutReplicaOff();
            }
        });
        StagedKey features = given.stageFeatures(A, book, bars);
        StagedState staged = Given.accepted(book, bars, features, "1-before.1");
        Given after = primaryDies();

        assertThat(after.redis.hget(book.key(), "owner")).isEqualTo(book.owner());
        long left = Long.parseLong(after.redis.hget(book.key(), "seq"));
        assertThat(left).isLessThan(book.seq());
        assertThat(write(left + 2)).as("a write whose predecessor is gone").startsWith("OWNER", book.key());
        assertThat(after.redis.hget(book.key(), "b:1")).isNull();
        failure(FailureTypes.FENCED, () -> after.stageFeatures(A, book, bars), book.key(), "seq");
        failure(FailureTypes.FENCED, () -> after.state.cutOver(order(A, staged)), book.key());
        assertThat(after.state.liveIds(SYMBOL).generation()).isEqualTo("1-before.1");
    }

    /** As a load that goes on would send it. @return the script's reply */
    private List<String> write(long seq) {
        try (Connection late = new Connection(replica.node())) {
            Object reply = Script.named(Load.class, "write")
                    .run(
                            late,
                            List.of(FLAG, "ob:new:" + SYMBOL),
                            Stream.of(A.value(), Owner.of(A, 0, 1).toString(), Long.toString(seq), "60000", "b:1", "1")
                                    .map(Replies::bytes)
                                    .toList());
            return Replies.list(reply).stream().map(Replies::text).toList();
        }
    }

    /** "My receipt is there", then WAIT on that fresh connection, would have told that a replica had it. */
    @Test
    void aCutOverThatOnlyItsReceiptConfirmedIsNotCalledReplicatedAndIsGone() {
        StagedState staged = given.stage(A, 100, 50);
        cutReplicaOff();
        proxy.loseReplyOf("EXEC");
        failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));

        SwapReceipt receipt = state.cutOver(order(A, staged));
        assertThat(receipt.resolved()).isTrue();
        assertThat(receipt.replication()).isEqualTo(new Replication(1, 0, null));
        Given after = primaryDies();

        assertThat(after.state.liveIds(SYMBOL).generation()).isEqualTo("1-before.1");
        assertThat(after.state.installed(SYMBOL).lost(receipt.generation())).isTrue();
    }
}
