package io.reanchor.testkit.check;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * One line of a history, in the form that Jepsen's checkers and Porcupine read.
 *
 * @param process who; a process does one thing at a time
 * @param op what
 * @param type {@code invoke} when it begins, {@code ok} when it happened, {@code fail} when it is known not to have happened, {@code
 *     info} when nobody knows, or for what has no beginning and end
 * @param value what goes in or comes out
 * @param time nanoseconds since the history began
 */
@JsonPropertyOrder({"process", "op", "type", "value", "time"})
public record Event(String process, String op, Type type, JsonNode value, long time) {
    /** How an operation stands. */
    public enum Type {
        invoke,
        ok,
        fail,
        info
    }

    boolean is(String operation, Type kind) {
        return op.equals(operation) && type == kind;
    }
}
