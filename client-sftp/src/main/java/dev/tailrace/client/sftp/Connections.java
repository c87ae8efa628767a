// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that a store has at a time: made when it is first needed, and anew when it was lost. One is enough, since
 * requests do not wait for each other; so a server's limit on connections is not met.
 */
final class Connections {

    private static final System.Logger LOGGER = System.getLogger(Connections.class.getName());
    private static final Duration TO_CLEAN_UP = Duration.ofSeconds(1);

    private final Login login;
    private final String location;
    private final Set<String> temporaryFiles = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private @Nullable Attempt attempt;
    private volatile boolean closed;

    Connections(Login login, String location) {
        this.login = login;
        this.location = location;
    }

    /** One try to connect, which all wait for who need a connection. */
    private record Attempt(Handshake handshake, CompletableFuture<Connection> outcome) {

        boolean isUsable() {
            if (!outcome.isDone()) {
                return true;
            }
            return !outcome.isCompletedExceptionally() && outcome.join().isAlive();
        }

        void end(IOException reason) {
            handshake.abandon();
            outcome.completeExceptionally(reason);
            if (!outcome.isCompletedExceptionally()) {
                outcome.join().drop(reason);
            }
        }
    }

    /** Files on the connection there is, or on a new one. */
    RemoteFiles files() throws IOException {
        return current().files();
    }

    private Connection current() throws TailraceException {
        Attempt using;
        synchronized (lock) {
            requireOpen();
            if (attempt == null || !attempt.isUsable()) {
                if (attempt != null) {
                    // A connection can outlive its channels.
                    attempt.end(new ConnectionLost("the connection was lost", null));
                }
                attempt = start();
            }
            using = requireNonNull(attempt);
        }
        try {
            return using.outcome().get(login.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while using " + location, location, e);
        } catch (TimeoutException e) {
            StoreUnavailableException late = new StoreUnavailableException(
                    "cannot connect to " + location + ": logging in takes longer than "
                            + login.patience().toSeconds() + " s; try again later",
                    location,
                    e);
            using.end(late);
            throw late;
        } catch (ExecutionException e) {
            requireOpen();
            throw typed(e);
        }
    }

    // Several callers wait for one attempt: each gets an exception of its own.
    private TailraceException typed(ExecutionException failure) {
        Throwable cause = failure.getCause();
        String message = cause == null ? "cannot connect to " + location : String.valueOf(cause.getMessage());
        return cause instanceof StoreAccessException
                ? new StoreAccessException(message, location, cause)
                : new StoreUnavailableException(message, location, cause);
    }

    private Attempt start() {
        Handshake handshake = new Handshake(login, location);
        CompletableFuture<Connection> outcome = new CompletableFuture<>();
        // Apart from the caller, who can then be interrupted.
        Thread thread = new Thread(
                () -> {
                    try {
                        Connection made = handshake.run();
                        if (!outcome.complete(made)) {
                            made.drop(closedFailure());
                        }
                    } catch (Throwable e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "tailrace-sftp-connect");
        thread.setDaemon(true);
        thread.start();
        return new Attempt(handshake, outcome);
    }

    void requireOpen() throws StoreAccessException {
        if (closed) {
            throw closedFailure();
        }
    }

    /** Fails once the store is closed or the thread interrupted: for loops over many requests. */
    void requireGoingOn() throws TailraceException {
        requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreUnavailableException("interrupted while using " + location, location, null);
        }
    }

    private StoreAccessException closedFailure() {
        return new StoreAccessException("store is closed: " + location + "; open it again", location, null);
    }

    /** Until it is forgotten, a file of that path is removed when the store is closed. */
    void addTemporary(String path) throws StoreAccessException {
        temporaryFiles.add(path);
        requireOpen();
    }

    void forgetTemporary(String path) {
        temporaryFiles.remove(path);
    }

    /** Lets all callers go; waits only for what removes temporary files, and that not for long. */
    void close() {
        Attempt last;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            last = attempt;
        }
        if (last == null) {
            return;
        }
        if (!temporaryFiles.isEmpty() && last.outcome().isDone() && last.isUsable()) {
            removeTemporary(last.outcome().join());
        }
        last.end(closedFailure());
    }

    private void removeTemporary(Connection connection) {
        CompletableFuture<?> removed = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    for (String path : temporaryFiles) {
                        try {
                            connection.files().remove(path).await();
                        } catch (IOException e) {
                            LOGGER.log(System.Logger.Level.DEBUG, () -> "left in " + location + ": " + path, e);
                        }
                    }
                    removed.complete(null);
                },
                "tailrace-sftp-close");
        thread.setDaemon(true);
        thread.start();
        try {
            removed.get(TO_CLEAN_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOGGER.log(System.Logger.Level.DEBUG, () -> "temporary files are left in " + location, e);
        }
    }
}
