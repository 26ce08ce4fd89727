/** The {@code reanchor} command: operators' commands over the client library, and the replay of a recording. */
@NullMarked
package io.reanchor.cli;

import org.jspecify.annotations.NullMarked;
