/**
 * What a replica's keys mean: generations, snapshots and WAL segments, or LTX files in levels, in every layout that
 * Litestream has written.
 *
 * <p>Nothing here knows of HTTP, credentials or page numbers.
 */
@NullMarked
package dev.tailrace.replica;

import org.jspecify.annotations.NullMarked;
