/** Reads and calls that are tried again: a store as the packages above see it. */
@NullMarked
package dev.tailrace.internal.retry;

import org.jspecify.annotations.NullMarked;
