/**
 * The fault matrix: recoveries that meet every fault at every step, on real servers, judged by the testkit's checker from their
 * history alone; and broken cut-overs that the checker must catch.
 */
@NullMarked
package io.reanchor.faults;

import org.jspecify.annotations.NullMarked;
