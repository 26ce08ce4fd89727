package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.TransactionalReaders;
import io.reanchor.testkit.TransactionalReaders.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What readers see that read all four keys in one transaction, without pause, while the state is replaced. */
class ReadersTest extends RealRedis {
    private static final int READERS = 4;
    private static final int CUT_OVERS = 200;
    private static final List<String> KEYS = Given.LIVE.subList(0, 4);

    @Test
    void neverATornMissingOrEmptyState() {
        given.recover(Given.run("r0"), 100, 50);
        Verdict verdict;
        try (TransactionalReaders readers = TransactionalReaders.start(server.uri(), READERS, KEYS)) {
            for (int i = 1; i <= CUT_OVERS; i++) {
                given.recover(Given.run("r" + i), 100 + i, 50 + i);
            }
            verdict = readers.stop();
        }
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.clean()).isTrue();
        assertThat(verdict.reads()).as("reads").isGreaterThan(CUT_OVERS);
        assertThat(verdict.generations()).as("generations that one reader saw").isGreaterThan(CUT_OVERS / 10);
        assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("201-r200.1");
    }

    /** The negative control: the same harness must catch a replacement key by key. */
    @Test
    void separateRenamesAreCaught() throws Exception {
        given.recover(Given.run("r0"), 100, 50);
        Verdict verdict;
        try (TransactionalReaders readers = TransactionalReaders.start(server.uri(), READERS, KEYS)) {
            for (int i = 1; i <= 20 && readers.soFar().clean(); i++) {
                Token token = Given.run("r" + i);
                given.claim(token);
                given.stage(token, 100 + i, 50 + i);
                for (int key = 0; key < KEYS.size(); key++) {
                    given.redis.hset(Given.STAGED.get(key), "gen", (i + 1) + "-" + token);
                    given.redis.rename(Given.STAGED.get(key), KEYS.get(key));
                    readers.awaitAnotherRead();
                }
                given.state.settle(SYMBOL, token, null);
            }
            verdict = readers.stop();
        }
        assertThat(verdict.torn() + verdict.missing()).isPositive();
    }

    /** And one that makes room first. */
    @Test
    void aDeletedKeyIsCaught() throws Exception {
        given.recover(Given.run("r0"), 100, 50);
        Verdict verdict;
        try (TransactionalReaders readers = TransactionalReaders.start(server.uri(), READERS, KEYS)) {
            readers.awaitAnotherRead();
            given.redis.del(KEYS.get(2));
            readers.awaitAnotherRead();
            verdict = readers.stop();
        }
        assertThat(verdict.missing()).isPositive();
    }
}
