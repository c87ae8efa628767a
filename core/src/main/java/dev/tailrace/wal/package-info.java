/**
 * SQLite's write-ahead log: reading, checking and applying it.
 */
@NullMarked
package dev.tailrace.wal;

import org.jspecify.annotations.NullMarked;
