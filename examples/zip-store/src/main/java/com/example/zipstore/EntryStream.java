// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A range of an entry. It reads the state of the archive that it was opened on, also when that has been replaced. */
final class EntryStream extends ObjectStream {

    private final ZipObjectStore store;
    private final Contents contents;
    private final ObjectInfo info;
    private final InputStream in;
    private long left;
    private boolean closed;

    /**
     * Opens a range.
     *
     * @param contents closed with the stream, but not if this fails
     */
    EntryStream(ZipObjectStore store, Contents contents, ObjectInfo info, long from, long to) throws IOException {
        this.store = store;
        this.contents = contents;
        this.info = info;
        long begin = Math.min(from, info.size());
        left = Math.min(to, info.size()) - begin;
        try {
            in = contents.read(info.key());
            in.skipNBytes(begin);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        store.requireOpen();
        if (closed) {
            throw new IOException("stream is closed: " + info.key() + " in " + store.location());
        }
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        try {
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException(left + " bytes before its end");
            }
            left -= count;
            return count;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            in.close();
            contents.close();
        }
    }

    private StoreUnavailableException unreadable(IOException cause) {
        return new StoreUnavailableException(
                "cannot read " + info.key() + " in " + store.location() + ": " + cause.getMessage(),
                store.location(),
                cause);
    }
}
