/** What things cost, measured beside the least that could do the same, in one run. */
@NullMarked
package io.reanchor.demo.bench;

import org.jspecify.annotations.NullMarked;
