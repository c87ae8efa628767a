// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.restore.LtxRestorableRange;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code info} says of the LTX files in one tree.
 *
 * @param tree where they are
 * @param files by level, how many
 * @param size of all of them, in bytes
 * @param range what can be restored of them
 */
record LtxSummary(LtxTree tree, Map<Integer, Integer> files, long size, Optional<LtxRestorableRange> range) {

    /** Lists all levels; empty if there is no file. */
    static Optional<LtxSummary> of(LtxReplicaClient replica, Inspection inspection) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        Map<Integer, Integer> byLevel = new TreeMap<>();
        for (int level = 0; level < LtxTree.LEVELS; level++) {
            List<LtxFileInfo> files = inspection.files(replica, level);
            all.addAll(files);
            if (!files.isEmpty()) {
                byLevel.put(level, files.size());
            }
        }
        long size = all.stream().mapToLong(LtxFileInfo::size).sum();
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(new LtxSummary(replica.tree(), byLevel, size, LtxRestorableRange.of(all)));
    }

    private int count() {
        return files.values().stream().mapToInt(Integer::intValue).sum();
    }

    Optional<Instant> from() {
        return range.map(known -> known.from().timestamp());
    }

    Optional<Instant> to() {
        return range.map(known -> known.to().timestamp());
    }

    static Optional<Instant> newest(List<LtxSummary> all) {
        return all.stream().flatMap(each -> each.to().stream()).max(Comparator.naturalOrder());
    }

    /** What a reader should not overlook. */
    List<String> warnings() {
        if (range.isEmpty()) {
            return List.of("no LTX file holds the whole database: nothing of them can be restored");
        }
        return range.get().hole().map(hole -> List.of("damaged: " + hole)).orElse(List.of());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("LTX          " + Quantity.count(count(), "file") + ", " + Quantity.bytes(size) + " ("
                + String.join(
                        ", ",
                        files.entrySet().stream()
                                .map(each -> "level " + each.getKey() + ": " + each.getValue())
                                .toList())
                + ")");
        range.ifPresent(known -> lines.add("transactions " + known.from().txid() + " to "
                + known.to().txid() + ", of which " + known.states() + " can be restored"));
        return lines;
    }

    void json(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("files").value(count());
        json.name("bytes").value(size);
        json.name("levels").beginObject();
        for (Map.Entry<Integer, Integer> each : files.entrySet()) {
            json.name(each.getKey().toString()).value(each.getValue());
        }
        json.endObject();
        if (range.isPresent()) {
            json.name("from").value(range.get().from().timestamp().toString());
            json.name("to").value(range.get().to().timestamp().toString());
            json.name("first_txid").value(range.get().from().txid().toString());
            json.name("last_txid").value(range.get().to().txid().toString());
            json.name("states").value(range.get().states());
        }
        json.endObject();
    }
}
