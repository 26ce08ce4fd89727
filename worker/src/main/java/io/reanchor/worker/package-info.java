/**
 * The process that does recoveries: configuration, the start that waits for Temporal and Redis, health on 8084, metrics, and
 * the drain. The only production package that sees Spring.
 */
@NullMarked
package io.reanchor.worker;

import org.jspecify.annotations.NullMarked;
