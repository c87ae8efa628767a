/**
 * LTX, version 3: the files of Litestream 0.5. Each holds the pages that some transactions changed, or a whole database, and
 * is proved by one checksum at its end.
 */
@NullMarked
package dev.tailrace.ltx;

import org.jspecify.annotations.NullMarked;
