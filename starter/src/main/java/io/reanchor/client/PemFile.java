package io.reanchor.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file of certificates or a key, as a setting names it. */
public final class PemFile {
    /** A chain of certificates has a few kilobytes. */
    private static final int MAX_BYTES = 1_000_000;

    private PemFile() {}

    /**
     * Its text.
     *
     * @param setting the setting's name, for messages
     * @throws IllegalArgumentException naming setting and path, and nothing of the file
     */
    public static String read(String setting, String path) {
        if (path.contains("-----")) {
            throw new IllegalArgumentException(
                    "%s holds a PEM text (not shown, it may be the key itself): expected a file's path"
                            .formatted(setting));
        }
        try {
            Path file = Path.of(path);
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException("%s names a file of %d bytes: expected PEM, at most %d"
                        .formatted(setting, Files.size(file), MAX_BYTES));
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "%s is \"%s\", which can't be read (%s): give the process a PEM file that it may read"
                            .formatted(setting, Texts.shown(path), e.getClass().getSimpleName()),
                    e);
        }
    }
}
