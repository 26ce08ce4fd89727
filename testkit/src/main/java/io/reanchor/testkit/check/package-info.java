/**
 * What was seen and done in a run, as a history, and the checker that judges it. Independent of what is judged: raw replies, the
 * documented key names, and nothing of {@code io.reanchor.redis}.
 */
@NullMarked
package io.reanchor.testkit.check;

import org.jspecify.annotations.NullMarked;
