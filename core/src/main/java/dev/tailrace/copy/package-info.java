/** Copies replicas from one store to another, whole objects at a time, so that the copy can be restored at every moment. */
@NullMarked
package dev.tailrace.copy;

import org.jspecify.annotations.NullMarked;
