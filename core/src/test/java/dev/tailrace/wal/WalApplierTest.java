// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQLite's own checkpoint is the judge. */
class WalApplierTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "512, 0, 4",
        "1024, 1, 4",
        "2048, 2, 3",
        "4096, 0, 4",
        "4096, 1, 4",
        "4096, 2, 4",
        "8192, 1, 3",
        "16384, 2, 2",
        "32768, 0, 2",
        "65536, 1, 2",
        "512, 2, 4",
        "65536, 2, 2"
    })
    void equalsSqlitesCheckpointOnRandomWorkloads(int pageSize, int autoVacuum, int seeds) throws Exception {
        for (int seed = 0; seed < seeds; seed++) {
            Path database = folder.resolve("db" + seed);
            workload(database, pageSize, autoVacuum, new Random(31L * pageSize + 7L * autoVacuum + seed));
        }
    }

    private void workload(Path database, int pageSize, int autoVacuum, Random random) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement sql = connection.createStatement()) {
            run(sql, "PRAGMA page_size=" + pageSize);
            run(sql, "PRAGMA auto_vacuum=" + autoVacuum);
            run(sql, "PRAGMA journal_mode=WAL");
            run(sql, "PRAGMA wal_autocheckpoint=0");
            run(sql, "PRAGMA synchronous=OFF");
            run(sql, "PRAGMA cache_size=" + (random.nextBoolean() ? 5 : 500));
            run(sql, "CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB)");
            for (int step = 0; step < 12; step++) {
                step(connection, sql, random);
                if (random.nextInt(3) == 0) {
                    compareWithCheckpoint(database, random);
                }
                if (random.nextInt(4) == 0) {
                    run(sql, "PRAGMA wal_checkpoint(" + (random.nextBoolean() ? "TRUNCATE" : "RESTART") + ")");
                }
            }
            connection.setAutoCommit(false);
            insert(connection, random, 60);
            // A transaction that is not over, spilled into the WAL by a small cache.
            compareWithCheckpoint(database, random);
            connection.rollback();
            connection.setAutoCommit(true);
            compareWithCheckpoint(database, random);
        }
    }

    private static void step(Connection connection, Statement sql, Random random) throws SQLException {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                connection.setAutoCommit(false);
                insert(connection, random, 1 + random.nextInt(40));
                connection.commit();
                connection.setAutoCommit(true);
            }
            case 3 -> run(sql, "DELETE FROM t WHERE id % " + (2 + random.nextInt(3)) + " = 0");
            case 4 -> run(sql, "VACUUM");
            case 5 -> run(sql, "PRAGMA incremental_vacuum(" + (1 + random.nextInt(20)) + ")");
            case 6 -> {
                connection.setAutoCommit(false);
                insert(connection, random, 80);
                connection.rollback();
                connection.setAutoCommit(true);
            }
            default -> run(sql, "UPDATE t SET x=randomblob(" + random.nextInt(3000) + ") WHERE id % 3 = 1");
        }
    }

    /** In a statement of its own: a pragma that is left half done would stand in the way of the next commit. */
    private static void run(Statement connected, String text) throws SQLException {
        try (Statement sql = connected.getConnection().createStatement()) {
            sql.execute(text);
        }
    }

    private static void insert(Connection connection, Random random, int rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t(x) VALUES(?)")) {
            for (int i = 0; i < rows; i++) {
                byte[] blob = new byte[random.nextInt(2000)];
                random.nextBytes(blob);
                insert.setBytes(1, blob);
                insert.executeUpdate();
            }
        }
    }

    private void compareWithCheckpoint(Path database, Random random) throws Exception {
        Path wal = Path.of(database + "-wal");
        byte[] walBytes = Files.exists(wal) ? Files.readAllBytes(wal) : new byte[0];
        walBytes = switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(walBytes, walBytes.length - Math.min(walBytes.length, random.nextInt(3000)));
            case 1 -> withGarbage(walBytes, random);
            default -> walBytes;
        };
        Path ours = Files.write(folder.resolve("ours"), Files.readAllBytes(database));
        Path oursWal = Files.write(folder.resolve("ours.log"), walBytes);
        Path theirs = Files.write(folder.resolve("theirs"), Files.readAllBytes(database));
        Files.write(folder.resolve("theirs-wal"), walBytes);

        long frames = WalApplier.apply(ours, oursWal);

        assertThat(oursWal).hasBinaryContent(walBytes);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + theirs);
                Statement sql = connection.createStatement()) {
            run(sql, "PRAGMA wal_autocheckpoint=0");
            try (ResultSet result = sql.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
                result.next();
                // SQLite backfills nothing, and counts so, where no transaction is whole.
                assertThat(frames).isEqualTo(Math.max(0, result.getLong(3)));
            }
            // Compared before the connection is closed, since that would end the WAL.
            assertThat(Files.mismatch(ours, theirs)).isEqualTo(-1);
        }
        Files.deleteIfExists(folder.resolve("theirs-wal"));
        Files.deleteIfExists(folder.resolve("theirs-shm"));
    }

    private static byte[] withGarbage(byte[] wal, Random random) {
        byte[] garbage = new byte[random.nextInt(5000)];
        random.nextBytes(garbage);
        return ByteBuffer.allocate(wal.length + garbage.length)
                .put(wal)
                .put(garbage)
                .array();
    }

    @Test
    void leavesTheDatabaseAloneWhereNoTransactionIsWhole() throws IOException {
        byte[] before = ReplicaBytes.database(512, 3, 1);
        byte[] open = WalBytes.ofIndex(512, 0)
                .frame(1, ReplicaBytes.page(512, 1, 2), 0)
                .bytes();
        for (byte[] wal : new byte[][] {
            {}, new byte[31], new byte[5000], WalBytes.ofIndex(512, 0).bytes(), open
        }) {
            Path database = Files.write(folder.resolve("db"), before);
            assertThat(WalApplier.apply(database, Files.write(folder.resolve("wal"), wal)))
                    .isZero();
            assertThat(database).hasBinaryContent(before);
        }
    }

    @Test
    void cutsAndExtendsToTheSizeOfTheLastCommit() throws IOException {
        for (int size : new int[] {1, 2, 3, 4, 9}) {
            WalBytes wal = WalBytes.ofIndex(512, 0)
                    .frame(2, ReplicaBytes.page(512, 2, 2), 7)
                    .frame(7, ReplicaBytes.page(512, 7, 2), 0)
                    .frame(1, ReplicaBytes.page(512, 1, 3), size);
            byte[] before = ReplicaBytes.database(512, 3, 1);
            Path database = Files.write(folder.resolve("db"), before);

            assertThat(WalApplier.apply(database, Files.write(folder.resolve("wal"), wal.bytes())))
                    .isEqualTo(3);

            assertThat(database).hasBinaryContent(wal.appliedTo(before));
        }
    }

    @Test
    void stopsAtTheFirstFrameLeftFromAnEarlierRound() throws IOException {
        byte[] earlier = WalBytes.ofIndex(512, 0)
                .frame(1, ReplicaBytes.page(512, 1, 8), 3)
                .frame(2, ReplicaBytes.page(512, 2, 8), 3)
                .bytes();
        WalBytes later = WalBytes.ofIndex(512, 1).frame(1, ReplicaBytes.page(512, 1, 9), 3);
        byte[] both = earlier.clone();
        System.arraycopy(later.bytes(), 0, both, 0, later.bytes().length);
        byte[] before = ReplicaBytes.database(512, 3, 1);
        Path database = Files.write(folder.resolve("db"), before, StandardOpenOption.CREATE);

        assertThat(WalApplier.apply(database, Files.write(folder.resolve("wal"), both)))
                .isEqualTo(1);

        assertThat(database).hasBinaryContent(later.appliedTo(before));
    }
}
