// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.TailraceException;
import java.nio.ByteBuffer;

/**
 * Writes to the database in runs as long as possible: bytes that continue the ones before are gathered. For one thread;
 * {@link #flush()} ends it.
 */
final class PageWriter {

    /** Longer writes were not faster. */
    private static final int BUFFER = 1 << 20;

    private final DatabaseOutput database;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private long position;
    private long bytes;
    private long writes;

    PageWriter(DatabaseOutput database) {
        this.database = database;
    }

    /** Writes {@code length} bytes at {@code target} in the database file. */
    void write(byte[] source, int offset, int length, long target) throws TailraceException {
        if (target != position + buffer.position()) {
            flush();
            position = target;
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int some = Math.min(left, buffer.remaining());
            buffer.put(source, from, some);
            from += some;
            left -= some;
        }
    }

    /** Writes what is gathered. */
    void flush() throws TailraceException {
        if (buffer.position() == 0) {
            return;
        }
        buffer.flip();
        int length = buffer.remaining();
        database.write(buffer, position);
        buffer.clear();
        position += length;
        bytes += length;
        writes++;
    }

    long bytes() {
        return bytes;
    }

    long writes() {
        return writes;
    }
}
