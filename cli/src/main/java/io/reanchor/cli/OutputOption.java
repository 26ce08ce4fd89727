package io.reanchor.cli;

import picocli.CommandLine.Option;

/** {@code -o text|json|jsonl|none}. */
final class OutputOption {
    static final String NAME = "--output";

    @Option(
            names = {"-o", NAME},
            paramLabel = "text|json|jsonl|none",
            defaultValue = "text",
            description =
                    "For people; one JSON object; one for each line of a list; or nothing but the exit code. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TEXT;

    /** Also when there shall be one for each line: of a single result that is the same. */
    boolean isJson() {
        return format == Format.JSON || format == Format.JSONL;
    }

    /** Whether each line of a list is an object of its own. */
    boolean isLines() {
        return format == Format.JSONL;
    }
}
