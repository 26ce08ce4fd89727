package io.reanchor.cli;

import picocli.CommandLine.TypeConversionException;

/** How a command prints its result. */
enum Format {
    TEXT,
    JSON;

    static Format parse(String text) {
        return switch (text) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new TypeConversionException("'%s' is neither text nor json".formatted(text));
        };
    }
}
