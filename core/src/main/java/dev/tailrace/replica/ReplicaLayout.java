// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

/**
 * How a generation's objects are named. Facts seen in replicas written by the real versions; all numbers are lower-case
 * hexadecimal.
 */
public enum ReplicaLayout {
    /** Litestream 0.3: {@code snapshots/<index8>.snapshot.lz4}, {@code wal/<index8>_<offset8>.wal.lz4}. */
    V03_FLAT("v0.3", HexNumber.MIN_DIGITS, '_'),

    /** Early 2022, between the releases: {@code snapshots/<index8>.snapshot.lz4}, {@code wal/<index8>/<offset8>.wal.lz4}. */
    NESTED("nested", HexNumber.MIN_DIGITS, '/'),

    /** 0.4.0-beta: {@code snapshots/<index16>.snapshot.lz4}, {@code wal/<index16>/<offset16>.wal.lz4}. */
    V04_BETA("v0.4-beta", HexNumber.MAX_DIGITS, '/');

    private static final String GENERATIONS = "generations/";

    private final String label;
    private final int width;
    private final char separator;

    ReplicaLayout(String label, int width, char separator) {
        this.label = label;
        this.width = width;
        this.separator = separator;
    }

    /** The folder of all generations, in every layout, with its closing slash. */
    public static String generationsFolder() {
        return GENERATIONS;
    }

    /** The folder of a generation, in every layout, with its closing slash. */
    static String generationFolder(Generation generation) {
        return GENERATIONS + generation.name() + "/";
    }

    /** The folder of a generation's snapshots, in every layout, with its closing slash. */
    public static String snapshotsFolder(Generation generation) {
        return generationFolder(generation) + ObjectName.SNAPSHOTS;
    }

    /** The folder of a generation's WAL, in every layout, with its closing slash. */
    public static String walFolder(Generation generation) {
        return generationFolder(generation) + ObjectName.WAL;
    }

    /**
     * The key of a snapshot, below the replica's root.
     *
     * @param index at least 0; its number is as wide as it needs to be where that is more than the layout's width
     */
    public String snapshotKey(Generation generation, long index) {
        if (index < 0) {
            throw new IllegalArgumentException("negative snapshot index: " + index);
        }
        return snapshotsFolder(generation) + HexNumber.format(index, width) + ObjectName.SNAPSHOT_SUFFIX;
    }

    /** The key of the WAL segment that begins at a position, below the replica's root; widths as for snapshots. */
    public String walSegmentKey(Position position) {
        return walFolder(position.generation())
                + HexNumber.format(position.index(), width)
                + separator
                + HexNumber.format(position.offset(), width)
                + ObjectName.WAL_SUFFIX;
    }

    /** The name shown to people and in JSON. */
    @Override
    public String toString() {
        return label;
    }
}
