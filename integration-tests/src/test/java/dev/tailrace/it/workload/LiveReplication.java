// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.testkit.ReplicaWriter;
import dev.tailrace.wal.WalChecksum;
import dev.tailrace.wal.WalFormatException;
import dev.tailrace.wal.WalFrame;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Replicates a live database as Litestream does: follows its WAL file, cuts it into segments, begins a new index when the
 * WAL is restarted and a new generation when it cannot go on, and takes snapshots. It keeps the state that the database has
 * at the end of each index, to compare with.
 *
 * <p>{@link #follow()} must be called after each transaction and before any checkpoint, in the thread of the writers, as
 * Litestream's read lock makes sure of it.
 */
final class LiveReplication {

    /** Where segments end. */
    enum Cuts {
        /** At commits, as Litestream does. */
        COMMITS,
        /** Anywhere, also inside a frame or the header. */
        BYTES
    }

    private static final Instant FIRST = Instant.parse("2022-03-01T00:00:00Z");

    private final Path database;
    private final Path walFile;
    private final ReplicaWriter out;
    private final Cuts cuts;
    private final Path states;
    private final Random random;
    private final List<Line> lines = new ArrayList<>();

    private int objects;
    /** The current WAL file as far as it holds whole transactions. */
    private byte[] wal = new byte[1 << 16];

    private int length;
    private int uploaded;
    private final List<Integer> commits = new ArrayList<>();
    private WalHeader header;
    private long checksum;
    private Path stateBefore;
    private boolean snapshotTaken;

    /** @param states where to put copies of the database */
    LiveReplication(Path database, ReplicaWriter out, Cuts cuts, Path states, Random random) {
        this.database = database;
        walFile = database.resolveSibling(database.getFileName() + "-wal");
        this.out = out;
        this.cuts = cuts;
        this.states = states;
        this.random = random;
    }

    /** What is known of a generation. */
    static final class Line {
        final Generation generation;
        final TreeMap<Long, Path> ends = new TreeMap<>();
        final TreeMap<Long, Boolean> unprovedJoinBefore = new TreeMap<>();
        final TreeMap<Long, Boolean> snapshots = new TreeMap<>();
        final List<Written> written = new ArrayList<>();
        final List<Stored> stored = new ArrayList<>();
        long index;

        Line(Generation generation, long index) {
            this.generation = generation;
            this.index = index;
        }

        int unprovedJoins(long snapshotIndex, long lastIndex) {
            return (int) unprovedJoinBefore.subMap(snapshotIndex, false, lastIndex, true).values().stream()
                    .filter(unproved -> unproved)
                    .count();
        }
    }

    /**
     * A WAL index that has been uploaded, or as much of it as has.
     *
     * @param before the database at its begin
     * @param wal its bytes
     */
    record Written(long index, Path before, byte[] wal) {}

    /**
     * An object in the order of uploading.
     *
     * @param end where the segment ends in the WAL; 0 for a snapshot
     */
    record Stored(long index, int end, Instant at) {}

    List<Line> lines() {
        return lines;
    }

    Line line() {
        return lines.get(lines.size() - 1);
    }

    /** Begins the first generation. Nobody may have written more than is in the WAL file now. */
    void start() throws IOException {
        beginLine();
        follow();
    }

    /** Reads what has been committed since the last call. */
    void follow() throws IOException {
        if (!Files.exists(walFile)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(walFile)) {
            byte[] head = new byte[WalHeader.SIZE];
            if (read(channel, head, 0, 0) < head.length) {
                return;
            }
            WalHeader found;
            try {
                found = WalHeader.parse(head, 0);
            } catch (WalFormatException e) {
                throw new IllegalStateException("SQLite wrote a WAL header that is not one", e);
            }
            if (header != null && found.checksum() == header.checksum()) {
                readFrames(channel);
                return;
            }
            WalHeader before = header;
            if (before == null) {
                begin(found, head);
                if (!readFrames(channel)) {
                    header = null;
                    length = 0;
                }
                return;
            }
            Kept kept = new Kept(wal, length, uploaded, List.copyOf(commits), before, checksum);
            begin(found, head);
            if (!readFrames(channel)) {
                // No transaction is whole in it yet: it may be begun anew with other salts.
                restore(kept);
                return;
            }
            Kept next = new Kept(wal, length, uploaded, List.copyOf(commits), header, checksum);
            restore(kept);
            uploadAll();
            endIndex();
            nextIndex(before, found);
            restore(next);
        }
    }

    private record Kept(byte[] wal, int length, int uploaded, List<Integer> commits, WalHeader header, long checksum) {}

    private void restore(Kept kept) {
        wal = kept.wal();
        length = kept.length();
        uploaded = kept.uploaded();
        commits.clear();
        commits.addAll(kept.commits());
        header = kept.header();
        checksum = kept.checksum();
    }

    private void begin(WalHeader found, byte[] head) {
        header = found;
        checksum = found.checksum();
        wal = Arrays.copyOf(head, 1 << 16);
        length = head.length;
        uploaded = 0;
        commits.clear();
    }

    /** @return whether there were whole transactions */
    private boolean readFrames(FileChannel channel) throws IOException {
        int frameSize = header.frameSize();
        boolean some = false;
        int end = length;
        long sum = checksum;
        while (true) {
            if (end + frameSize > wal.length) {
                wal = Arrays.copyOf(wal, Math.max(2 * wal.length, end + frameSize));
            }
            ByteBuffer view = ByteBuffer.wrap(wal);
            if (read(channel, wal, end, end, frameSize) < frameSize
                    || view.getInt(end + 8) != header.salt1()
                    || view.getInt(end + 12) != header.salt2()) {
                return some;
            }
            sum = WalChecksum.update(sum, header.checksumOrder(), wal, end, 8);
            sum = WalChecksum.update(
                    sum, header.checksumOrder(), wal, end + WalFrame.HEADER_SIZE, frameSize - WalFrame.HEADER_SIZE);
            if (sum != view.getLong(end + 16)) {
                // Left over from a transaction that was rolled back.
                return some;
            }
            end += frameSize;
            if (view.getInt(end - frameSize + 4) != 0) {
                length = end;
                checksum = sum;
                commits.add(end);
                some = true;
            }
        }
    }

    private static int read(FileChannel channel, byte[] target, int at, long position) throws IOException {
        return read(channel, target, at, position, target.length - at);
    }

    private static int read(FileChannel channel, byte[] target, int at, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, at, count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position() - at) < 0) {
                break;
            }
        }
        return buffer.position() - at;
    }

    /** The database file is at the end of the old index now: a WAL is restarted only when all of it is in there. */
    private void endIndex() throws IOException {
        Path state = states.resolve(line().generation + "-" + line().index);
        Files.copy(database, state, StandardCopyOption.REPLACE_EXISTING);
        line().ends.put(line().index, state);
        keepWritten();
        stateBefore = state;
        snapshotTaken = false;
    }

    private void keepWritten() {
        line().written.add(new Written(line().index, stateBefore, Arrays.copyOf(wal, uploaded)));
    }

    private void nextIndex(WalHeader before, WalHeader after) throws IOException {
        boolean proved = after.salt1() == before.salt1() + 1;
        boolean anew = after.sequence() == 0 && out.layout() == ReplicaLayout.V03_FLAT;
        if (before.pageSize() != after.pageSize() || !(proved || anew)) {
            beginLine();
            return;
        }
        line().index++;
        line().unprovedJoinBefore.put(line().index, !proved);
        if (random.nextInt(4) == 0) {
            putSnapshot();
        }
    }

    private void beginLine() throws IOException {
        lines.add(new Line(
                new Generation(String.format("%016x", random.nextLong())),
                random.nextInt(3) == 0 ? random.nextInt(1 << 20) : random.nextInt(2)));
        stateBefore = states.resolve(line().generation + "-start");
        Files.copy(database, stateBefore, StandardCopyOption.REPLACE_EXISTING);
        putSnapshot();
        snapshotTaken = false;
    }

    /** Takes a snapshot in the middle of an index; it may hold pages of the index that a checkpoint has copied. */
    void snapshot() throws IOException {
        follow();
        putSnapshot();
        snapshotTaken = true;
    }

    private void putSnapshot() throws IOException {
        Instant at = now();
        out.putSnapshot(line().generation, line().index, Files.readAllBytes(database), at);
        line().stored.add(new Stored(line().index, 0, at));
        line().snapshots.put(line().index, true);
    }

    private Instant now() {
        return FIRST.plusSeconds(objects++);
    }

    /** Uploads some of what has been followed. */
    void uploadSome() throws IOException {
        if (length == uploaded) {
            return;
        }
        if (cuts == Cuts.BYTES) {
            upload(uploaded + 1 + random.nextInt(length - uploaded));
            return;
        }
        List<Integer> left = commits.stream().filter(end -> end > uploaded).toList();
        upload(left.get(random.nextInt(left.size())));
    }

    /** Uploads everything that has been followed, in one or more segments. */
    void uploadAll() throws IOException {
        while (uploaded < length) {
            if (random.nextInt(3) == 0) {
                uploadSome();
            } else {
                upload(length);
            }
        }
    }

    private void upload(int end) throws IOException {
        Instant at = now();
        out.putSegment(line().generation, line().index, uploaded, wal, uploaded, end, at);
        line().stored.add(new Stored(line().index, end, at));
        uploaded = end;
    }

    /**
     * Ends the replica inside its last transaction, if that is possible, as where Litestream is killed there; otherwise
     * at its end.
     *
     * @param reference where to put the database that the replica stands for
     */
    void finish(boolean insideTransaction, Path reference) throws Exception {
        follow();
        int frames = header == null ? 0 : (length - WalHeader.SIZE) / header.frameSize();
        if (insideTransaction && !snapshotTaken && frames > 0) {
            int from = commits.size() < 2 ? WalHeader.SIZE : commits.get(commits.size() - 2);
            int open = (length - from) / header.frameSize();
            int end = from + random.nextInt(open) * header.frameSize();
            if (end > uploaded) {
                upload(end);
                keepWritten();
                Sqlite.checkpointedCopy(stateBefore, wal, end, reference);
                return;
            }
        }
        uploadAll();
        keepWritten();
        byte[] live = Files.exists(walFile) ? Files.readAllBytes(walFile) : new byte[0];
        Sqlite.checkpointedCopy(database, live, live.length, reference);
    }
}
