// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.ltx.LtxFileName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an undamaged replica of LTX files gives for each transaction that its names lead to, put together page by page. */
final class LtxStates {

    private record File(String key, LtxFileName name) {}

    private final Map<String, byte[]> objects;
    private final List<File> files = new ArrayList<>();
    private final SortedMap<Long, String> digests = new TreeMap<>();

    LtxStates(Map<String, byte[]> objects) {
        this.objects = objects;
        for (String key : objects.keySet()) {
            name(key).ifPresent(name -> files.add(new File(key, name)));
        }
    }

    /** The name of an LTX file in a key; empty for all else. */
    static Optional<LtxFileName> name(String key) {
        return key.startsWith("ltx/") ? LtxFileName.parse(key.substring(key.lastIndexOf('/') + 1)) : Optional.empty();
    }

    /** The last transaction that names promise; 0 if there are none. */
    static long newest(Iterable<String> keys) {
        long newest = 0;
        for (String key : keys) {
            newest = Math.max(newest, name(key).map(LtxFileName::maxTxid).orElse(0L));
        }
        return newest;
    }

    /** The digest of the state after a transaction; empty if none of the files ends with it. */
    Optional<String> at(long txid) throws IOException {
        if (!digests.containsKey(txid)) {
            List<File> chain = chain(txid);
            if (chain.isEmpty() || chain.get(0).name().maxTxid() != txid) {
                return Optional.empty();
            }
            LtxDatabase database = new LtxDatabase();
            for (File file : chain) {
                database.apply(file.key(), new ByteArrayInputStream(objects.get(file.key())));
            }
            digests.put(txid, Digest.of(database.bytes()));
        }
        return Optional.of(digests.get(txid));
    }

    /** Newest first; again and again the file that leads furthest. */
    private List<File> chain(long txid) {
        List<File> chain = new ArrayList<>();
        for (long reached = 0; reached < txid; ) {
            long from = reached;
            Optional<File> best = files.stream()
                    .filter(file -> file.name().minTxid() <= from + 1
                            && file.name().maxTxid() > from
                            && file.name().maxTxid() <= txid)
                    .max(Comparator.comparing(file -> file.name().maxTxid()));
            if (best.isEmpty()) {
                return chain;
            }
            chain.add(0, best.get());
            reached = best.get().name().maxTxid();
        }
        return chain;
    }
}
