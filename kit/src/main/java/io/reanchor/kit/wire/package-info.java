/** How scripts are run and replies read, shared with the service. Not for others: it may change at any time. */
@NullMarked
package io.reanchor.kit.wire;

import org.jspecify.annotations.NullMarked;
