package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;

/** The table: every boundary of every step × every fault × its seeds, or a seeded sample of it. */
final class Matrix implements AutoCloseable {
    private static final int LANES = 6;
    private static final int CLUSTERS = 2;
    private static final int SEEDS = 5;
    private static final long SAMPLE_SEED = 20_261_123;
    private static final String SAMPLE = "sample";
    private final String chosen = System.getProperty("reanchor.faults", SAMPLE);
    private final List<Seed> seeds;
    private final List<Cell> cells = new ArrayList<>();
    private final MatrixReport report = new MatrixReport();

    private final BlockingQueue<Lane> lanes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Server> clusters = new LinkedBlockingQueue<>();

    private Matrix() {
        for (int i = 0; i < CLUSTERS; i++) {
            clusters.add(Server.start(Server.Kind.CLUSTER));
        }
        for (int i = 0; i < LANES; i++) {
            lanes.add(new Lane(clusters));
        }
        Lane first = lanes.element();
        seeds = LongStream.rangeClosed(1, SEEDS)
                .mapToObj(number -> Seed.prepare(number, first.server(), first.activities()))
                .toList();
        // Each server has seen every script before the boundaries are counted.
        lanes.forEach(lane -> lane.warmUp(seeds.get(0)));
        clusters.forEach(cluster -> first.warmUp(cluster, seeds.get(0)));
        rows(first.server(), first).forEach(row -> add(row, false, false));
        DryRun.listJournaled(seeds.get(0), first.server(), first.activities()).forEach(row -> add(row, false, true));
        rows(clusters.element(), first).forEach(row -> add(row, true, false));
        ExchangeCell.all().forEach(this::add);
    }

    /** Lists the boundaries by dry runs, and fills the lanes. */
    static Matrix list() {
        Matrix matrix = new Matrix();
        matrix.choose();
        return matrix;
    }

    private List<DryRun.Row> rows(Server server, Lane lane) {
        List<DryRun.Row> rows = DryRun.list(seeds.get(0), server, lane.activities());
        for (Seed seed : seeds) {
            requireAlike(rows, DryRun.list(seed, server, lane.activities()), seed);
        }
        return rows;
    }

    private void add(DryRun.Row row, boolean cluster, boolean journaled) {
        for (Fault fault : Fault.values()) {
            if ((fault.server() == Server.Kind.CLUSTER) == cluster) {
                add(new RedisCell(row.ending(), row.step(), row.number(), row.boundary(), fault, journaled));
            }
        }
    }

    private void add(Cell cell) {
        cell.impossible().ifPresentOrElse(why -> report.cannotRun(cell, why), () -> cells.add(cell));
    }

    /** All, or one of each step and fault, or so many at random, or those whose names match a regular expression. */
    private void choose() {
        if (chosen.equals("all")) {
            return;
        }
        if (chosen.equals(SAMPLE)) {
            Collections.shuffle(cells, new Random(SAMPLE_SEED));
            Set<String> taken = new HashSet<>();
            cells.removeIf(cell -> !taken.add(cell.step() + " " + cell.column() + cell.journaled()));
        } else if (chosen.matches("\\d{1,6}")) {
            Collections.shuffle(cells);
            cells.subList(Math.min(cells.size(), Integer.parseInt(chosen)), cells.size())
                    .clear();
        } else {
            cells.removeIf(cell -> !cell.name().matches(chosen));
        }
        if (cells.isEmpty()) {
            throw new IllegalArgumentException(
                    "reanchor.faults=%s: expected %s, all, a number, or a pattern of cells' names; there is no such cell"
                            .formatted(chosen, SAMPLE));
        }
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
        return chosen.equals(SAMPLE) && !cell.journaled()
                ? List.of(seeds.get(Math.floorMod(cell.name().hashCode(), SEEDS)))
                : seeds.subList(0, cell.seeds());
    }

    MatrixReport report() {
        return report;
    }

    BlockingQueue<Lane> lanes() {
        return lanes;
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
        clusters.forEach(Server::close);
        seeds.forEach(Seed::close);
    }
}
