// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An object's bytes from one connection after the other: after a loss it is opened again at the byte reached, in the same
 * version. What cannot be mended by waiting (absent, replaced, refused) is passed on at once.
 */
final class ResumingStream extends ObjectStream {

    private final ObjectStore store;
    private final Patience patience;
    private final ObjectInfo object;
    /** Where reading ends, as it was asked for, and as the listed size has it. */
    private final long to;

    private final long end;
    private @Nullable ObjectStream stream;
    private long position;
    private ObjectInfo told;

    private ResumingStream(ResumingStore store, ObjectInfo object, long from, long to) {
        this.store = store;
        patience = store.patience();
        this.object = object;
        this.to = to;
        end = Math.min(to, object.size());
        position = from;
        told = object;
    }

    static ResumingStream open(ResumingStore store, ObjectInfo object, long from, long to) throws IOException {
        ResumingStream resuming = new ResumingStream(store, object, from, to);
        resuming.connect();
        return resuming;
    }

    /** As the listing told it; or as its own head does, which may tell a time more. */
    @Override
    public ObjectInfo info() {
        return told;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= to) {
            return -1;
        }
        while (true) {
            try {
                int read = connect().read(target, offset, length);
                if (read > 0) {
                    position += read;
                    patience.progressed();
                    return read;
                }
                if (position >= end) {
                    return -1;
                }
                throw new StoreUnavailableException(
                        "connection ended early: " + position + " of " + object.size() + " bytes of " + object.key()
                                + " came from " + store.location() + "; try again later",
                        store.location(),
                        null);
            } catch (IOException e) {
                disconnect();
                patience.failed(e);
            }
        }
    }

    private ObjectStream connect() throws IOException {
        while (true) {
            ObjectStream open = stream;
            if (open != null) {
                return open;
            }
            patience.takePlace();
            long begun = System.nanoTime();
            try {
                ObjectStream opened = store.open(new ObjectRead(object.key(), position, to, object.version()));
                stream = opened;
                if (opened.info().recordedAt().isPresent()) {
                    told = opened.info();
                }
                patience.served();
            } catch (IOException e) {
                patience.failed(e, begun);
            }
        }
    }

    private void disconnect() {
        ObjectStream open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException ignored) {
                // It is broken already; what broke it is being dealt with.
            }
        }
    }

    @Override
    public void close() throws IOException {
        ObjectStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
