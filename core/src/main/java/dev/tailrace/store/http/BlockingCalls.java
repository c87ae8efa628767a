// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The calls in progress of one store. Each blocks on a thread of its own, while its caller waits for it: no HTTP client of
 * Java's blocking kind can be interrupted, or be made to let go of a connection that brings nothing, but the caller can be
 * let go. The thread that is left behind is interrupted, and ends with the client's own time-outs at the latest. Safe for use by many threads.
 */
public final class BlockingCalls implements AutoCloseable {

    private static final long IDLE_MILLIS = 500;

    private final String location;
    private final Set<Call<?>> inProgress = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> aborts = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;
    private volatile boolean closed;

    /**
     * Calls of a store.
     *
     * @param threadName how names of threads begin, such as {@code tailrace-s3-}
     * @param location of the store, for messages
     */
    public BlockingCalls(String threadName, String location) {
        this.location = location;
        threads = threads(threadName);
    }

    /** As many threads as there is work, none of which keeps a program alive, or stays for long without work. */
    public static ThreadPoolExecutor threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_MILLIS, TimeUnit.MILLISECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, name + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** What a call does. */
    public interface Work<T> {
        /**
         * Does it, on another thread than the caller's.
         *
         * @param abandoned whether nobody waits for it any more
         */
        T run(BooleanSupplier abandoned) throws TailraceException;
    }

    private record Call<T>(CompletableFuture<T> outcome, Future<?> running) {

        /** Lets the caller go, unless there is an outcome already. */
        boolean abandon(Throwable reason) {
            boolean first = outcome.completeExceptionally(reason);
            if (first) {
                running.cancel(true);
            }
            return first;
        }
    }

    /**
     * Runs a call and waits for it.
     *
     * @param discard takes a result that comes when nobody waits for it any more
     * @throws StoreAccessException if the store is closed, before or meanwhile
     * @throws StoreUnavailableException if the thread is interrupted, which it still is afterwards
     */
    public <T> T run(Work<T> work, Consumer<? super T> discard) throws TailraceException {
        requireOpen();
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Call<T> call = new Call<>(outcome, start(() -> execute(work, outcome, discard)));
        inProgress.add(call);
        try {
            if (closed) {
                call.abandon(closedFailure());
            }
            return outcome.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            StoreUnavailableException interrupted =
                    new StoreUnavailableException("interrupted while using " + location, location, e);
            if (!call.abandon(interrupted) && !outcome.isCompletedExceptionally()) {
                discard.accept(outcome.join());
            }
            throw interrupted;
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            inProgress.remove(call);
        }
    }

    private Future<?> start(Runnable work) throws StoreAccessException {
        try {
            return threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw closedFailure();
        }
    }

    private static <T> void execute(Work<T> work, CompletableFuture<T> outcome, Consumer<? super T> discard) {
        try {
            T result = work.run(outcome::isDone);
            if (!outcome.complete(result)) {
                discard.accept(result);
            }
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }

    private static TailraceException rethrown(Throwable failure) {
        if (failure instanceof TailraceException typed) {
            return typed;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }

    /** Does something that may block, such as letting go of a connection, without waiting for it. */
    public void inBackground(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            // The store is closed, and has run its aborts.
            return;
        }
    }

    /**
     * From now on it is run when the store is closed.
     *
     * @throws StoreAccessException if it is closed already; then it may be run, too
     */
    public void onClose(Runnable abort) throws StoreAccessException {
        aborts.add(abort);
        requireOpen();
    }

    /** It is not to be run when the store is closed. */
    public void forget(Runnable abort) {
        aborts.remove(abort);
    }

    /** Fails if the store is closed. */
    public void requireOpen() throws StoreAccessException {
        if (closed) {
            throw closedFailure();
        }
    }

    private StoreAccessException closedFailure() {
        return new StoreAccessException("store is closed: " + location + "; open it again", location, null);
    }

    /** Lets all callers go, and runs what is to be run at the end; does not wait. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        inProgress.forEach(call -> call.abandon(closedFailure()));
        aborts.forEach(threads::execute);
        threads.shutdown();
    }
}
