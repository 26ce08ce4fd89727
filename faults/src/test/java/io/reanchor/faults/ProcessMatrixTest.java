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
    private static final boolean ALL = "all".equals(System.getProperty("reanchor.faults"));
    private static final int ROUNDS = ALL ? 2 : 1;
    private static final List<String> lines = new ArrayList<>();
    private static @Nullable ProcessRig rig;

    record Cell(Mark mark, ProcessFault fault) {
        @Override
        public String toString() {
            return fault + "-" + mark;
        }
    }

    static List<Cell> cells() {
        if (!ALL) {
            return List.of(
                    new Cell(Mark.STAGE_BOOK, ProcessFault.WORKER_PAUSED),
                    new Cell(Mark.EXEC, ProcessFault.WORKER_KILLED_AFTER));
        }
        List<Cell> cells = new ArrayList<>();
        for (ProcessFault fault : ProcessFault.values()) {
            for (Mark mark : Mark.values()) {
                cells.add(new Cell(mark, fault));
            }
        }
        return cells;
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void endsCommittedOrUntouched(Cell cell) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            ProcessRun.Ended ended = new ProcessRun(rig()).run(cell.toString(), cell.mark(), cell.fault(), round);
            List<Violation> violations = Checker.check(History.read(ended.history()));
            lines.add("%s %d: %s, %d violations".formatted(cell, round, ended.outcome(), violations.size()));
            assertThat(violations).as("%s", ended.history()).isEmpty();
            assertThat(ended.next()).isEqualTo(Outcome.COMMITTED);
            if (cell.mark() == Mark.SETTLE) {
                assertThat(ended.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            }
        }
    }
}
