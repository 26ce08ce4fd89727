package io.reanchor.demo;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo runs on.
 *
 * @param recording a recording to play instead of a made-up market, or null
 * @param keep whether everything stays up after the last act, until the process is told to end
 * @param json whether the result is one JSON object instead of text
 * @param temporal {@code host:port} of a Temporal server to use, or null for one in this process
 * @param redis a Redis to use, or null for a process of the demo's own
 */
public record DemoOptions(
        @Nullable Path recording,
        boolean keep,
        boolean json,
        @Nullable String temporal,
        @Nullable URI redis) {

    /** Everything of its own, as text. */
    public static final DemoOptions DEFAULT = new DemoOptions(null, false, false, null, null);
}
