/** Failures told again, with what the place knows that tells them. */
@NullMarked
package dev.tailrace.internal.failure;

import org.jspecify.annotations.NullMarked;
