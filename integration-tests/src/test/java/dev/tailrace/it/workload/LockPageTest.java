// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.Tailrace;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4FrameWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQLite never uses the page at 1 GiB, where its locks lie: no WAL frame has it, and a snapshot only where the database was
 * larger already.
 */
@Tag("slow")
class LockPageTest {

    private static final Generation GENERATION = new Generation("0123456789abcdef");
    private static final int PAGE_SIZE = 65536;
    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private Path database;
    private Path replica;

    @Test
    void databaseThatGrowsOverTheLockPageShrinksAndGrowsAgainIsRestored() throws Exception {
        database = folder.resolve("live.db");
        replica = folder.resolve("replica");
        try (Connection connection = Sqlite.open(database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size=" + PAGE_SIZE);
            statement.execute("PRAGMA auto_vacuum=2");
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)");
            statement.execute("PRAGMA wal_checkpoint(RESTART)");
            snapshot(0);

            statement.execute("INSERT INTO t VALUES(1, zeroblob(500000000)), (2, zeroblob(560000000))");
            statement.execute("INSERT INTO t VALUES(3, randomblob(20000000))");
            endIndex(statement, 0);
            assertThat(Files.size(database)).isGreaterThan(GIB + 2 * PAGE_SIZE);
            check(connection, 0);
            snapshot(1);

            statement.execute("DELETE FROM t WHERE id=2");
            Sqlite.incrementalVacuum(connection, 0);
            endIndex(statement, 1);
            assertThat(Files.size(database)).isLessThan(GIB);
            check(connection, 1);

            statement.execute("INSERT INTO t VALUES(4, zeroblob(600000000))");
            endIndex(statement, 2);
            assertThat(Files.size(database)).isGreaterThan(GIB + 2 * PAGE_SIZE);
            check(connection, 2);
        }
    }

    private void snapshot(long index) throws IOException {
        write(ReplicaWriter.snapshotKey(ReplicaLayout.V03_FLAT, GENERATION, index), database, Files.size(database));
    }

    /** Uploads the WAL and has SQLite put it into the database file. */
    private void endIndex(Statement statement, long index) throws IOException, SQLException {
        Path wal = folder.resolve("live.db-wal");
        Path copy = folder.resolve("wal");
        Files.copy(wal, copy);
        long frames;
        try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
            assertThat(result.next()).isTrue();
            frames = result.getLong(2);
            assertThat(result.getLong(3)).isEqualTo(frames);
        }
        write(
                ReplicaWriter.segmentKey(ReplicaLayout.V03_FLAT, GENERATION, index, 0),
                copy,
                32 + frames * (24 + PAGE_SIZE));
        Files.delete(copy);
    }

    private void write(String key, Path source, long length) throws IOException {
        Path file = replica.resolve(key);
        Files.createDirectories(file.getParent());
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(source);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            long left = length;
            while (left > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                frame.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    private void check(Connection connection, long index) throws Exception {
        Path target = folder.resolve("restored.db");
        for (long snapshot = 0; snapshot <= Math.min(index, 1); snapshot++) {
            try (ReplicaClient client = Tailrace.open("file://" + replica)) {
                RestoreOptions options = RestoreOptions.builder()
                        .target(RestoreTarget.atIndex(index))
                        .snapshotIndex(snapshot)
                        .build();
                Restorer.of(client, options).restoreTo(target);
            }
            assertThat(Files.mismatch(target, database))
                    .as("index %d from snapshot %d", index, snapshot)
                    .isEqualTo(-1);
            Files.delete(target);
        }
        assertThat(Sqlite.run(connection, "PRAGMA quick_check")).containsExactly("ok");
    }
}
