// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an open file, asked for ahead of the reader. After each piece, and before its bytes are given to the reader, the
 * open file must still have the size and time it had when it was opened; the server is asked for both at once, so that this
 * costs no time. A file that was deleted or replaced by renaming goes on being read: its bytes cannot change any more.
 */
final class SftpStream extends ObjectStream {

    private static final int PIECE = 32 << 10;
    // Half a megabyte on the way: what a line of 80 Mbit/s holds over 50 ms.
    private static final int MOST_AHEAD = 16;

    /** Bytes that are asked for, and then what the open file is. */
    record Piece(long offset, int size, Answer<byte[]> bytes, Answer<Attributes> after) {

        static Piece ask(RemoteFiles files, byte[] handle, long offset, long size) throws IOException {
            int count = (int) Math.min(PIECE, size);
            return new Piece(offset, count, files.read(handle, offset, count), files.attributes(handle));
        }

        /** The same, as far as there is anything to be had. */
        Piece cut(long end) {
            return new Piece(offset, (int) Math.min(size, end - offset), bytes, after);
        }
    }

    private final Connections connections;
    private final String location;
    private final RemoteFiles files;
    private final byte[] handle;
    private final ObjectInfo info;
    private final long end;
    private final Deque<Piece> asked = new ArrayDeque<>();
    private int ahead = 2;
    private long position;
    private long nextToAsk;
    private byte[] buffer = {};
    private int next;
    private boolean closed;
    private @Nullable IOException broken;

    /**
     * The range {@code [from, to)} of an open file, cut at its end; the handle is closed with the stream.
     *
     * @param first asked for already, from the range's beginning; perhaps beyond the file's end
     */
    SftpStream(
            Connections connections,
            String location,
            RemoteFiles files,
            byte[] handle,
            ObjectInfo info,
            long from,
            long to,
            Optional<Piece> first) {
        this.connections = connections;
        this.location = location;
        this.files = files;
        this.handle = handle;
        this.info = info;
        end = Math.min(to, info.size());
        position = Math.min(from, end);
        nextToAsk = position;
        first.filter(piece -> position < end).map(piece -> piece.cut(end)).ifPresent(piece -> {
            asked.add(piece);
            nextToAsk += piece.size();
        });
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
        requireOpen();
        if (length == 0) {
            return 0;
        }
        if (next == buffer.length) {
            if (position == end) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, buffer.length - next);
        System.arraycopy(buffer, next, target, offset, count);
        next += count;
        return count;
    }

    @Override
    public int available() throws IOException {
        requireOpen();
        return buffer.length - next;
    }

    private void askAhead() throws IOException {
        while (asked.size() < ahead && nextToAsk < end) {
            Piece piece = Piece.ask(files, handle, nextToAsk, end - nextToAsk);
            asked.add(piece);
            nextToAsk += piece.size();
        }
        ahead = Math.min(MOST_AHEAD, ahead * 2);
    }

    private void fill() throws IOException {
        try {
            askAhead();
            Piece piece = asked.remove();
            byte[] bytes = read(piece);
            if (bytes.length < piece.size()) {
                // The server gives less at once: the rest comes next, before what was asked for after it.
                asked.addFirst(Piece.ask(files, handle, piece.offset() + bytes.length, piece.size() - bytes.length));
            }
            position += bytes.length;
            buffer = bytes;
            next = 0;
        } catch (IOException e) {
            // What was asked for after it must not be taken for it.
            broken = failure(e);
            throw broken;
        }
    }

    private byte[] read(Piece piece) throws IOException {
        try {
            byte[] bytes = piece.bytes().await();
            requireUnchanged(piece.after().await());
            if (bytes.length > piece.size()) {
                throw changed("more bytes than that");
            }
            return bytes;
        } catch (Refusal e) {
            if (e.isEnd()) {
                throw changed("an end at byte " + position);
            }
            throw e;
        }
    }

    private void requireUnchanged(Attributes now) throws ObjectChangedException {
        String version = FileVersion.of(now);
        if (!info.version().orElseThrow().equals(version)) {
            throw changed("version " + version);
        }
    }

    private ObjectChangedException changed(String found) {
        return new ObjectChangedException(
                info.key(), "version " + info.version().orElseThrow(), found, location, null);
    }

    private IOException failure(IOException cause) throws StoreAccessException {
        connections.requireOpen();
        return SftpFailures.typed(
                "cannot read " + info.key() + " in " + location + " beyond byte " + position + ", wanted to " + end,
                cause,
                location);
    }

    private void requireOpen() throws IOException {
        connections.requireOpen();
        if (closed) {
            throw new IOException("stream is closed: " + info.key() + " in " + location);
        }
        if (broken != null) {
            throw broken;
        }
    }

    /** Does not wait: what was asked for ahead comes and is dropped, and nothing more is asked for. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        asked.clear();
        release(files, handle);
    }

    /** Lets go of a handle without waiting. */
    static void release(RemoteFiles files, byte[] handle) {
        try {
            files.close(handle);
        } catch (IOException e) {
            // It went with its connection.
            return;
        }
    }
}
