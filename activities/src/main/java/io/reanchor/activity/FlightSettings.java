package io.reanchor.activity;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which flight recordings are kept ({@code re_anchor.recordings}).
 *
 * @param directory where; null: none is made
 * @param all whether also those of recoveries that were committed are kept
 * @param maxBytes of one recording; what comes after isn't recorded, and told so
 * @param maxFiles how many are kept; older ones are deleted
 */
public record FlightSettings(@Nullable Path directory, boolean all, long maxBytes, int maxFiles) {
    /** Nothing is recorded. */
    public static final FlightSettings NONE = new FlightSettings(null, false, 16 << 20, 100);

    public FlightSettings {
        if (directory != null && !(Files.isDirectory(directory) && Files.isWritable(directory))) {
            throw new IllegalArgumentException(
                    "recordings.directory is %s: expected a directory that is there and can be written"
                            .formatted(directory));
        }
    }
}
