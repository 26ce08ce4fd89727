package io.reanchor.workflow;

import io.reanchor.workflow.ManyActivities.Open;
import io.reanchor.workflow.ManyActivities.Standing;
import io.reanchor.workflow.ManyActivities.Started;
import io.reanchor.workflow.ManyResult.End;
import io.reanchor.workflow.ManyResult.Line;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which of many recoveries stands where. */
final class ManyTable {
    private static final int SHOWN = 50;

    private final Map<String, ReanchorRequest> toStart = new LinkedHashMap<>();
    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Set<String> atWork = new HashSet<>();
    private final Map<String, Line> ended = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();
    private Instant startedAt = Instant.EPOCH;
    private Instant seenAt = Instant.EPOCH;
    private String detail = "";

    void begin(List<ReanchorRequest> all) {
        startedAt = Progress.now();
        all.forEach(request -> {
            toStart.put(request.symbol(), request);
            order.add(request.symbol());
        });
        say("starting the recoveries");
    }

    List<ReanchorRequest> nextToStart(int most) {
        return toStart.values().stream().limit(most).toList();
    }

    boolean isAnyToStart() {
        return !toStart.isEmpty();
    }

    boolean isAnyOpen() {
        return !open.isEmpty();
    }

    boolean isOver() {
        return toStart.isEmpty() && open.isEmpty() && !order.isEmpty();
    }

    void started(Started answer) {
        ReanchorRequest request = toStart.remove(answer.symbol());
        if (answer.runId() != null) {
            open.put(answer.symbol(), new Open(answer.symbol(), answer.runId()));
        } else if (answer.again() && request != null) {
            toStart.put(answer.symbol(), request); // behind the others
        } else {
            end(Line.notStarted(answer.symbol(), Objects.requireNonNullElse(answer.failure(), "")));
        }
    }

    /** Nothing more is started. */
    void giveUp(String why) {
        List.copyOf(toStart.keySet()).forEach(symbol -> {
            toStart.remove(symbol);
            end(Line.notStarted(symbol, why));
        });
    }

    List<Open> open() {
        return List.copyOf(open.values());
    }

    /** What still goes on comes behind the others: those are looked at next. */
    void stands(Standing standing) {
        String symbol = standing.symbol();
        Open run = open.remove(symbol);
        atWork.remove(symbol);
        if (standing.end() != null) {
            end(standing.end());
        } else if (run != null) {
            open.put(symbol, run);
            if (standing.atWork()) {
                atWork.add(symbol);
            }
        }
    }

    private void end(Line line) {
        ended.put(line.symbol(), line);
        seenAt = Progress.now();
    }

    void say(String detail) {
        this.detail = detail;
        Workflow.setCurrentDetails(markdown());
    }

    ManyProgress progress() {
        int committed = count(End.COMMITTED);
        int rolledBack = count(End.ROLLED_BACK);
        return new ManyProgress(
                detail,
                order.size(),
                toStart.size(),
                open.size() - atWork.size(),
                atWork.size(),
                committed,
                rolledBack,
                ended.size() - committed - rolledBack,
                failed(),
                startedAt,
                expectedEnd());
    }

    /** At the pace so far. */
    private @Nullable Instant expectedEnd() {
        int left = order.size() - ended.size();
        if (ended.isEmpty() || left == 0) {
            return null;
        }
        Duration passed = Duration.between(startedAt, seenAt);
        return seenAt.plus(passed.multipliedBy(left).dividedBy(ended.size()));
    }

    ManyResult result() {
        return new ManyResult(
                order.stream()
                        .map(symbol -> Objects.requireNonNull(ended.get(symbol)))
                        .toList(),
                startedAt,
                seenAt);
    }

    private int count(End end) {
        return (int) ended.values().stream().filter(line -> line.end() == end).count();
    }

    private List<Line> failed() {
        return ended.values().stream()
                .filter(line -> line.end() != End.COMMITTED)
                .toList();
    }

    private String markdown() {
        ManyProgress now = progress();
        String head =
                "**%d symbols**: %s\n\n| to start | waiting | at work | committed | rolled back | others |\n|---|---|---|---|---|---|\n| %d | %d | %d | %d | %d | %d |"
                        .formatted(
                                now.total(),
                                detail,
                                now.toStart(),
                                now.waiting(),
                                now.atWork(),
                                now.committed(),
                                now.rolledBack(),
                                now.others());
        if (now.expectedEnd() != null) {
            head += "\n\nexpected to end at " + now.expectedEnd();
        }
        if (now.failed().isEmpty()) {
            return head;
        }
        return head
                + now.failed().stream()
                        .limit(SHOWN)
                        .map(line ->
                                "| %s | %s | %s |".formatted(line.symbol(), line.end(), StatusText.plain(line.why())))
                        .collect(Collectors.joining("\n", "\n\n| symbol | | why |\n|---|---|---|\n", ""));
    }
}
