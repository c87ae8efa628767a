// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.util.Objects;

/** A range without bytes, of an object that is there. */
public final class EmptyStream extends ObjectStream {

    private final ObjectInfo info;
    private boolean closed;

    /** @param info of the object */
    public EmptyStream(ObjectInfo info) {
        this.info = info;
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public int read() throws IOException {
        return read(new byte[1], 0, 1);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("stream is closed: " + info.key());
        }
        return length == 0 ? 0 : -1;
    }

    @Override
    public void close() {
        closed = true;
    }
}
