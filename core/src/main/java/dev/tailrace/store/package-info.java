/**
 * Where the bytes are: the interface a storage backend implements, and the URL that leads to it.
 *
 * <p>Nothing here knows of generations, WAL, LZ4 or SQLite.
 */
@NullMarked
package dev.tailrace.store;

import org.jspecify.annotations.NullMarked;
