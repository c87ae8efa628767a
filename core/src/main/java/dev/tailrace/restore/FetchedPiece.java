// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request's worth of an object. Its state is guarded by the lock of its {@link ObjectFetcher}; its bytes belong to the
 * thread that fetches them, and once they have arrived to the one that takes them.
 */
final class FetchedPiece {

    /** How far fetching has come. */
    enum State {
        ASKED,
        OPENED,
        ARRIVED
    }

    private final ObjectInfo object;
    private final long from;
    private final long to;
    private final boolean range;
    private List<ByteBuffer> chunks = List.of();
    private State state = State.ASKED;
    private @Nullable Throwable failure;
    private boolean ahead;
    private boolean unwanted;
    private boolean inTheWay;

    FetchedPiece(ObjectInfo object, long from, long to, boolean range) {
        this.object = object;
        this.from = from;
        this.to = to;
        this.range = range;
        inTheWay = range;
    }

    ObjectInfo object() {
        return object;
    }

    long from() {
        return from;
    }

    /** {@link Long#MAX_VALUE} for the last piece of an object. */
    long to() {
        return to;
    }

    /** How many bytes it is expected to have. */
    long size() {
        return Math.min(to, object.size()) - from;
    }

    /** Whether it is a part of a large object. */
    boolean range() {
        return range;
    }

    /** Whether it is a range that others have to wait for; from now on it is none. */
    boolean makesWay() {
        boolean did = inTheWay;
        inTheWay = false;
        return did;
    }

    List<ByteBuffer> chunks() {
        return chunks;
    }

    /** Gives it memory to be read ahead into. */
    void reserve(List<ByteBuffer> memory) {
        chunks = memory;
        ahead = true;
    }

    /** Takes its memory away; what it held must not be used any more. */
    List<ByteBuffer> release() {
        List<ByteBuffer> released = chunks;
        chunks = List.of();
        return released;
    }

    /** Whether it is read ahead; else whoever takes it reads it. */
    boolean isAhead() {
        return ahead;
    }

    boolean unwanted() {
        return unwanted;
    }

    /** Nobody will take it; whoever fetches it gives its memory back. */
    void discard() {
        unwanted = true;
    }

    /** Whether its taker may be given the stream, or the failure to open it. */
    boolean isOpened() {
        return state != State.ASKED || failure != null;
    }

    boolean isEnded() {
        return state == State.ARRIVED || failure != null;
    }

    /** Why it could not be opened; null if it was. */
    @Nullable
    Throwable failureToOpen() {
        return state == State.ASKED ? failure : null;
    }

    /** Why it did not arrive; null if it has, or may yet. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    void opened() {
        state = State.OPENED;
    }

    void arrived() {
        state = State.ARRIVED;
    }

    void failed(Throwable e) {
        // What goes wrong once all bytes are there takes nothing from them.
        failure = state == State.ARRIVED ? null : e;
    }

    /**
     * Fills the chunks from a stream that ends where the piece does.
     *
     * @param buffer of at least one byte; used on the way
     * @param arrival told of what has come, as it comes
     * @throws ObjectChangedException if there is more than was listed
     */
    void fill(InputStream stream, byte[] buffer, RangeArrival arrival, String location) throws IOException {
        for (ByteBuffer chunk : chunks) {
            chunk.clear();
        }
        long expected = size();
        long length = 0;
        int chunk = 0;
        while (true) {
            int read = stream.read(buffer, 0, buffer.length);
            if (read < 0) {
                break;
            }
            length += read;
            if (length > expected) {
                throw new ObjectChangedException(
                        object.key(), object.size() + " bytes, as listed", "more", location, null);
            }
            arrival.came(length);
            int copied = 0;
            while (copied < read) {
                ByteBuffer target = chunks.get(chunk);
                int fitting = Math.min(target.remaining(), read - copied);
                target.put(buffer, copied, fitting);
                copied += fitting;
                chunk += target.hasRemaining() ? 0 : 1;
            }
        }
        chunks.forEach(ByteBuffer::flip);
    }
}
