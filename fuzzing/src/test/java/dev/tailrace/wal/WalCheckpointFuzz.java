// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.fuzzing.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/** Where SQLite itself can checkpoint a WAL, {@link WalApplier} counts the same frames and leaves the same file. */
public final class WalCheckpointFuzz {

    /** The last byte of that number in the first page. */
    private static final int VERSION_VALID_FOR = 95;

    private static final byte[] DATABASE = database();
    private static final int PAGE = 512;
    private static final byte[] FIRST_PAGE = Arrays.copyOf(DATABASE, PAGE);

    private WalCheckpointFuzz() {}

    private static byte[] database() {
        try (InputStream in = WalCheckpointFuzz.class.getResourceAsStream("base.db")) {
            byte[] database = in.readAllBytes();
            // As before SQLite 3.7: the size in the header does not count, so that a WAL may give another one.
            database[VERSION_VALID_FOR] ^= 1;
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        compare(input);
    }

    /** How many frames both wrote back; -1 if SQLite refuses the WAL. */
    static long compare(byte[] input) {
        byte[] wal = WalBytes.of(input, FIRST_PAGE);
        long[] frames = new long[1];
        Bounds.within((1 << 22) + 64L * wal.length, () -> {
            Path folder = Files.createTempDirectory("wal-checkpoint");
            try {
                frames[0] = compare(folder, wal);
            } finally {
                for (String name : new String[] {"ours", "ours-wal", "theirs", "theirs-wal", "theirs-shm"}) {
                    Files.deleteIfExists(folder.resolve(name));
                }
                Files.delete(folder);
            }
        });
        return frames[0];
    }

    private static long compare(Path folder, byte[] wal) throws IOException {
        Path theirs = Files.write(folder.resolve("theirs"), DATABASE);
        Files.write(folder.resolve("theirs-wal"), wal);
        long theirFrames;
        try {
            theirFrames = checkpoint(theirs);
        } catch (SQLException e) {
            theirFrames = -1;
        }
        Path ours = Files.write(folder.resolve("ours"), DATABASE);
        Path ourWal = Files.write(folder.resolve("ours-wal"), wal);
        long frames;
        try {
            frames = WalApplier.apply(ours, ourWal);
        } catch (IOException e) {
            // A size that no file system can hold.
            require(theirFrames < 0, "SQLite takes %d frames, and it is refused: %s", theirFrames, e);
            return -1;
        }
        if (theirFrames < 0) {
            return -1;
        }
        require(frames == theirFrames, "%d frames count, for SQLite %d", frames, theirFrames);
        long difference = Files.mismatch(ours, theirs);
        require(difference < 0, "other than SQLite's from byte %d on, after %d frames", difference, frames);
        return frames;
    }

    /**
     * How many frames SQLite wrote back.
     *
     * @return -1 if not all that it counts
     */
    private static long checkpoint(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous=OFF");
            try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(FULL)")) {
                boolean whole = result.next() && result.getInt(1) == 0 && result.getLong(2) == result.getLong(3);
                return whole ? result.getLong(2) : -1;
            }
        }
    }
}
