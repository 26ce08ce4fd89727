package io.reanchor.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A worker in a JVM of its own, for what only a process can show: signals and exit codes. */
final class ChildWorker implements AutoCloseable {
    /** What the child runs: the application as it is, with test steps. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            WorkerApplication.application(TestRecovery.class).run(arguments);
        }
    }

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final Path log;

    ChildWorker(Path folder, Map<String, String> variables, List<String> arguments) throws IOException {
        this(
                folder,
                List.of(
                        // As the packaged jar's manifest has it.
                        "--enable-native-access=ALL-UNNAMED",
                        "-D" + TestRecovery.FOLDER + '=' + folder,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName()),
                variables,
                arguments);
    }

    /** The packaged worker, nothing of the tests with it. */
    static ChildWorker packaged(Path folder, Path jar, Map<String, String> variables) throws IOException {
        return new ChildWorker(folder, List.of("-jar", jar.toString()), variables, List.of());
    }

    private ChildWorker(Path folder, List<String> what, Map<String, String> variables, List<String> arguments)
            throws IOException {
        log = folder.resolve("worker.log");
        var command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1"));
        command.addAll(what);
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RE_ANCHOR_") || name.startsWith("REDIS_"));
        builder.environment().putAll(variables);
        process = builder.start();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    void await(Callable<Boolean> condition) throws Exception {
        Await.until(Duration.ofSeconds(60), () -> condition.call() || !process.isAlive(), met -> met);
        if (!condition.call()) {
            throw new AssertionError("the worker ended before:\n" + log());
        }
    }

    int exitCode(int limitSeconds) throws InterruptedException, IOException {
        if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the worker still runs after " + limitSeconds + " s:\n" + log());
        }
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
