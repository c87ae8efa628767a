// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An object's bytes from one connection after the other: after a loss it is opened again at the byte reached, in the same
 * version. What cannot be mended by waiting (absent, replaced, refused) is passed on at once.
 */
public final class ResumingStream extends ObjectStream {

    private final ObjectStore store;
    private final ObjectInfo object;
    /** Where reading ends, as it was asked for, and as the listed size has it. */
    private final long to;

    private final long end;
    private final RetryPolicy policy;
    private final BooleanSupplier closing;
    private @Nullable ObjectStream stream;
    private long position;
    private long lastProgress = System.nanoTime();
    private Duration wait;

    private ResumingStream(
            ObjectStore store, ObjectInfo object, long from, long to, RetryPolicy policy, BooleanSupplier closing) {
        this.store = store;
        this.object = object;
        this.to = to;
        end = Math.min(to, object.size());
        position = from;
        this.policy = policy;
        this.closing = closing;
        wait = policy.firstWait();
    }

    /**
     * Opens a range of the listed version of an object.
     *
     * @param to {@link Long#MAX_VALUE} to read to the end, also if that is found beyond the listed size
     * @param closing whether the store is being closed, after which nothing is tried again
     */
    public static ResumingStream open(
            ObjectStore store, ObjectInfo object, long from, long to, RetryPolicy policy, BooleanSupplier closing)
            throws IOException {
        ResumingStream resuming = new ResumingStream(store, object, from, to, policy, closing);
        resuming.connect();
        return resuming;
    }

    @Override
    public ObjectInfo info() {
        return object;
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
                    lastProgress = System.nanoTime();
                    wait = policy.firstWait();
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
                pauseOrThrow(e);
            }
        }
    }

    private ObjectStream connect() throws IOException {
        while (true) {
            ObjectStream open = stream;
            if (open != null) {
                return open;
            }
            try {
                stream = store.open(new ObjectRead(object.key(), position, to, object.version()));
            } catch (IOException e) {
                pauseOrThrow(e);
            }
        }
    }

    /** Waits before the next try, or passes on what cannot be mended by one. */
    private void pauseOrThrow(IOException e) throws IOException {
        if (Thread.currentThread().isInterrupted() || isInterruption(e)) {
            throw cancelled(e);
        }
        boolean mayPass = !(e instanceof TailraceException) || e instanceof StoreUnavailableException;
        long without = System.nanoTime() - lastProgress;
        if (!mayPass
                || closing.getAsBoolean()
                || without + wait.toNanos() > policy.budget().toNanos()) {
            throw e;
        }
        try {
            // Between a half and the whole of it, so that many readers do not come back in step.
            long nanos = wait.toNanos();
            Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos + 1))
                            .toMillis()
                    + 1);
        } catch (InterruptedException interrupted) {
            e.addSuppressed(interrupted);
            throw cancelled(e);
        }
        wait = wait.multipliedBy(2).compareTo(policy.longestWait()) < 0 ? wait.multipliedBy(2) : policy.longestWait();
    }

    private static boolean isInterruption(IOException e) {
        // A time-out is made of the same stuff, but is nobody's wish.
        return e instanceof ClosedByInterruptException
                || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
    }

    private RestoreCancelledException cancelled(IOException e) {
        Thread.currentThread().interrupt();
        return new RestoreCancelledException("interrupted while reading from " + store.location(), e);
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
