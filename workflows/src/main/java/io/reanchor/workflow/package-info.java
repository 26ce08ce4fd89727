/**
 * The contract of a recovery and the saga that runs it: what upstream services send and get back, the steps, and the order
 * in which they are done and undone. Depends on the Temporal SDK and nothing else.
 */
@NullMarked
package io.reanchor.workflow;

import org.jspecify.annotations.NullMarked;
