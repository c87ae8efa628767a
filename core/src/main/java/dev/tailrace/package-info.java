/**
 * The front door: {@link dev.tailrace.Tailrace} opens a replica by its URL. It stands on top of all other packages.
 */
@NullMarked
package dev.tailrace;

import org.jspecify.annotations.NullMarked;
