package io.reanchor.demo.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Memory over time; bytes. */
final class Weight {
    /** Of fewer, a quarter says nothing. */
    private static final int LEAST_SAMPLES = 20;

    private final List<Sample> samples = new ArrayList<>();

    private record Sample(long heap, long resident, long redis) {}

    /** @param redis what Redis says that it uses */
    void take(long pid, long redis) {
        samples.add(new Sample(liveHeap(pid), resident(pid), redis));
    }

    /** Empty when the run was too short to tell. */
    List<MemoryCourse> courses() {
        if (samples.size() < LEAST_SAMPLES) {
            return List.of();
        }
        return List.of(
                course("live objects of the worker's heap", Sample::heap),
                course("resident memory of the worker", Sample::resident),
                course("Redis", Sample::redis));
    }

    private MemoryCourse course(String what, ToLongFunction<Sample> of) {
        int quarter = samples.size() / 4;
        return new MemoryCourse(
                what,
                median(samples.subList(quarter, 2 * quarter), of),
                median(samples.subList(samples.size() - quarter, samples.size()), of));
    }

    private static long median(List<Sample> some, ToLongFunction<Sample> of) {
        return some.stream()
                .mapToLong(of)
                .sorted()
                .skip(some.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** After a collection, which jcmd's histogram begins with. */
    private static long liveHeap(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String total = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("jcmd tells no total of process " + pid));
            return Long.parseLong(total.trim().split("\\s+")[2]);
        } catch (IOException e) {
            throw new UncheckedIOException("the soak weighs the worker by a JDK's jcmd", e);
        }
    }

    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
