/** A long run in which things go wrong at random, and what must hold all the while. */
@NullMarked
package io.reanchor.demo.soak;

import org.jspecify.annotations.NullMarked;
