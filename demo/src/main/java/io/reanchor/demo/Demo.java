package io.reanchor.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.demo.Findings.Addresses;
import io.reanchor.demo.Findings.CrossedBook;
import io.reanchor.demo.Findings.FirstRecovery;
import io.reanchor.demo.Findings.LostMessages;
import io.reanchor.demo.Findings.OperatorsHand;
import io.reanchor.testkit.TransactionalReaders;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The demo: a gap on purpose, its recovery under the eyes of readers, a refusal, and an operator's hand, with everything in this process.
 * Whatever was started is ended, also when the process is told to end.
 */
public final class Demo {
    /** Every promise held. */
    public static final int HELD = 0;
    /** A promise was broken, or something kept the demo from its end. */
    public static final int BROKEN = 1;
    /** Something that was asked for can't be used. */
    public static final int USAGE = 2;

    private static final int READERS = 3;

    private final DemoOptions options;
    private final Interference interference;
    private final PrintStream out;
    private final Narrator narrator;
    private final Promises promises = new Promises();
    private @Nullable FirstRecovery firstRecovery;
    private @Nullable LostMessages lostMessages;
    private @Nullable CrossedBook crossedBook;
    private @Nullable OperatorsHand operatorsHand;
    private @Nullable Reads reads;

    private Demo(DemoOptions options, Interference interference, PrintStream out, PrintStream err) {
        this.options = options;
        this.interference = interference;
        this.out = out;
        this.narrator = new Narrator(options.json() ? err : out);
    }

    /**
     * Plays all acts.
     *
     * @param out the story; or, as JSON, nothing but the result
     * @param err errors; as JSON, the story too
     * @return {@link #HELD}, {@link #BROKEN} or {@link #USAGE}
     */
    public static int run(DemoOptions options, PrintStream out, PrintStream err) {
        return run(options, Interference.NONE, out, err);
    }

    static int run(DemoOptions options, Interference interference, PrintStream out, PrintStream err) {
        Parts parts = new Parts();
        Thread atExit = new Thread(parts::close, "demo-cleanup");
        Runtime.getRuntime().addShutdownHook(atExit);
        try (parts) {
            return new Demo(options, interference, out, err).play(parts);
        } catch (Refused e) {
            err.println("reanchor: " + e.getMessage());
            return USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("reanchor: interrupted");
            return BROKEN;
        } catch (IOException | RuntimeException e) {
            err.println("reanchor: the demo can't go on: " + e.getMessage() + "; REANCHOR_LOG=WARN shows more");
            return BROKEN;
        } finally {
            forget(atExit);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook is at work, or has been.
        }
    }

    private int play(Parts parts) throws IOException, InterruptedException {
        long start = System.nanoTime();
        narrator.title("Re-anchor's demo. All that you see happens now, and every number is measured.");
        Rig rig = Rig.start(options, parts, narrator);
        narrator.say("writer    journals the exchange's stream and applies it, and reports what it misses");
        narrator.say(
                "readers   %d, each reading all five keys in one transaction, again and again without pause", READERS);
        narrator.say("Up after %s.", Words.of(Duration.ofNanos(System.nanoTime() - start)));
        acts(rig, parts);
        Findings findings = findings(rig, Duration.ofNanos(System.nanoTime() - start));
        new Ending(narrator).tell(findings);
        if (options.json()) {
            out.println(json(findings));
        }
        if (options.keep()) {
            new Ending(narrator).invite(rig);
            new CountDownLatch(1).await();
        }
        return findings.held() ? HELD : BROKEN;
    }

    private void acts(Rig rig, Parts parts) throws InterruptedException {
        GapReporter reporter =
                parts.add(new GapReporter(rig.client(), rig.keys().symbol(), InstantSource.system()));
        Writer writer = parts.add(new Writer(rig, reporter));
        Cast cast = new Cast(rig, writer, reporter, new StageLine(narrator), narrator, promises);

        Recovered first = new FirstRecoveryAct(cast).play();
        if (!first.isCommitted()) {
            return;
        }
        firstRecovery = FirstRecoveryAct.findings(first, Instant.now());
        CutOvers cutOvers = parts.add(new CutOvers(rig.redis(), rig.keys(), InstantSource.system()));
        try (TransactionalReaders readers = parts.add(
                TransactionalReaders.start(rig.redis(), READERS, rig.keys().live()))) {
            lostMessages = new LostMessagesAct(cast, readers, cutOvers, first).play(interference);
            if (lostMessages != null) {
                crossedBook = new CrossedBookAct(cast).play();
            }
            reads = judge(readers.stop());
        }
        if (crossedBook != null) {
            operatorsHand = new OperatorsHandAct(cast, READERS).play();
        }
    }

    private Reads judge(TransactionalReaders.Verdict seen) {
        promises.add(
                "throughout: no reader sees a state that is torn, missing, empty or older than before",
                seen.reads() > 0 && seen.clean(),
                "%d reads: %d torn, %d missing, %d empty, %d backwards %s"
                        .formatted(
                                seen.reads(),
                                seen.torn(),
                                seen.missing(),
                                seen.empty(),
                                seen.backwards(),
                                seen.examples().isEmpty()
                                        ? ""
                                        : "e.g. " + seen.examples().get(0)));
        return Reads.of(seen);
    }

    private Findings findings(Rig rig, Duration took) {
        return new Findings(
                promises.broken().isEmpty(),
                promises.broken(),
                promises.all(),
                rig.keys().symbol(),
                rig.marketText(),
                new Addresses(
                        rig.redis().getHost() + ":" + rig.redis().getPort(),
                        rig.temporal(),
                        rig.exchange().restUri().toString(),
                        rig.exchange().streamUri().toString(),
                        Health.readiness(rig.healthPort()).toString()),
                took.toMillis(),
                firstRecovery,
                lostMessages,
                crossedBook,
                operatorsHand,
                reads);
    }

    private static String json(Findings findings) {
        try {
            return new ObjectMapper().writeValueAsString(findings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("can't write the findings as JSON", e);
        }
    }
}
