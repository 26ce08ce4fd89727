package io.reanchor.cli;

import picocli.CommandLine.TypeConversionException;

/** How a command prints its result. */
enum Format {
    TEXT,
    JSON,
    JSONL,
    NONE;

    static Format parse(String text) {
        return switch (text) {
            case "text" -> TEXT;
            case "json" -> JSON;
            case "jsonl" -> JSONL;
            case "none" -> NONE;
            default -> throw new TypeConversionException("'%s' is none of text, json, jsonl, none".formatted(text));
        };
    }
}
