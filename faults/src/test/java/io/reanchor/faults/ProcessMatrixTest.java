package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.check.Checker;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Violation;
import io.reanchor.workflow.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers and the Temporal server, killed, paused and restarted at each step of recoveries that real workers do. */
class ProcessMatrixTest {
    private static final String CHOSEN = System.getProperty("reanchor.faults", "sample");
    private static final int ROUNDS = CHOSEN.equals("all") ? 2 : 1;
    private static final String SAMPLE = "TEMPORAL_RESTARTED-STAGE_BOOK|WORKER_KILLED_AFTER-EXEC";
    private static final int TRIES = 3;
    private static final List<String> lines = new ArrayList<>();
    private static @Nullable ProcessRig rig;

    record Cell(Mark mark, ProcessFault fault) {
        @Override
        public String toString() {
            return fault + "-" + mark;
        }
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (ProcessFault fault : ProcessFault.values()) {
            for (Mark mark : Mark.values()) {
                cells.add(new Cell(mark, fault));
            }
        }
        if (!CHOSEN.equals("all")) {
            cells.removeIf(cell -> !cell.toString().matches(isPattern() ? CHOSEN : SAMPLE));
        }
        return cells;
    }

    private static boolean isPattern() {
        return !CHOSEN.matches("sample|\\d+");
    }

    private static synchronized ProcessRig rig() {
        ProcessRig there = rig;
        if (there == null) {
            there = ProcessRig.start(1, 2);
            rig = there;
        }
        return there;
    }

    @AfterAll
    static void report() {
        lines.forEach(System.out::println);
        if (rig != null) {
            rig.close();
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("cells")
    void endsCommittedOrUntouched(Cell cell) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            ProcessRun.Ended ended = run(cell, round);
            List<Violation> violations = Checker.check(History.read(ended.history()));
            lines.add("%s %d: %s, %d violations".formatted(cell, round, ended.outcome(), violations.size()));
            assertThat(violations).as("%s", ended.history()).isEmpty();
            assertThat(ended.next()).isEqualTo(Outcome.COMMITTED);
            if (cell.mark() == Mark.SETTLE) {
                assertThat(ended.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            }
        }
    }

    /** Again when it ended before anybody came there: on a very busy machine the deadline comes first. */
    private static ProcessRun.Ended run(Cell cell, int round) throws Exception {
        for (int again = 1; ; again++) {
            try {
                return new ProcessRun(rig()).run(cell.toString(), cell.mark(), cell.fault(), round);
            } catch (Nemesis.Missed e) {
                if (again == TRIES) {
                    lines.add("%s %d: not run, %s".formatted(cell, round, e.getMessage()));
                    throw e;
                }
            }
        }
    }
}
