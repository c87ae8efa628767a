// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

/** What a key below a generation says, read from its name alone. */
sealed interface ObjectName {

    /** A snapshot of the database, {@code digits} wide. */
    record Snapshot(long index, int digits) implements ObjectName {}

    /** A WAL segment. */
    record WalSegment(long index, long offset, ReplicaLayout layout) implements ObjectName {}

    /** A name that claims to be WAL but fits no layout. */
    record UnknownWal() implements ObjectName {}

    /** Anything else: a leftover, or a file that is not Litestream's. */
    record Other() implements ObjectName {}

    String SNAPSHOTS = "snapshots/";
    String WAL = "wal/";
    String SNAPSHOT_SUFFIX = ".snapshot.lz4";
    String WAL_SUFFIX = ".wal.lz4";
    int WIDE = HexNumber.MAX_DIGITS;

    /**
     * Reads a name.
     *
     * @param path the key without the generation's prefix
     */
    static ObjectName parse(String path) {
        if (path.startsWith(SNAPSHOTS) && path.endsWith(SNAPSHOT_SUFFIX)) {
            String digits = path.substring(SNAPSHOTS.length(), path.length() - SNAPSHOT_SUFFIX.length());
            long index = HexNumber.parse(digits);
            return index < 0 ? new Other() : new Snapshot(index, digits.length());
        }
        if (path.startsWith(WAL) && path.endsWith(WAL_SUFFIX)) {
            return parseWal(path.substring(WAL.length(), path.length() - WAL_SUFFIX.length()));
        }
        return new Other();
    }

    private static ObjectName parseWal(String name) {
        int slash = name.indexOf('/');
        int split = slash >= 0 ? slash : name.indexOf('_');
        if (split < 0) {
            return new UnknownWal();
        }
        String indexDigits = name.substring(0, split);
        String offsetDigits = name.substring(split + 1);
        long index = HexNumber.parse(indexDigits);
        long offset = HexNumber.parse(offsetDigits);
        if (index < 0 || offset < 0) {
            return new UnknownWal();
        }
        if (slash < 0) {
            return new WalSegment(index, offset, ReplicaLayout.V03_FLAT);
        }
        if (indexDigits.length() == WIDE && offsetDigits.length() == WIDE) {
            return new WalSegment(index, offset, ReplicaLayout.V04_BETA);
        }
        // A wide folder with narrow names in it, or the reverse, was never written by anything.
        return indexDigits.length() == WIDE || offsetDigits.length() == WIDE
                ? new UnknownWal()
                : new WalSegment(index, offset, ReplicaLayout.NESTED);
    }
}
