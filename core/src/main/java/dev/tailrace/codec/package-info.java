/**
 * LZ4 frames, walked here; the blocks inside them are left to a library found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.tailrace.codec;

import org.jspecify.annotations.NullMarked;
