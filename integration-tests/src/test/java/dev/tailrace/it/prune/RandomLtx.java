// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import dev.tailrace.it.LtxLevels;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A replica of LTX files at random: changes, compacted at random into levels, with snapshots, and some of them expired. */
final class RandomLtx {

    private static final int PAGE_SIZE = 512;

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

    private void write() throws IOException {
        int last = 8 + random.nextInt(40);
        for (int txid = 1; txid <= last; txid++) {
            states.add(next(states.get(txid - 1)));
        }
        LtxLevels.write(store, LtxTree.LTX_FOLDER, PAGE_SIZE, LtxPageEncoding.SIZED_BLOCK, states, random, 25);
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
}
