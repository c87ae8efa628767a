// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An object that is read ahead, as it is taken: piece by piece, those that nobody has begun by requests of its own. */
final class FetchedStream extends InputStream {

    private final ObjectFetcher fetcher;
    private final FetchedObject object;
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    /** The piece that is being taken, if it was read ahead; else the stream of one that was not. */
    private @Nullable FetchedPiece piece;

    private @Nullable InputStream direct;
    private boolean arrived;

    FetchedStream(ObjectFetcher fetcher, FetchedObject object) {
        this.fetcher = fetcher;
        this.object = object;
    }

    /** Waits until the object is open. */
    void begin() throws IOException {
        openNext();
        FetchedPiece first = piece;
        if (first != null) {
            fetcher.awaitOpened(first);
        }
    }

    private boolean openNext() throws IOException {
        if (!fetcher.hasNext(object)) {
            return false;
        }
        FetchedPiece next = fetcher.next(object);
        if (next.isAhead()) {
            piece = next;
            arrived = false;
        } else {
            direct = fetcher.openPiece(next);
        }
        return true;
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
        do {
            int read = direct != null ? readDirect(target, offset, length) : readAhead(target, offset, length);
            if (read > 0) {
                return read;
            }
            endPiece();
        } while (openNext());
        return -1;
    }

    private int readDirect(byte[] target, int offset, int length) throws IOException {
        InputStream open = direct;
        return open == null ? -1 : open.read(target, offset, length);
    }

    private int readAhead(byte[] target, int offset, int length) throws IOException {
        FetchedPiece taking = piece;
        if (taking == null) {
            return -1;
        }
        if (!arrived) {
            chunks.addAll(fetcher.awaitArrived(taking));
            arrived = true;
        }
        while (!chunks.isEmpty()) {
            ByteBuffer chunk = chunks.peek();
            if (chunk.hasRemaining()) {
                int read = Math.min(length, chunk.remaining());
                chunk.get(target, offset, read);
                return read;
            }
            chunks.poll();
        }
        return -1;
    }

    private void endPiece() throws IOException {
        chunks.clear();
        FetchedPiece taken = piece;
        piece = null;
        if (taken != null) {
            fetcher.giveBack(taken);
        }
        InputStream open = direct;
        direct = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            endPiece();
        } finally {
            fetcher.end(object);
        }
    }
}
