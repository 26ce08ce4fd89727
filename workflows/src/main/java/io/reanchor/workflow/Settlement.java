package io.reanchor.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What settling found, and what it undid.
 *
 * @param outcome installed or rolled back; looked up and acted on in one script
 * @param receipt the receipt, when installed
 * @param undone what was dropped: staged keys, the flag
 * @param replication on how many replicas what was found or done is, or null when none were asked for
 */
public record Settlement(
        Outcome outcome,
        @Nullable SwapReceipt receipt,
        List<String> undone,
        @Nullable Replication replication) {
    public Settlement {
        undone = List.copyOf(undone);
    }
}
