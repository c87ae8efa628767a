// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.it.LtxLevels;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.it.workload.LiveReplication.Written;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The transactions of a workload as LTX files, one after the other over all of its generations; where a generation begins, its
 * first state is a transaction that writes what differs from the one before.
 */
final class LtxHistory {

    private static final int FRAME_HEADER = 24;
    private static final int WAL_HEADER = 32;

    /** A database file, and how far its WAL counts. */
    private record State(Path before, byte[] wal, int end) {}

    private final int pageSize;
    private final List<Map<Long, byte[]>> pages = new ArrayList<>(List.of(Map.of()));
    private final List<State> states = new ArrayList<>();
    private List<LtxLevels.File> files = List.of();

    private LtxHistory(int pageSize) {
        this.pageSize = pageSize;
    }

    /** The transactions of what was followed. */
    static LtxHistory of(Collection<Line> lines) throws IOException {
        List<Written> written =
                lines.stream().flatMap(line -> line.written.stream()).toList();
        // A workload has one page size. Without any WAL, it says in the database file.
        int pageSize = 0;
        for (Written each : written) {
            pageSize = each.wal().length >= WAL_HEADER
                    ? ByteBuffer.wrap(each.wal()).getInt(8)
                    : pageSize;
        }
        LtxHistory history = new LtxHistory(pageSize);
        if (pageSize > 0) {
            for (Line line : lines) {
                history.add(line);
            }
        }
        return history;
    }

    private void add(Line line) throws IOException {
        boolean first = true;
        for (Written written : line.written) {
            if (first && Files.size(written.before()) > 0) {
                addDatabase(written);
            }
            first = false;
            for (int end : Sqlite.commitEnds(written.wal())) {
                addTransaction(written, end);
            }
        }
    }

    private void addDatabase(Written written) throws IOException {
        byte[] bytes = Files.readAllBytes(written.before());
        Map<Long, byte[]> before = last();
        Map<Long, byte[]> now = new TreeMap<>();
        for (int at = 0; at + pageSize <= bytes.length; at += pageSize) {
            long number = at / pageSize + 1L;
            byte[] page = Arrays.copyOfRange(bytes, at, at + pageSize);
            byte[] old = before.get(number);
            now.put(number, old != null && Arrays.equals(old, page) ? old : page);
        }
        pages.add(now);
        states.add(new State(written.before(), written.wal(), 0));
    }

    private void addTransaction(Written written, int end) {
        int frameSize = FRAME_HEADER + pageSize;
        ByteBuffer wal = ByteBuffer.wrap(written.wal());
        int begin = end - frameSize;
        while (begin > WAL_HEADER && wal.getInt(begin - frameSize + 4) == 0) {
            begin -= frameSize;
        }
        TreeMap<Long, byte[]> now = new TreeMap<>(last());
        for (int frame = begin; frame < end; frame += frameSize) {
            int from = frame + FRAME_HEADER;
            now.put((long) wal.getInt(frame), Arrays.copyOfRange(written.wal(), from, from + pageSize));
        }
        long commit = wal.getInt(end - frameSize + 4);
        now.tailMap(commit, false).clear();
        for (long number = 1; number <= commit; number++) {
            now.computeIfAbsent(number, missing -> new byte[pageSize]);
        }
        pages.add(now);
        states.add(new State(written.before(), written.wal(), end));
    }

    private Map<Long, byte[]> last() {
        return pages.get(pages.size() - 1);
    }

    /** How many transactions there are; they are numbered from 1. */
    int size() {
        return states.size();
    }

    /** Compacts them at random into levels, some of which expire. */
    void write(ObjectStore store, LtxTree tree, Random random) throws IOException {
        LtxPageEncoding encoding = random.nextBoolean() ? LtxPageEncoding.FRAME : LtxPageEncoding.SIZED_BLOCK;
        files = LtxLevels.write(store, tree, pageSize, encoding, pages, random, LtxLevels.SECONDS_APART);
    }

    /** The times that the files' headers tell. */
    TreeSet<Instant> times() {
        TreeSet<Instant> times = new TreeSet<>();
        files.forEach(file -> times.add(file.timestamp()));
        return times;
    }

    /** The transactions that files lead to from the first one on, without a hole. */
    TreeSet<Long> reachable() {
        TreeSet<Long> reached = new TreeSet<>();
        files.stream().sorted(Comparator.comparing(LtxLevels.File::maxTxid)).forEach(file -> {
            // Anything reached inside it, or right before it, goes on with it.
            if (file.minTxid() == 1
                    || !reached.subSet(file.minTxid() - 1, true, file.maxTxid(), true)
                            .isEmpty()) {
                reached.add(file.maxTxid());
            }
        });
        return reached;
    }

    /** The newest of them that a file ends with whose header tells that time, or an earlier one. */
    Optional<Long> at(Instant time) {
        TreeSet<Long> reachable = reachable();
        return files.stream()
                .filter(file -> !file.timestamp().isAfter(time) && reachable.contains(file.maxTxid()))
                .map(LtxLevels.File::maxTxid)
                .max(Comparator.naturalOrder());
    }

    /** Writes the database after a transaction as SQLite has it. */
    void expected(long txid, Path copy) throws IOException, SQLException {
        State state = states.get(Math.toIntExact(txid) - 1);
        if (state.end() == 0) {
            Files.deleteIfExists(copy);
            Files.copy(state.before(), copy);
        } else {
            Sqlite.checkpointedCopy(state.before(), state.wal(), state.end(), copy);
        }
    }
}
