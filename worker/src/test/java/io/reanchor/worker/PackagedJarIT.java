package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that goes into production, and what the Dockerfile makes of it. Runs after packaging. */
class PackagedJarIT {
    @TempDir
    Path folder;

    @Test
    void hasNeitherTheTestServerNorOpenTracingNorTestParts() throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            List<String> libraries = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("BOOT-INF/lib/"))
                    .map(name -> name.substring("BOOT-INF/lib/".length()))
                    .toList();

            assertThat(libraries)
                    .anyMatch(name -> name.startsWith("temporal-sdk-"))
                    .anyMatch(name -> name.startsWith("reanchor-activities-"))
                    .noneMatch(name -> name.startsWith("temporal-testing") || name.startsWith("temporal-test-server"))
                    .noneMatch(name -> name.contains("opentracing"))
                    .noneMatch(name -> name.startsWith("reanchor-testkit") || name.startsWith("embedded-redis"))
                    .noneMatch(name -> name.startsWith("junit-") || name.startsWith("assertj-"));
        }
    }

    @Test
    void itsLayersPutTogetherAreAWorker() throws Exception {
        Path layers = folder.resolve("layers");
        run(List.of(
                ChildWorker.JAVA,
                "-Djarmode=tools",
                "-jar",
                jar().toString(),
                "extract",
                "--layers",
                "--destination",
                layers.toString()));
        Path application = Files.createDirectory(folder.resolve("app"));
        for (String layer : List.of("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")) {
            merge(layers.resolve(layer), application);
        }
        int port = Http.freePort();

        try (var worker = ChildWorker.packaged(
                folder,
                application.resolve(jar().getFileName()),
                Map.of(
                        "SERVER_PORT", String.valueOf(port),
                        "TEMPORAL_ADDRESS", "127.0.0.1:1",
                        "REDIS_URI", "redis://127.0.0.1:1"))) {
            worker.await(() -> Http.get(port, "/livez").status() == 200);

            assertThat(Http.get(port, "/readyz").status()).isEqualTo(503);
            worker.terminate();
            assertThat(worker.exitCode(30)).as(worker.log()).isEqualTo(128 + 15);
            assertThat(worker.log()).as("Java's own complaints").doesNotContain("WARNING:");
        }
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("reanchor-worker-.*-exec\\.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private void run(List<String> command) throws Exception {
        Path log = folder.resolve("extract.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    }

    private static void merge(Path from, Path into) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = into.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.move(file, target);
            }
        }
    }
}
