// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a key of one of the generation layouts names; told here once more, without the code under test.
 *
 * @param offset of a WAL segment; -1 for a snapshot
 */
record Place(String generation, long index, long offset) implements Comparable<Place> {

    private static final Pattern SNAPSHOT =
            Pattern.compile("generations/([0-9a-f]{16})/snapshots/([0-9a-f]{8,16})\\.snapshot\\.lz4");
    private static final Pattern WAL =
            Pattern.compile("generations/([0-9a-f]{16})/wal/([0-9a-f]{8,16})[_/]([0-9a-f]{8,16})\\.wal\\.lz4");

    /** Empty for a name that says nothing. */
    static Optional<Place> of(String key) {
        Matcher wal = WAL.matcher(key);
        if (wal.matches()) {
            return Optional.of(new Place(wal.group(1), number(wal.group(2)), number(wal.group(3))));
        }
        Matcher snapshot = SNAPSHOT.matcher(key);
        return snapshot.matches()
                ? Optional.of(new Place(snapshot.group(1), number(snapshot.group(2)), -1))
                : Optional.empty();
    }

    boolean isSnapshot() {
        return offset < 0;
    }

    /** The key of this place in a layout of {@link dev.tailrace.testkit.ReplicaFixtures#layouts()}. */
    String key(String layout) {
        String folder = "generations/" + generation + "/";
        String width = layout.equals("v04-nested16") ? "%016x" : "%08x";
        if (isSnapshot()) {
            return folder + "snapshots/" + String.format(width, index) + ".snapshot.lz4";
        }
        String separator = layout.equals("v03-flat") ? "_" : "/";
        return folder + "wal/" + String.format(width, index) + separator + String.format(width, offset) + ".wal.lz4";
    }

    /** In the order of the WAL; a snapshot stands before the WAL of its index. */
    @Override
    public int compareTo(Place other) {
        int byGeneration = generation.compareTo(other.generation);
        int byIndex = byGeneration != 0 ? byGeneration : Long.compare(index, other.index);
        return byIndex != 0 ? byIndex : Long.compare(offset, other.offset);
    }

    private static long number(String hex) {
        return Long.parseUnsignedLong(hex, 16);
    }
}
