// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxWriter;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A replica of LTX files at random: changes, compacted at random into levels, with snapshots, and some of them expired. */
final class RandomLtx {

    private static final int PAGE_SIZE = 512;
    private static final Instant FIRST = Instant.parse("2025-03-01T00:00:00Z");

    private final Random random;
    private final InMemoryObjectStore store;
    /** The pages of each state; the state after transaction n is number n. */
    private final List<Map<Long, byte[]>> states = new ArrayList<>(List.of(Map.of()));

    private RandomLtx(long seed) {
        random = new Random(seed * 47);
        store = new InMemoryObjectStore("memory:random-ltx-" + seed);
    }

    static InMemoryObjectStore write(long seed) throws IOException {
        RandomLtx replica = new RandomLtx(seed);
        replica.write();
        return replica.store;
    }

    /** When a transaction was replicated, as the headers say it. */
    static Instant timeOf(long txid) {
        return FIRST.plusSeconds(10 * txid);
    }

    private void write() throws IOException {
        int last = 8 + random.nextInt(40);
        for (int txid = 1; txid <= last; txid++) {
            states.add(next(states.get(txid - 1)));
        }
        List<long[]> level = new ArrayList<>();
        for (int txid = 1; txid <= last; txid++) {
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
            long txid = 1 + random.nextInt(last);
            // Taken a moment after its last transaction.
            put(9, 1, txid, timeOf(txid).plusSeconds(random.nextInt(25)));
        }
    }

    private Map<Long, byte[]> next(Map<Long, byte[]> before) {
        Map<Long, byte[]> pages = new TreeMap<>(before);
        long count = pages.size();
        if (count > 3 && random.nextInt(6) == 0) {
            pages.remove(count);
        } else if (count == 0 || random.nextInt(3) == 0) {
            pages.put(count + 1, page());
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            pages.put(1L + random.nextInt(pages.size()), page());
        }
        return pages;
    }

    private byte[] page() {
        byte[] page = new byte[PAGE_SIZE];
        random.nextBytes(page);
        return page;
    }

    private void put(int level, long min, long max, Instant timestamp) throws IOException {
        Map<Long, byte[]> before = states.get((int) min - 1);
        Map<Long, byte[]> after = states.get((int) max);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(
                file,
                LtxHeader.of(PAGE_SIZE, after.size(), min, max, timestamp),
                LtxPageEncoding.SIZED_BLOCK,
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
        store.put(
                String.format("ltx/%d/%016x-%016x.ltx", level, min, max),
                ObjectSource.of(file.toByteArray()),
                PutOptions.NONE.recordedAt(timestamp.plus(Duration.ofMillis(random.nextInt(500)))));
    }
}
