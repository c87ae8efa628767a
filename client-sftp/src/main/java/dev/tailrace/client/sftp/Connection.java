// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.tailrace.error.StoreUnavailableException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection that is logged in, and its channels: one at first, and another while those there are have much to do, up to a
 * few, or as many as the server gives. Each channel is a process of its own on the server.
 */
final class Connection {

    private static final System.Logger LOGGER = System.getLogger(Connection.class.getName());
    private static final int MOST_CHANNELS = 4;
    private static final int BUSY = 16;

    private final Session session;
    private final Socket socket;
    private final String location;
    private final Duration connectTimeout;
    private final Duration stallTimeout;
    private final List<SftpChannel> channels = new CopyOnWriteArrayList<>();
    private final AtomicBoolean widening = new AtomicBoolean();
    private volatile int mostChannels = MOST_CHANNELS;
    private volatile long lastArrival = System.nanoTime();

    Connection(Session session, Socket socket, String location, Duration connectTimeout, Duration stallTimeout) {
        this.session = session;
        this.socket = socket;
        this.location = location;
        this.connectTimeout = connectTimeout;
        this.stallTimeout = stallTimeout;
    }

    /** Opens the first channel. */
    void begin() throws JSchException, IOException, InterruptedException {
        channels.add(openChannel());
    }

    /** Where the next file is best asked for: the channel with the least to do. Its handles belong to it. */
    RemoteFiles files() throws ConnectionLost {
        channels.removeIf(channel -> !channel.isAlive());
        SftpChannel idlest = channels.stream()
                .min(Comparator.comparingInt(SftpChannel::load))
                .orElseThrow(() -> new ConnectionLost("the connection was closed by the server, or lost", null));
        if (idlest.load() >= BUSY && channels.size() < mostChannels && widening.compareAndSet(false, true)) {
            Thread thread = new Thread(this::widen, "tailrace-sftp-channel");
            thread.setDaemon(true);
            thread.start();
        }
        return new RemoteFiles(this, idlest);
    }

    private void widen() {
        try {
            channels.add(openChannel());
        } catch (JSchException | IOException e) {
            // MaxSessions of the server: what there is is enough.
            mostChannels = Math.max(1, channels.size());
            LOGGER.log(System.Logger.Level.DEBUG, () -> "no more than " + mostChannels + " channels to " + location, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            widening.set(false);
        }
    }

    private SftpChannel openChannel() throws JSchException, IOException, InterruptedException {
        return SftpChannel.open(session, connectTimeout, () -> lastArrival = System.nanoTime());
    }

    boolean isAlive() {
        return session.isConnected() && channels.stream().anyMatch(SftpChannel::isAlive);
    }

    /**
     * Waits for an answer as long as the connection brings any bytes at all; one that brings none for too long is given up.
     *
     * @throws StoreUnavailableException if the thread is interrupted, which it still is afterwards
     */
    Reply await(CompletableFuture<Reply> answer) throws IOException {
        long began = System.nanoTime();
        try {
            while (true) {
                long since = Math.max(began, lastArrival);
                long left = stallTimeout.toNanos() - (System.nanoTime() - since);
                try {
                    return answer.get(Math.max(1, left), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (left <= 0) {
                        ConnectionLost stalled =
                                new ConnectionLost("nothing came for " + stallTimeout.toMillis() / 1000.0 + " s", e);
                        drop(stalled);
                        throw stalled;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while using " + location, location, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? again(cause) : new ConnectionLost("no answer", e);
        }
    }

    // One failure ends many requests: each caller gets an exception of its own.
    private static IOException again(IOException cause) {
        return cause instanceof ConnectionLost ? new ConnectionLost(String.valueOf(cause.getMessage()), cause) : cause;
    }

    /** Ends it at once, and with it all that waits. */
    void drop(IOException reason) {
        channels.forEach(channel -> channel.fail(reason));
        try {
            // First of all, since a thread that is sending would hold up everything else.
            socket.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, () -> "socket of " + location, e);
        }
        session.disconnect();
    }
}
