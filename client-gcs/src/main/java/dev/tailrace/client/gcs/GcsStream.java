// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpResponse;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer. It is read on another thread, into a buffer of its own: a reader that was let go must not find
 * later bytes in its array.
 */
final class GcsStream extends ObjectStream {

    private static final int MOST_AT_ONCE = 64 << 10;

    private final Calls calls;
    private final String location;
    private final ObjectInfo info;
    private final InputStream body;
    private final Runnable abort;
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
     * The range {@code [from, to)} of an object, which lies within it.
     *
     * @param answer whose content has not been touched
     * @param content which bytes of the object those are: these, or more where a server knows no ranges; then those before
     *     them are read here
     * @param abandoned whether nobody waits for this stream any more
     */
    GcsStream(
            Calls calls,
            String location,
            ObjectInfo info,
            HttpResponse answer,
            ContentRange content,
            long from,
            long to,
            BooleanSupplier abandoned)
            throws IOException {
        this.calls = calls;
        this.location = location;
        this.info = info;
        this.body = answer.getContent();
        this.abort = () -> drop(answer);
        this.position = from;
        this.end = to;
        this.takesAll = content.to() == to;
        skip(from - content.from(), abandoned);
        calls.onClose(abort);
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
            filled = calls.<Integer>run(abandoned -> read(reading, wanted), count -> {});
            position += filled;
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    /** As many bytes as are there without waiting again, at least one. */
    private int read(byte[] reading, int wanted) throws TailraceException {
        int count = 0;
        try {
            do {
                int read = body.read(reading, count, wanted - count);
                if (read < 0) {
                    break;
                }
                count += read;
            } while (count < wanted && body.available() > 0);
        } catch (IOException | RuntimeException e) {
            throw lost(e);
        }
        if (count == 0) {
            throw lost(null);
        }
        return count;
    }

    private void skip(long bytes, BooleanSupplier abandoned) throws TailraceException {
        try {
            byte[] skipped = new byte[(int) Math.min(MOST_AT_ONCE, bytes)];
            long left = bytes;
            while (left > 0 && !abandoned.getAsBoolean()) {
                int read = body.read(skipped, 0, (int) Math.min(skipped.length, left));
                if (read < 0) {
                    throw lost(null);
                }
                left -= read;
            }
        } catch (TailraceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw lost(e);
        }
    }

    /** All has come: the connection can be used again. */
    private void finish() {
        try {
            body.close();
        } catch (IOException e) {
            abort.run();
        }
    }

    /** Closes the socket: what is left of the content is not wanted. */
    static void drop(HttpResponse answer) {
        try {
            answer.disconnect();
        } catch (IOException e) {
            // Nothing more is expected of this connection.
            return;
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

    /** What has not come yet is never read: the connection is dropped, unless all of it has come. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        calls.forget(abort);
        if (takesAll && position == end && broken == null) {
            finish();
        } else {
            // The client would hold up this thread until a read in progress comes back.
            calls.inBackground(abort);
        }
    }
}
