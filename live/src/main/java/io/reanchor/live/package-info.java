/** A reference ingestor and gap detector on top of the kit: keeps symbols' live state in Redis, and reports what its feed loses. */
@NullMarked
package io.reanchor.live;

import org.jspecify.annotations.NullMarked;
