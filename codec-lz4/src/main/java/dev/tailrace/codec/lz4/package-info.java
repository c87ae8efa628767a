/** LZ4 block compression by lz4-java, found by {@link java.util.ServiceLoader}. */
@NullMarked
package dev.tailrace.codec.lz4;

import org.jspecify.annotations.NullMarked;
