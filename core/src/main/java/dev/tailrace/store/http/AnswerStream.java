// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A range of an object from the body of one answer. It is read on another thread, into a buffer of its own: a reader that was
 * let go must not find later bytes in its array. Closing before the end drops the connection. For one thread at a time.
 */
public final class AnswerStream extends ObjectStream {

    private static final int MOST_AT_ONCE = 64 << 10;

    private final BlockingCalls calls;
    private final String location;
    private final ObjectInfo info;
    private final AnswerBody body;
    private final Runnable drop;
    private final boolean takesAll;
    /** Where the next byte from the connection is in the object, and where the range ends. */
    private long position;

    private final long end;
    private byte[] buffer = new byte[0];
    private int next;
    private int filled;
    private boolean closed;
    private @Nullable IOException broken;

    /**
     * The range {@code [from, to)} of an object, which lies within the answer. Where the store knows no ranges the answer
     * begins before it; then the bytes between are read here.
     *
     * @param location of the store, for messages
     * @param content which bytes of the object the answer holds
     * @param abandoned whether nobody waits for this stream any more
     * @throws StoreUnavailableException if the connection is lost on the way to {@code from}
     * @throws dev.tailrace.error.StoreAccessException if the store is closed; after any failure the body is still the caller's
     */
    public AnswerStream(
            BlockingCalls calls,
            String location,
            ObjectInfo info,
            AnswerBody body,
            ContentRange content,
            long from,
            long to,
            BooleanSupplier abandoned)
            throws TailraceException {
        this.calls = calls;
        this.location = location;
        this.info = info;
        this.body = body;
        this.drop = body::drop;
        this.position = content.from();
        this.end = to;
        this.takesAll = content.to() == to;
        skipTo(from, abandoned);
        calls.onClose(drop);
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
        Objects.checkFromIndexSize(offset, length, target.length);
        requireReadable();
        if (length == 0) {
            return 0;
        }
        if (next == filled) {
            if (position == end) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, filled - next);
        System.arraycopy(buffer, next, target, offset, count);
        next += count;
        return count;
    }

    @Override
    public int available() {
        return closed ? 0 : filled - next;
    }

    private void fill() throws IOException {
        int wanted = (int) Math.min(MOST_AT_ONCE, end - position);
        if (buffer.length < wanted) {
            buffer = new byte[wanted];
        }
        byte[] reading = buffer;
        next = 0;
        filled = 0;
        try {
            filled = calls.<Integer>run(abandoned -> read(reading, wanted, abandoned), count -> {});
            position += filled;
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    private int read(byte[] reading, int wanted, BooleanSupplier abandoned) throws TailraceException {
        int count;
        try {
            count = body.read(reading, wanted, abandoned);
        } catch (IOException | RuntimeException e) {
            throw lost(e);
        }
        if (count == 0) {
            throw lost(null);
        }
        return count;
    }

    private void skipTo(long from, BooleanSupplier abandoned) throws TailraceException {
        byte[] skipped = new byte[(int) Math.min(MOST_AT_ONCE, from - position)];
        while (position < from && !abandoned.getAsBoolean()) {
            position += read(skipped, (int) Math.min(skipped.length, from - position), abandoned);
        }
    }

    private StoreUnavailableException lost(@Nullable Exception cause) {
        String why = cause == null
                ? "the connection ended early"
                : cause instanceof SocketTimeoutException ? "nothing came for too long" : "the connection was lost";
        String detail = cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        return new StoreUnavailableException(
                "cannot read " + info.key() + " in " + location + " beyond byte " + position + ", wanted to " + end
                        + ": " + why + detail + "; try again later",
                location,
                cause);
    }

    private void requireReadable() throws IOException {
        if (closed) {
            throw new IOException("stream is closed: " + info.key() + " in " + location);
        }
        calls.requireOpen();
        if (broken != null) {
            throw broken;
        }
    }

    /** What has not come yet is never read: the connection is dropped, unless all of it has come. Does not wait. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        calls.forget(drop);
        // A client may hold up whoever lets go until a read in progress comes back.
        calls.inBackground(takesAll && position == end && broken == null ? body::finish : drop);
    }
}
