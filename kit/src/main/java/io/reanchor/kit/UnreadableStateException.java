package io.reanchor.kit;

import org.jspecify.annotations.Nullable;

/** Live state holds what isn't its own: the message names the key, the field, and what stands there. */
public final class UnreadableStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableStateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
