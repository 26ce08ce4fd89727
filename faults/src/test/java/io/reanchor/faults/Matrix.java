package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.stream.LongStream;

/** The table: every boundary of every step × every fault × five seeds, or a seeded sample of it. */
final class Matrix implements AutoCloseable {
    private static final int LANES = 6;
    private static final int SEEDS = 5;
    private static final long SAMPLE_SEED = 20_261_123;
    private final boolean all = "all".equals(System.getProperty("reanchor.faults"));
    private final List<Seed> seeds;
    private final List<Cell> cells = new ArrayList<>();
    private final MatrixReport report = new MatrixReport();

    private Matrix(List<Seed> seeds) {
        this.seeds = seeds;
    }

    /** Lists the boundaries by dry runs, and fills the lanes. */
    static Matrix list(BlockingQueue<Lane> lanes) {
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane());
        }
        Lane first = lanes.element();
        List<Seed> seeds = LongStream.rangeClosed(1, SEEDS)
                .mapToObj(number -> Seed.prepare(number, first.server(), first.activities()))
                .toList();
        // Each server has seen every script before the boundaries are counted.
        lanes.forEach(lane -> lane.warmUp(seeds.get(0)));
        Matrix matrix = new Matrix(seeds);
        List<DryRun.Row> rows = DryRun.list(seeds.get(0), first.server(), first.activities());
        for (Seed seed : seeds) {
            requireAlike(rows, DryRun.list(seed, first.server(), first.activities()), seed);
        }
        rows.forEach(matrix::add);
        if (!matrix.all) {
            matrix.sample();
        }
        return matrix;
    }

    private void add(DryRun.Row row) {
        for (Fault fault : Fault.values()) {
            Cell cell = new Cell(row.ending(), row.step(), row.number(), row.boundary(), fault);
            fault.impossible(row.boundary()).ifPresentOrElse(why -> report.cannotRun(cell, why), () -> cells.add(cell));
        }
    }

    /** One boundary of each step and fault. */
    private void sample() {
        Collections.shuffle(cells, new Random(SAMPLE_SEED));
        Set<String> taken = new HashSet<>();
        List<Cell> sampled = cells.stream()
                .filter(cell -> taken.add(cell.step() + " " + cell.fault()))
                .toList();
        cells.clear();
        cells.addAll(sampled);
    }

    private static void requireAlike(List<DryRun.Row> rows, List<DryRun.Row> others, Seed seed) {
        List<String> expected = rows.stream().map(Matrix::text).toList();
        List<String> actual = others.stream().map(Matrix::text).toList();
        if (!expected.equals(actual)) {
            throw new IllegalStateException(
                    "seed %d has other boundaries: expected %s, got %s".formatted(seed.number(), expected, actual));
        }
    }

    private static String text(DryRun.Row row) {
        Boundary boundary = row.boundary();
        return "%s %d %s".formatted(row.step(), row.number(), boundary.command());
    }

    List<Cell> cells() {
        return cells;
    }

    List<Seed> seedsOf(Cell cell) {
        return all
                ? seeds.subList(0, cell.fault().seeds())
                : List.of(seeds.get(Math.floorMod(cell.name().hashCode(), SEEDS)));
    }

    MatrixReport report() {
        return report;
    }

    @Override
    public void close() {
        seeds.forEach(Seed::close);
    }
}
