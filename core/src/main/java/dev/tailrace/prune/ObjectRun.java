// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import java.util.List;
import java.util.Locale;

/** Objects of one kind that follow on each other, and why they are deleted or kept. Holds at least one. */
public final class ObjectRun {

    // The objects stay as the listing gave them: their keys alone would take more than all the rest.

    /** What the objects are. */
    public enum Kind {
        SNAPSHOT,
        WAL_SEGMENT,
        LTX_FILE
    }

    private final String part;
    private final Kind kind;
    private final List<?> items;
    private final String reason;

    private ObjectRun(String part, Kind kind, List<?> items, String reason) {
        if (items.isEmpty()) {
            throw new IllegalArgumentException("a run of no objects");
        }
        this.part = part;
        this.kind = kind;
        this.items = items;
        this.reason = reason;
    }

    static ObjectRun ofSnapshots(Generation generation, List<SnapshotInfo> snapshots, String reason) {
        return new ObjectRun(generation.name(), Kind.SNAPSHOT, snapshots, reason);
    }

    static ObjectRun ofSegments(Generation generation, List<WalSegmentInfo> segments, String reason) {
        return new ObjectRun(generation.name(), Kind.WAL_SEGMENT, segments, reason);
    }

    static ObjectRun ofFiles(LtxTree tree, List<LtxFileInfo> files, String reason) {
        return new ObjectRun(nameOf(tree), Kind.LTX_FILE, files, reason);
    }

    static String nameOf(LtxTree tree) {
        return tree.name().toLowerCase(Locale.ROOT);
    }

    /** The generation they belong to by its name, or the tree of LTX files. */
    public String part() {
        return part;
    }

    public Kind kind() {
        return kind;
    }

    /** Why, as part of a sentence. */
    public String reason() {
        return reason;
    }

    /** How many there are, at least 1. */
    public int count() {
        return items.size();
    }

    /** Their stored bytes together. */
    public long bytes() {
        return items.stream().mapToLong(ObjectRun::sizeOf).sum();
    }

    /**
     * One of them.
     *
     * @param number from 0, ascending by index and offset, or by transactions
     */
    public ObjectInfo get(int number) {
        return infoOf(items.get(number));
    }

    public ObjectInfo first() {
        return get(0);
    }

    public ObjectInfo last() {
        return get(count() - 1);
    }

    List<?> items() {
        return items;
    }

    static ObjectInfo infoOf(Object item) {
        if (item instanceof SnapshotInfo snapshot) {
            return snapshot.object();
        }
        return item instanceof WalSegmentInfo segment ? segment.object() : ((LtxFileInfo) item).object();
    }

    static long sizeOf(Object item) {
        if (item instanceof SnapshotInfo snapshot) {
            return snapshot.size();
        }
        return item instanceof WalSegmentInfo segment ? segment.size() : ((LtxFileInfo) item).size();
    }

    @Override
    public String toString() {
        return count() + " of " + kind + " in " + part + " from " + first().key() + " to " + last().key() + ": "
                + reason;
    }
}
