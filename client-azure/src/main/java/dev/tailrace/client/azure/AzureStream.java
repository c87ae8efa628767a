// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer. It is read on another thread, into a buffer of its own: a reader that was let go must not find
 * later bytes in its array.
 */
final class AzureStream extends ObjectStream {

    private static final int MOST_AT_ONCE = 64 << 10;

    private final Calls calls;
    private final String location;
    private final ObjectInfo info;
    private final InputStream body;
    private final @Nullable Duration stallTimeout;
    private final Runnable abort;
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
     * @param body an answer that begins at {@code from}; closing it drops the connection, from any thread
     * @param stallTimeout null where the client has one of its own
     */
    AzureStream(
            Calls calls,
            String location,
            ObjectInfo info,
            InputStream body,
            @Nullable Duration stallTimeout,
            long from,
            long to)
            throws TailraceException {
        this.calls = calls;
        this.location = location;
        this.info = info;
        this.body = body;
        this.stallTimeout = stallTimeout;
        this.abort = this::letGo;
        this.position = from;
        this.end = to;
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
            filled = calls.<Integer>run(abandoned -> read(reading, wanted, abandoned), count -> {});
            position += filled;
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }

    /** As many bytes as are there without waiting again, at least one. */
    private int read(byte[] reading, int wanted, BooleanSupplier abandoned) throws TailraceException {
        int count = 0;
        try (StallWatch watch = StallWatch.over(abort, stallTimeout)) {
            try {
                do {
                    int read = body.read(reading, count, wanted - count);
                    if (read < 0) {
                        break;
                    }
                    count += read;
                } while (count < wanted && body.available() > 0);
            } catch (IOException | RuntimeException e) {
                throw watch.hasExpired() ? stalled() : lost("the connection was lost", e);
            }
            if (count == 0) {
                throw watch.hasExpired() ? stalled() : lost("the connection ended early", null);
            }
            if (position + count == end && !abandoned.getAsBoolean()) {
                finish();
            }
            return count;
        }
    }

    /** Sees the end of the answer, so that the connection can be used again. What comes instead is of no interest. */
    private void finish() {
        try {
            if (body.read() >= 0) {
                letGo();
            }
        } catch (IOException | RuntimeException e) {
            letGo();
        }
    }

    private StoreUnavailableException stalled() {
        long seconds = stallTimeout == null ? 0 : stallTimeout.toSeconds();
        return lost("nothing came for " + seconds + " s", null);
    }

    private StoreUnavailableException lost(String why, @Nullable Exception cause) {
        String detail = cause == null || cause.getMessage() == null
                ? ""
                : " (" + AzureFailures.quoted(cause.getMessage()) + ")";
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

    /** Java's client drops a connection whose answer has not come to its end, and keeps it otherwise. */
    private void letGo() {
        try {
            body.close();
        } catch (IOException e) {
            // Nobody reads of it any more, and there is nothing else to let go of.
            return;
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
        calls.inBackground(abort);
    }
}
