// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxWriter;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes the states of a database as LTX files: changes, compacted at random into levels, with snapshots; some expired. */
public final class LtxLevels {

    /** Seconds from one transaction to the next. */
    public static final int SECONDS_APART = 10;

    private static final Instant FIRST = Instant.parse("2025-03-01T00:00:00Z");

    private final ObjectStore store;
    private final LtxTree tree;
    private final int pageSize;
    private final LtxPageEncoding encoding;
    private final List<Map<Long, byte[]>> states;
    private final Random random;
    private final int snapshotDelay;
    private final List<File> files = new ArrayList<>();

    private LtxLevels(
            ObjectStore store,
            LtxTree tree,
            int pageSize,
            LtxPageEncoding encoding,
            List<Map<Long, byte[]>> states,
            Random random,
            int snapshotDelay) {
        this.store = store;
        this.tree = tree;
        this.pageSize = pageSize;
        this.encoding = encoding;
        this.states = states;
        this.random = random;
        this.snapshotDelay = snapshotDelay;
    }

    /**
     * A file that was written.
     *
     * @param timestamp of its header
     */
    public record File(int level, long minTxid, long maxTxid, Instant timestamp) {}

    /**
     * Writes all levels.
     *
     * @param states the pages of each; the state after transaction n is number n, and number 0 is empty. A page that a
     *     transaction did not write is the same array as before it
     * @param snapshotDelay seconds before which a snapshot is taken after its last transaction; the next one comes after
     *     {@link #SECONDS_APART}, and with more the times are out of order now and then
     */
    public static List<File> write(
            ObjectStore store,
            LtxTree tree,
            int pageSize,
            LtxPageEncoding encoding,
            List<Map<Long, byte[]>> states,
            Random random,
            int snapshotDelay)
            throws IOException {
        LtxLevels levels = new LtxLevels(store, tree, pageSize, encoding, states, random, snapshotDelay);
        levels.write();
        return levels.files;
    }

    /** When a transaction was replicated, as the headers say it. */
    private static Instant timeOf(long txid) {
        return FIRST.plusSeconds(SECONDS_APART * txid);
    }

    private void write() throws IOException {
        List<long[]> level = new ArrayList<>();
        for (int txid = 1; txid < states.size(); txid++) {
            level.add(new long[] {txid, txid});
        }
        int levels = 1 + random.nextInt(3);
        for (int number = 0; number <= levels; number++) {
            List<long[]> above = new ArrayList<>();
            int at = 0;
            int compacted = level.size() - (number == levels ? level.size() : random.nextInt(1 + level.size() / 3));
            while (at < compacted && number < levels) {
                int to = Math.min(compacted, at + 1 + random.nextInt(5));
                above.add(new long[] {level.get(at)[0], level.get(to - 1)[1]});
                at = to;
            }
            // What was compacted may have expired.
            int expired = number == levels ? 0 : random.nextInt(1 + above.size());
            long until = expired == 0 ? 0 : above.get(expired - 1)[1];
            for (long[] range : level) {
                if (range[1] > until) {
                    put(number, range[0], range[1], timeOf(range[1]));
                }
            }
            level = above;
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            long txid = 1 + random.nextInt(states.size() - 1);
            // Taken a moment after its last transaction.
            put(9, 1, txid, timeOf(txid).plusSeconds(random.nextInt(snapshotDelay)));
        }
    }

    private void put(int level, long min, long max, Instant timestamp) throws IOException {
        Map<Long, byte[]> before = states.get((int) min - 1);
        Map<Long, byte[]> after = states.get((int) max);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(
                file,
                LtxHeader.of(pageSize, after.size(), min, max, timestamp),
                encoding,
                BlockCompressions.installed());
        for (Map.Entry<Long, byte[]> page : after.entrySet()) {
            boolean touched = false;
            for (long txid = min; txid <= max; txid++) {
                touched |= states.get((int) txid).get(page.getKey())
                        != states.get((int) txid - 1).get(page.getKey());
            }
            if (min == 1 || touched || before.get(page.getKey()) != page.getValue()) {
                writer.writePage(page.getKey(), page.getValue(), 0);
            }
        }
        writer.finish();
        // A second snapshot of a transaction takes the place of the first.
        files.removeIf(old -> old.level() == level && old.minTxid() == min && old.maxTxid() == max);
        files.add(new File(level, min, max, timestamp));
        store.put(
                tree.key(level, new LtxFileName(min, max)),
                ObjectSource.of(file.toByteArray()),
                PutOptions.NONE.recordedAt(timestamp.plus(Duration.ofMillis(random.nextInt(500)))));
    }
}
