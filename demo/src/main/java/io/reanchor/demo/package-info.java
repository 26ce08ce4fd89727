/**
 * A newcomer's first minute: Redis, Temporal, a worker, an exchange, a live writer and readers in one process, a gap on purpose,
 * and the proof of what became of it. Everything that is shown was measured.
 */
@NullMarked
package io.reanchor.demo;

import org.jspecify.annotations.NullMarked;
