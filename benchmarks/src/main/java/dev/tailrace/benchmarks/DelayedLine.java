// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server reached over a long line: every byte arrives half of the latency later, in either direction, and as many may be on
 * their way as the sender likes. What a connection brings in a second can be bounded.
 */
final class DelayedLine implements Closeable {

    private static final int CHUNK = 32 << 10;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final InetSocketAddress server;
    private final long halfLatency;
    private final long bandwidth;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** @param server what is reached; an address on this machine */
    DelayedLine(InetSocketAddress server, Distance distance) throws IOException {
        this.server = server;
        halfLatency = distance.latency().toNanos() / 2;
        bandwidth = distance.bandwidth();
        start("accept", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private record Chunk(ByteBuffer bytes, long due) {}

    /** Work that ends when a socket is closed. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The line is closed, or one of its ends has gone: so the other end is told, by its reader.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "delayed-line-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = listening.accept();
            Socket far = new Socket();
            far.connect(server);
            sockets.addAll(Set.of(near, far));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            carry(near, far, 0);
            carry(far, near, bandwidth);
        }
    }

    private void carry(Socket from, Socket to, long bytesPerSecond) {
        BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
        start("read", () -> {
            try (Socket source = from) {
                InputStream in = source.getInputStream();
                byte[] buffer = new byte[CHUNK];
                long free = System.nanoTime();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    long now = System.nanoTime();
                    if (bytesPerSecond > 0) {
                        free = Math.max(free, now) + read * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
                        // No more than a little is taken in ahead, as of a line that is full.
                        TimeUnit.NANOSECONDS.sleep(Math.max(0, free - now - halfLatency));
                        now = free;
                    }
                    way.add(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, read)), now + halfLatency));
                }
            } finally {
                way.add(new Chunk(END, System.nanoTime() + halfLatency));
                sockets.remove(from);
            }
        });
        start("write", () -> {
            try (Socket target = to) {
                OutputStream out = target.getOutputStream();
                for (Chunk chunk = way.take(); chunk.bytes().hasRemaining(); chunk = way.take()) {
                    TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
                    out.write(chunk.bytes().array());
                }
            }
        });
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
