package io.reanchor.demo;

import io.reanchor.demo.Findings.CrossedBook;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ValidationReport;
import io.reanchor.workflow.ValidationReport.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** Act 2: the exchange serves a crossed book; it must not go live, and nothing of it may stay. */
final class CrossedBookAct {
    private static final String UNCROSSED = "UNCROSSED";

    private final Cast cast;

    CrossedBookAct(Cast cast) {
        this.cast = cast;
    }

    CrossedBook play() throws InterruptedException {
        Narrator narrator = cast.narrator();
        DemoKeys keys = cast.rig().keys();
        narrator.title("Act 2: the exchange serves a book whose best bid is above its best ask");
        narrator.say(
                "The writer stops, so that only the recovery could change the live keys. A recovery is asked for:");
        cast.writer().stop();
        cast.rig().exchange().inject(Endpoint.DEPTH, new Fault.CrossedBook());
        try (Jedis redis = new Jedis(cast.rig().redis())) {
            String before = LiveDigest.of(redis, keys);
            Recovered refused = cast.stages().follow(cast.reporter().send(FeedGap.UNKNOWN, "demo: a crossed book"));
            Duration took = Duration.between(refused.reportedAt(), Instant.now());
            String after = LiveDigest.of(redis, keys);
            List<String> left = Stream.concat(keys.staged().stream(), Stream.of(keys.flag()))
                    .filter(redis::exists)
                    .toList();
            return judge(refused, took, before, after, left);
        } finally {
            cast.rig().exchange().heal(Endpoint.DEPTH);
        }
    }

    private CrossedBook judge(Recovered refused, Duration took, String before, String after, List<String> left) {
        ReanchorResult result = refused.result();
        ValidationReport checks = result.validation();
        List<Check> failed = checks == null ? List.of() : checks.failed();
        String words = result.failure() == null ? "" : result.failure().message();
        Narrator narrator = cast.narrator();
        failed.forEach(check ->
                narrator.say("%s refused it: expected %s, found %s", check.name(), check.expected(), check.actual()));
        narrator.say("Live keys before: SHA-256 %s…", before.substring(0, 32));
        narrator.say("Live keys after:  SHA-256 %s…", after.substring(0, 32));
        List<String> names = failed.stream().map(Check::name).toList();
        boolean byCheck = result.failure() != null && result.failure().type().equals(FailureTypes.CHECK_FAILED);
        Promises promises = cast.promises();
        promises.add(
                "act 2: the checks refuse a crossed book, by " + UNCROSSED,
                result.outcome() == Outcome.ROLLED_BACK && byCheck && names.contains(UNCROSSED),
                refused.ending());
        promises.add("act 2: the live keys are byte for byte what they were", before.equals(after), after);
        promises.add(
                "act 2: no staged key and no flag is left", left.isEmpty(), left.isEmpty() ? "none" : left.toString());
        return new CrossedBook(
                result.outcome().name(), names, words, before, after, left, took.toMillis(), refused.stages());
    }
}
