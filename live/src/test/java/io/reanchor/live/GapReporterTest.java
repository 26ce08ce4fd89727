package io.reanchor.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GapReporterTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final BlockingQueue<ReanchorRequest> sent = new LinkedBlockingQueue<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean refuses;
    private volatile boolean hangs;
    private final GapReporter reporter = new GapReporter(this::take, "test", now::get);

    @AfterEach
    void close() {
        answered.countDown();
        reporter.close();
    }

    private void take(ReanchorRequest request) {
        sent.add(request);
        if (hangs) {
            try {
                answered.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (refuses) {
            throw new IllegalStateException("no worker");
        }
    }

    private void behind(String symbol, long id) {
        reporter.behind(symbol, new FeedGap(1L, id, null, null, null), "an event is missing");
    }

    private ReanchorRequest next() throws InterruptedException {
        ReanchorRequest next = sent.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** Says it until it has gone out: the answer to the one before may still be on its way back. */
    private ReanchorRequest saidUntilSent(String symbol, long id) throws InterruptedException {
        for (int i = 0; i < 10_000; i++) {
            behind(symbol, id);
            ReanchorRequest next = sent.poll(1, TimeUnit.MILLISECONDS);
            if (next != null) {
                return next;
            }
        }
        throw new AssertionError("nothing was sent");
    }

    @Test
    void tellsWhatIsMissingAtOnce() throws Exception {
        behind("BTCUSDT", 7);

        ReanchorRequest first = next();
        assertThat(first.symbol()).isEqualTo("BTCUSDT");
        assertThat(first.gap().lastUpdateId()).isEqualTo(7);
        assertThat(first.requestedBy()).isEqualTo("test");
    }

    @Test
    void tellsItAgainUntilItIsMended() throws Exception {
        behind("BTCUSDT", 7);
        next();
        now.updateAndGet(t -> t.plus(Duration.ofSeconds(2)));

        assertThat(saidUntilSent("BTCUSDT", 9).gap().lastUpdateId()).isEqualTo(9);
    }

    @Test
    void aStormIsOneReport() throws Exception {
        hangs = true;
        for (int i = 0; i < 1_000; i++) {
            behind("BTCUSDT", i);
        }
        next();
        answered.countDown();
        for (int i = 0; i < 1_000; i++) {
            behind("BTCUSDT", i); // answered by now or not: a second hasn't passed
        }
        behind("ETHUSDT", 1);

        assertThat(next().symbol()).isEqualTo("ETHUSDT");
        assertThat(sent).isEmpty();
    }

    @Test
    void theNextGapIsTheFirstAgain() throws Exception {
        behind("BTCUSDT", 7);
        next();
        reporter.goesOn("BTCUSDT");
        behind("BTCUSDT", 100);

        assertThat(next().gap().lastUpdateId()).isEqualTo(100);
    }

    @Test
    void whatNobodyTookIsToldAgain() throws Exception {
        refuses = true;
        behind("BTCUSDT", 7);
        next();
        now.updateAndGet(t -> t.plus(Duration.ofSeconds(2)));

        assertThat(saidUntilSent("BTCUSDT", 7)).isNotNull();
    }

    @Test
    void butLessAndLessOften() throws Exception {
        behind("BTCUSDT", 7);
        next();
        now.updateAndGet(t -> t.plus(Duration.ofSeconds(2)));
        saidUntilSent("BTCUSDT", 7); // two seconds to the next
        now.updateAndGet(t -> t.plus(Duration.ofMillis(1_900)));
        for (int i = 0; i < 1_000; i++) {
            behind("BTCUSDT", 7);
        }
        behind("ETHUSDT", 1);

        assertThat(next().symbol()).isEqualTo("ETHUSDT");
    }
}
