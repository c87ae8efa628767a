/**
 * Which objects of a replica are no longer needed, and how they are deleted: nothing that a restore inside the window needs,
 * at no moment.
 */
@NullMarked
package dev.tailrace.prune;

import org.jspecify.annotations.NullMarked;
