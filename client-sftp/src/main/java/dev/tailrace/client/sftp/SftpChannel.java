// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One channel on which SFTP is spoken. Many requests are under way at once, for many files and of many threads; each has a
 * number, by which its answer is known. Answers are taken where the connection delivers them, and never make it wait.
 */
final class SftpChannel {

    private static final int PROTOCOL = 3;
    // OpenSSH's own limit for a message. It is never reached by what is asked for here.
    private static final int LONGEST = 256 << 10;
    private static final int VERSION_NUMBER = -1;

    private final ChannelSubsystem channel;
    private final Runnable arrived;
    private final Map<Integer, CompletableFuture<Reply>> waiting = new ConcurrentHashMap<>();
    private final Map<String, String> extensions = new HashMap<>();
    private final Object sending = new Object();
    private final OutputStream out;
    private int lastNumber;
    private volatile @Nullable IOException ended;

    private SftpChannel(ChannelSubsystem channel, Runnable arrived) throws IOException {
        this.channel = channel;
        this.arrived = arrived;
        channel.setSubsystem("sftp");
        channel.setOutputStream(new Arrivals());
        out = channel.getOutputStream();
    }

    /**
     * Opens one more channel of a session.
     *
     * @param arrived called whenever bytes have come
     * @throws JSchException if the server gives no channel, or no SFTP on it
     */
    static SftpChannel open(Session session, Duration timeout, Runnable arrived)
            throws JSchException, IOException, InterruptedException {
        SftpChannel opened = new SftpChannel((ChannelSubsystem) session.openChannel("subsystem"), arrived);
        boolean ready = false;
        try {
            opened.channel.connect((int) timeout.toMillis());
            opened.greet(timeout);
            ready = true;
            return opened;
        } finally {
            if (!ready) {
                opened.channel.disconnect();
            }
        }
    }

    private void greet(Duration timeout) throws IOException, InterruptedException {
        CompletableFuture<Reply> version = new CompletableFuture<>();
        waiting.put(VERSION_NUMBER, version);
        // In place of a number it has the version.
        write(new Request(Request.INIT).framed(PROTOCOL));
        try {
            Reply reply = version.get(timeout.toMillis(), TimeUnit.MILLISECONDS).expect(Reply.VERSION);
            int spoken = reply.u32();
            if (spoken < PROTOCOL) {
                throw new ProtocolFailure("version " + spoken + " of SFTP, and 3 is needed");
            }
            while (reply.hasMore()) {
                extensions.put(reply.text(), reply.text());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new ConnectionLost("no greeting", e);
        } catch (TimeoutException e) {
            throw new ConnectionLost("the server does not begin to speak SFTP", e);
        }
    }

    /** Whether the server has that extension of OpenSSH's in that version. */
    boolean has(String extension, String version) {
        return version.equals(extensions.get(extension));
    }

    /** How many requests have no answer yet. */
    int load() {
        return waiting.size();
    }

    boolean isAlive() {
        return ended == null && channel.isConnected();
    }

    /** Sends a request; its answer, or the connection's end, completes what is returned. */
    CompletableFuture<Reply> send(Request request) throws ConnectionLost {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        synchronized (sending) {
            lastNumber = (lastNumber + 1) & Integer.MAX_VALUE;
            int number = lastNumber;
            waiting.put(number, reply);
            IOException end = ended;
            if (end != null) {
                waiting.remove(number);
                throw new ConnectionLost(String.valueOf(end.getMessage()), end);
            }
            try {
                write(request.framed(number));
            } catch (IOException e) {
                waiting.remove(number);
                throw new ConnectionLost("the connection was lost while sending", e);
            }
        }
        return reply;
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** All that waits fails with that, and all that is asked from now on. */
    void fail(IOException reason) {
        if (ended == null) {
            ended = reason;
        }
        waiting.forEach((number, reply) -> reply.completeExceptionally(reason));
        waiting.clear();
    }

    /** Puts what the connection brings together to answers. Called by the connection's one thread. */
    private final class Arrivals extends OutputStream {

        private final byte[] length = new byte[4];
        private int lengthFilled;
        private byte @Nullable [] packet;
        private int packetFilled;

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            arrived.run();
            int next = from;
            int end = from + count;
            while (next < end) {
                next += take(bytes, next, end);
            }
        }

        private int take(byte[] bytes, int from, int end) throws IOException {
            byte[] filling = packet;
            if (filling == null) {
                length[lengthFilled++] = bytes[from];
                if (lengthFilled == length.length) {
                    packet = new byte[announced()];
                    packetFilled = 0;
                    lengthFilled = 0;
                }
                return 1;
            }
            int count = Math.min(end - from, filling.length - packetFilled);
            System.arraycopy(bytes, from, filling, packetFilled, count);
            packetFilled += count;
            if (packetFilled == filling.length) {
                packet = null;
                deliver(filling);
            }
            return count;
        }

        private int announced() throws ProtocolFailure {
            int announced = length[0] << 24 | (length[1] & 0xff) << 16 | (length[2] & 0xff) << 8 | (length[3] & 0xff);
            // Type and number are in every answer.
            if (announced < 5 || announced > LONGEST) {
                ProtocolFailure failure = new ProtocolFailure("a message of " + Integer.toUnsignedString(announced)
                        + " bytes; where a login script prints text, keep it silent for SFTP");
                fail(failure);
                throw failure;
            }
            return announced;
        }

        private void deliver(byte[] packet) throws IOException {
            Reply reply = new Reply(packet);
            // The greeting has a version where answers have their number.
            int number = reply.is(Reply.VERSION) ? VERSION_NUMBER : reply.u32();
            CompletableFuture<Reply> asked = waiting.remove(number);
            if (asked != null) {
                asked.complete(reply);
            }
        }

        @Override
        public void close() {
            fail(new ConnectionLost("the connection was closed by the server, or lost", null));
        }
    }
}
