package io.reanchor.testkit;

import java.util.List;

/**
 * The place right before a command, where a connection can break.
 *
 * @param number of the command since counting began, over all connections, from 1; each command of a pipeline has its own
 * @param connection number of the connection it came on, from 1
 * @param name the command, in capitals
 * @param script of EVAL and EVALSHA: what the script's first line says it does, or its SHA-1 when its text was never seen; else empty
 * @param keys the keys or channels that it names
 */
public record Boundary(int number, int connection, String name, String script, List<String> keys) {
    public Boundary {
        keys = List.copyOf(keys);
    }

    /** The command without its place, as in {@code RENAME ob:new:X ob:X} or {@code EVALSHA (Claims a symbol) reanchor:X meta:X}. */
    public String command() {
        return (name + (script.isEmpty() ? "" : " (" + script + ")") + " " + String.join(" ", keys)).trim();
    }
}
