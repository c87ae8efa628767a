// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.RestoreCancelledException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that bring objects over. When a call of it returns or throws, none of them is at work for it any more. */
final class CopyWorkers implements Closeable {

    private static final long INTERRUPT_AGAIN_MILLIS = 100;

    private final int count;
    private final ExecutorService threads;
    private final AtomicBoolean failed = new AtomicBoolean();

    CopyWorkers(int count) {
        this.count = count;
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "tailrace-copy");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Brings objects over as soon as each is ready. */
    void inAnyOrder(List<CopiedObject> objects, Transfer transfer) throws IOException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < Math.min(count, objects.size()); i++) {
            working.add(threads.submit(() -> {
                try {
                    for (int number = next.getAndIncrement();
                            number < objects.size() && !failed.get();
                            number = next.getAndIncrement()) {
                        transfer.finish(transfer.prepare(objects.get(number)));
                    }
                    return null;
                } catch (Throwable e) {
                    failed.set(true);
                    throw e;
                }
            }));
        }
        IOException failure = null;
        for (Future<?> work : working) {
            try {
                result(work);
            } catch (IOException e) {
                // The first one stopped the others.
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Reads objects ahead, and writes each when the one before it is written. */
    void inOrder(List<CopiedObject> objects, Transfer transfer) throws IOException {
        Deque<Future<Transfer.Prepared>> ahead = new ArrayDeque<>();
        int next = 0;
        try {
            for (int written = 0; written < objects.size(); written++) {
                for (; next < objects.size() && next - written < count; next++) {
                    CopiedObject object = objects.get(next);
                    ahead.add(threads.submit(() -> transfer.prepare(object)));
                }
                Transfer.Prepared prepared = result(ahead.element());
                ahead.remove();
                transfer.finish(prepared);
                if (Thread.currentThread().isInterrupted()) {
                    throw new RestoreCancelledException("copy was interrupted", null);
                }
            }
        } finally {
            if (!ahead.isEmpty()) {
                close();
                discard(ahead);
            }
        }
    }

    private static void discard(Deque<Future<Transfer.Prepared>> ahead) {
        for (Future<Transfer.Prepared> future : ahead) {
            if (!future.isDone() || future.isCancelled()) {
                continue;
            }
            try {
                future.get().close();
            } catch (ExecutionException | IOException | InterruptedException ignored) {
                // What ended the copy is told already.
            }
        }
    }

    private <T> T result(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("copy was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Ends the threads, interrupting whoever is at work, and waits for them. Keeps an interrupt that comes meanwhile. */
    @Override
    public void close() {
        failed.set(true);
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                // Once more: a store's client may have swallowed the last one, and be about to try again.
                threads.shutdownNow();
                try {
                    if (threads.awaitTermination(INTERRUPT_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                } catch (InterruptedException e) {
                    // There is nothing else to stop, but whoever goes on after this has to know.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
