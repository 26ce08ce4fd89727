package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.check.Checker;
import io.reanchor.testkit.check.History;
import io.reanchor.workflow.Outcome;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault at every command boundary of a recovery, and the exchange's at its steps; see {@link Fault}, {@link ExchangeFault}, {@link Step}. */
@Execution(ExecutionMode.CONCURRENT)
class FaultMatrixTest {
    private static final int TRIES = 5;
    private static final Matrix matrix = Matrix.list();

    @AfterAll
    static void report() {
        matrix.report().print();
        matrix.close();
    }

    static List<Cell> cells() {
        return matrix.cells();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    @Execution(ExecutionMode.CONCURRENT)
    void endsCommittedOrUntouched(Cell cell) throws Exception {
        Lane lane = matrix.lanes().take();
        try {
            for (Seed seed : matrix.seedsOf(cell)) {
                Lane.Ended ended = run(lane, cell, seed);
                var violations = Checker.check(History.read(ended.history()));
                matrix.report().add(cell, ended.outcome(), violations);
                assertThat(violations).as("%s", ended.history()).isEmpty();
                assertThat(ended.next())
                        .as("the next recovery, %s", ended.history())
                        .isEqualTo(Outcome.COMMITTED);
                cell.must()
                        .ifPresent(must -> assertThat(ended.outcome())
                                .as("%s", ended.history())
                                .isEqualTo(must));
            }
        } finally {
            matrix.lanes().add(lane);
        }
    }

    private static Lane.Ended run(Lane lane, Cell cell, Seed seed) throws Exception {
        for (int again = 1; ; again++) {
            try {
                return lane.run(cell, seed);
            } catch (Nemesis.Missed e) {
                if (again == TRIES) {
                    matrix.report().cannotRun(cell, "missed");
                    throw e;
                }
            }
        }
    }
}
