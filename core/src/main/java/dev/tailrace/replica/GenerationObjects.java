// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The keys of all objects of a generation, by what depends on them. */
final class GenerationObjects {

    private record Numbered(long index, long offset, String key) {}

    private final String folder;
    private final List<String> others = new ArrayList<>();
    private final List<Numbered> snapshots = new ArrayList<>();
    private final List<Numbered> segments = new ArrayList<>();

    GenerationObjects(Generation generation) {
        folder = ReplicaLayout.generationFolder(generation);
    }

    void add(String key) {
        ObjectName name = ObjectName.parse(key.substring(folder.length()));
        if (name instanceof ObjectName.Snapshot snapshot) {
            snapshots.add(new Numbered(snapshot.index(), 0, key));
        } else if (name instanceof ObjectName.WalSegment segment) {
            segments.add(new Numbered(segment.index(), segment.offset(), key));
        } else {
            others.add(key);
        }
    }

    /**
     * All keys in steps: when one is done, what is left can be restored as far as it could before, or, once only the newest
     * snapshot and its WAL are left, to a state that is older.
     */
    List<List<String>> newestStateLast() {
        long newest = snapshots.stream().mapToLong(Numbered::index).max().orElse(Long.MAX_VALUE);
        Comparator<Numbered> ascending =
                Comparator.comparingLong(Numbered::index).thenComparingLong(Numbered::offset);
        snapshots.sort(ascending);
        segments.sort(ascending.reversed());

        List<String> first = new ArrayList<>(others);
        List<String> last = new ArrayList<>();
        snapshots.forEach(snapshot -> (snapshot.index() < newest ? first : last).add(snapshot.key()));
        List<String> unneeded = new ArrayList<>();
        List<String> needed = new ArrayList<>();
        segments.forEach(segment -> (segment.index() < newest ? unneeded : needed).add(segment.key()));
        return List.of(first, unneeded, needed, last);
    }
}
