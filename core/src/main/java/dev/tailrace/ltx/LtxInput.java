// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of one object, with the place that has been reached in it. */
final class LtxInput {

    private static final int BUFFER = 32 << 10;

    private final String key;
    private final InputStream in;
    private long offset;

    LtxInput(String key, InputStream in) {
        this.key = key;
        this.in = new BufferedInputStream(in, BUFFER);
    }

    String key() {
        return key;
    }

    /** How many bytes have been read. */
    long offset() {
        return offset;
    }

    /** What comes next, which stays unread; shorter where the object ends before. */
    byte[] peek(int length) throws IOException {
        in.mark(length);
        byte[] bytes = in.readNBytes(length);
        in.reset();
        return bytes;
    }

    void readFully(byte[] target, int targetOffset, int length, String what) throws IOException {
        int read = in.readNBytes(target, targetOffset, length);
        offset += read;
        if (read < length) {
            throw damaged(offset, "object ends inside " + what, (length - read) + " more bytes", "the end");
        }
    }

    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw damaged(offset, "bytes after the end of the LTX file", "the end", "more");
        }
    }

    DamagedReplicaException damaged(long at, String problem, Object expected, Object actual) {
        return new DamagedReplicaException(Damage.at(key, at, problem).expecting(expected, actual));
    }
}
