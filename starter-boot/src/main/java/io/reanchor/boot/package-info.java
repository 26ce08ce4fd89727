/** {@link io.reanchor.client.ReanchorClient} as a bean. */
@NullMarked
package io.reanchor.boot;

import org.jspecify.annotations.NullMarked;
