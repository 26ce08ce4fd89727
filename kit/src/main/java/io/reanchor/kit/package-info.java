/**
 * What live writers and readers use: the names of a symbol's keys, its journals, the guard scripts and the classes on top of them.
 * Each script is a plain {@code .lua} file beside these classes whose head says what goes in and comes out, for any language.
 */
@NullMarked
package io.reanchor.kit;

import org.jspecify.annotations.NullMarked;
