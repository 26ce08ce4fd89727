/**
 * What a test, the demo or the bench needs and production must not have: real Redis servers, a simulated exchange, readers
 * that judge what they see.
 */
@NullMarked
package io.reanchor.testkit;

import org.jspecify.annotations.NullMarked;
