package io.reanchor.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.temporal.common.converter.JacksonJsonPayloadConverter;

/** The records as JSON, in the shape that Temporal's Web UI shows them in: the same mapper writes both. */
final class Json {
    private static final ObjectMapper MAPPER = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    private Json() {}

    /** A record, and beside its own fields one more. */
    static String with(Object value, String name, Object added) {
        ObjectNode object = MAPPER.valueToTree(value);
        object.set(name, MAPPER.valueToTree(added));
        return of(object);
    }

    static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "can't write %s as JSON".formatted(value.getClass().getSimpleName()), e);
        }
    }
}
