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
final class ResumingStream extends ObjectStream {

    private final ObjectStore store;
    private final RetryPolicy policy;
    private final RequestPace pace;
    private final BooleanSupplier closing;
    private final ObjectInfo object;
    /** Where reading ends, as it was asked for, and as the listed size has it. */
    private final long to;

    private final long end;
    private @Nullable ObjectStream stream;
    private long position;
    private long lastProgress = System.nanoTime();
    private Duration wait;

    private ResumingStream(ResumingReads reads, ObjectInfo object, long from, long to) {
        store = reads.store();
        policy = reads.policy();
        pace = reads.pace();
        closing = reads.closing();
        this.object = object;
        this.to = to;
        end = Math.min(to, object.size());
        position = from;
        wait = policy.firstWait();
    }

    static ResumingStream open(ResumingReads reads, ObjectInfo object, long from, long to) throws IOException {
        ResumingStream resuming = new ResumingStream(reads, object, from, to);
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
            takePlace();
            long begun = System.nanoTime();
            try {
                stream = store.open(new ObjectRead(object.key(), position, to, object.version()));
                pace.served();
            } catch (IOException e) {
                if (e instanceof StoreUnavailableException busy) {
                    busy.retryAfter().ifPresent(wanted -> pace.slowDown(begun, atMostBudget(wanted)));
                }
                pauseOrThrow(e);
            }
        }
    }

    private Duration atMostBudget(Duration wanted) {
        return wanted.compareTo(policy.budget()) < 0 ? wanted : policy.budget();
    }

    /** Waits until the store may be asked again, by this reader and all others. */
    private void takePlace() throws RestoreCancelledException {
        long nanos = pace.place();
        if (nanos <= 0) {
            return;
        }
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
        // That others had to be served first is no failure of this request.
        lastProgress += nanos;
    }

    /** Waits before the next try, or passes on what cannot be mended by one. */
    private void pauseOrThrow(IOException e) throws IOException {
        if (Thread.currentThread().isInterrupted() || isInterruption(e)) {
            throw cancelled(e);
        }
        boolean mayPass = !(e instanceof TailraceException) || e instanceof StoreUnavailableException;
        long without = System.nanoTime() - lastProgress;
        long asked = e instanceof StoreUnavailableException busy
                ? busy.retryAfter().orElse(Duration.ZERO).toNanos()
                : 0;
        if (!mayPass
                || closing.getAsBoolean()
                || without + Math.max(asked, wait.toNanos()) > policy.budget().toNanos()) {
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

    private RestoreCancelledException cancelled(Exception e) {
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
