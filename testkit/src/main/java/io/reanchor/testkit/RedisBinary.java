package io.reanchor.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;

/**
 * The server that tests start: what the environment variable {@value #OWN} names, a {@code redis-server} or {@code valkey-server}, or
 * else the {@code redis-server} that {@code org.signal:embedded-redis} carries, extracted once into a folder of this user's own.
 */
final class RedisBinary {
    static final String OWN = "REANCHOR_REDIS_SERVER";

    private static final String VERSION = "7.0.15";

    private RedisBinary() {}

    /** @throws IllegalStateException when the one that is named can't be run, or there is none for this system */
    static Path path() {
        String own = System.getenv(OWN);
        return own == null ? extracted() : named(own);
    }

    static Path named(String own) {
        Path binary = Path.of(own).toAbsolutePath();
        if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
            throw new IllegalStateException(OWN + " names no program that can be run: " + binary);
        }
        return binary;
    }

    /** Extracts the binary, unless the very same bytes are there already. */
    private static synchronized Path extracted() {
        String name = "redis-server-" + VERSION + "-" + system();
        try (InputStream resource = RedisBinary.class.getResourceAsStream("/" + name)) {
            if (resource == null) {
                throw new IllegalStateException(
                        "no redis-server for this system: org.signal:embedded-redis has no %s. Use a Redis of your own."
                                .formatted(name));
            }
            byte[] bytes = resource.readAllBytes();
            Path binary = privateFolder().resolve(name);
            if (!Files.isExecutable(binary) || !Arrays.equals(Files.readAllBytes(binary), bytes)) {
                Path fresh = Files.createTempFile(binary.getParent(), name, ".part");
                Files.write(fresh, bytes);
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
                Files.move(fresh, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException("can't extract " + name, e);
        }
    }

    /** The name is guessable and what lies there is executed: a folder that another user made is refused. */
    private static Path privateFolder() throws IOException {
        String user = System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9_-]", "_");
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "reanchor-" + user);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path probe = Files.createTempFile(folder, "owner", ".probe");
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(folder))) {
                throw new IOException(folder + " belongs to " + Files.getOwner(folder) + ", not to " + user);
            }
        } finally {
            Files.delete(probe);
        }
        return folder;
    }

    private static String system() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        return (os.contains("mac") ? "darwin" : os) + "-" + (arm ? "arm64" : "amd64");
    }
}
