// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Ten million names that lie in a replica besides its own. They come after its own, and their order is that of keys. */
enum Crowd {

    /** Not Litestream's, among the WAL of a generation. */
    FOREIGN_AMONG_WAL(Crowd.WAL) {
        @Override
        String name(int folder, int number) {
            return "x" + hex(number, 8) + ".wal.lz4.tmp";
        }
    },

    /** Not Litestream's, among LTX files that were not compacted yet. */
    FOREIGN_AMONG_LTX(Crowd.LEVEL_0) {
        @Override
        String name(int folder, int number) {
            return "x" + hex(number, 16) + ".ltx";
        }
    },

    /** A thousand names in each of ten thousand generations. */
    MANY_GENERATIONS(10_000, 1_000) {
        @Override
        String name(int folder, int number) {
            return number == 0
                    ? "snapshots/00000000.snapshot.lz4"
                    : "wal/00000000_" + hex(number * 4128L, 8) + ".wal.lz4";
        }
    },

    /** Generations with as many names as one listing may have, each newer than the one before, every other without a snapshot. */
    LARGE_GENERATIONS(62, 160_000) {
        @Override
        String name(int folder, int number) {
            return number == 0 && folder % 2 == 0 ? "snapshots/00000000.snapshot.lz4" : "wal/" + segment(number, "_");
        }
    },

    /** WAL segments in the flat layout of 0.3. */
    SEGMENTS(Crowd.WAL) {
        @Override
        String name(int folder, int number) {
            return segment(number, "_");
        }
    },

    /** WAL segments each of which is there in two layouts: all of them are damage. */
    SEGMENTS_OF_TWO_LAYOUTS(Crowd.WAL) {
        @Override
        String name(int folder, int number) {
            return segment(number / 2 * 8, number % 2 == 0 ? "/" : "_");
        }
    },

    /** What claims to be WAL: all of it is damage. */
    WAL_OF_NO_LAYOUT(Crowd.WAL) {
        @Override
        String name(int folder, int number) {
            return "x" + hex(number, 8) + "_00000000.wal.lz4";
        }
    },

    /** LTX files of one transaction each. */
    LTX_FILES(Crowd.LEVEL_0) {
        @Override
        String name(int folder, int number) {
            String txid = hex(AFTER_ALL + number, 16);
            return txid + "-" + txid + ".ltx";
        }
    };

    /** The generation of {@code examples/fruits}. */
    private static final String WAL = "generations/24d7f5fd41f0ef48/wal/";

    private static final String LEVEL_0 = "ltx/0/";
    private static final String GENERATIONS = "generations/";
    private static final long AFTER_ALL = 0x1000_0000L;

    /** Before all replicas, so that what is in these is the newest. */
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");

    private final List<String> folders;
    private final int names;

    Crowd(String folder) {
        folders = List.of(folder);
        names = 10_000_000;
    }

    Crowd(int generations, int names) {
        folders = IntStream.range(0, generations)
                .mapToObj(number -> GENERATIONS + hex(number, 16) + "/")
                .toList();
        this.names = names;
    }

    /** With closing slashes, ascending. */
    List<String> folders() {
        return folders;
    }

    /** How many there are in each folder. */
    int names() {
        return names;
    }

    /**
     * A name, ascending with its number.
     *
     * @param folder which one of the folders
     * @return what follows on the folder in its key
     */
    abstract String name(int folder, int number);

    Instant time(int folder, int number) {
        return LONG_AGO.plusSeconds(folder * 1_000L + number);
    }

    private static String segment(int number, String between) {
        return hex(AFTER_ALL + number / 8, 8) + between + hex(number % 8 * 4128L, 8) + ".wal.lz4";
    }

    private static String hex(long number, int digits) {
        return HexFormat.of().toHexDigits(number, digits);
    }
}
