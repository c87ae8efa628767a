// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;

/**
 * Applies a WAL file to its database file, byte for byte as SQLite's own checkpoint does it: frames count up to the first
 * that does not belong to the WAL, and of those the ones up to the last commit; of each page the newest; none above the
 * size that the last commit gives, to which the file is then cut or extended.
 */
public final class WalApplier {

    private WalApplier() {}

    /**
     * Applies {@code wal} to {@code database} and makes the result durable. Neither may be in use by SQLite. The WAL file
     * stays as it is.
     *
     * @return how many frames count; 0 if there is no whole transaction, and then the database is left as it is
     * @throws IOException if one of the files cannot be read or written
     */
    public static long apply(Path database, Path wal) throws IOException {
        try (FileChannel in = FileChannel.open(wal, StandardOpenOption.READ)) {
            Committed committed = scan(in);
            if (committed.frames() > 0) {
                try (FileChannel out = FileChannel.open(database, StandardOpenOption.WRITE)) {
                    write(in, committed, out);
                }
            }
            return committed.frames();
        }
    }

    /**
     * The frames that count.
     *
     * @param frames how many
     * @param newest where in the WAL file the newest image of each page lies
     * @param size of the database afterwards, in pages
     */
    private record Committed(long frames, int pageSize, TreeMap<Long, Long> newest, long size) {
        static final Committed NOTHING = new Committed(0, 0, new TreeMap<>(), 0);
    }

    private static Committed scan(FileChannel wal) throws IOException {
        byte[] head = new byte[WalHeader.SIZE];
        if (wal.size() < head.length) {
            return Committed.NOTHING;
        }
        readFully(wal, head, 0);
        WalReader reader;
        try {
            reader = new WalReader(WalHeader.parse(head, 0));
        } catch (WalFormatException e) {
            // What SQLite does with such a file: it holds no frame.
            return Committed.NOTHING;
        }
        byte[] frame = new byte[reader.header().frameSize()];
        TreeMap<Long, Long> newest = new TreeMap<>();
        TreeMap<Long, Long> open = new TreeMap<>();
        long size = 0;
        long frames = 0;
        while (reader.offset() + frame.length <= wal.size()) {
            long offset = reader.offset();
            readFully(wal, frame, offset);
            WalFrame next;
            try {
                next = reader.next(frame, 0);
            } catch (WalFormatException e) {
                // The end of the WAL, as SQLite sees it: what follows is left from before its last restart.
                break;
            }
            open.put(Integer.toUnsignedLong(next.pageNumber()), offset + WalFrame.HEADER_SIZE);
            if (next.isCommit()) {
                newest.putAll(open);
                open.clear();
                size = Integer.toUnsignedLong(next.commitSize());
                frames = reader.frames();
            }
        }
        return new Committed(frames, reader.header().pageSize(), newest, size);
    }

    private static void write(FileChannel wal, Committed committed, FileChannel database) throws IOException {
        byte[] page = new byte[committed.pageSize()];
        for (var entry : committed.newest().headMap(committed.size(), true).entrySet()) {
            readFully(wal, page, entry.getValue());
            writeFully(database, ByteBuffer.wrap(page), (entry.getKey() - 1) * page.length);
        }
        long length = committed.size() * page.length;
        if (database.size() > length) {
            database.truncate(length);
        } else if (database.size() < length) {
            writeFully(database, ByteBuffer.allocate(1), length - 1);
        }
        database.force(true);
    }

    private static void readFully(FileChannel channel, byte[] target, long offset) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("WAL file became shorter while it was read");
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, offset + bytes.position());
        }
    }
}
