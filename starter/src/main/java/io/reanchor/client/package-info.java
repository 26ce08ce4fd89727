/** {@link io.reanchor.client.ReanchorClient}: how upstream services and people start, join, follow and abort a recovery. */
@NullMarked
package io.reanchor.client;

import org.jspecify.annotations.NullMarked;
