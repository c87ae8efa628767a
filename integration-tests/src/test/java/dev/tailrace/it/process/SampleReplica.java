// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * A replica in a folder, large enough for a restore to be interrupted.
 *
 * @param folder the replica
 * @param database what it stands for
 */
record SampleReplica(Path folder, Path database) {

    private static final Generation GENERATION = new Generation("5a3f19c07be4d268");
    private static final Instant TIME = Instant.parse("2022-03-01T00:00:00Z");
    private static final int PAGE_SIZE = 4096;
    private static final int FRAME_SIZE = 24 + PAGE_SIZE;

    /** Makes one of about {@code megabytes}, half of it in the snapshot, half in some WAL indexes. */
    static SampleReplica create(Path place, int megabytes) throws IOException, SQLException {
        Path folder = place.resolve("replica");
        Path database = place.resolve("source.db");
        try (ObjectStore store = store(folder);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            ReplicaWriter writer = new ReplicaWriter(store, ReplicaLayout.V03_FLAT);
            statement.execute("PRAGMA page_size=" + PAGE_SIZE);
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=OFF");
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)");
            insert(statement, megabytes / 2);
            checkpoint(statement);
            writer.putSnapshot(GENERATION, 0, Files.readAllBytes(database), TIME);
            int each = Math.max(1, megabytes / 10);
            for (int index = 0; index < 5; index++) {
                insert(statement, each);
                statement.execute("UPDATE t SET body=randomblob(900) WHERE id%50=" + index);
                int frames = checkpoint(statement);
                byte[] wal = Files.readAllBytes(Path.of(database + "-wal"));
                int length = 32 + frames * FRAME_SIZE;
                int cut = 32 + frames / 3 * FRAME_SIZE;
                writer.putSegment(GENERATION, index, 0, wal, 0, cut, TIME.plusSeconds(2 * index));
                writer.putSegment(GENERATION, index, cut, wal, cut, length, TIME.plusSeconds(2 * index + 1));
            }
        }
        return new SampleReplica(folder, database);
    }

    /** The store of a folder. */
    static ObjectStore store(Path folder) throws IOException {
        Files.createDirectories(folder);
        return ObjectStoreProviders.installed()
                .forScheme("file")
                .open(ReplicaUrl.parse("file://" + folder), StoreSettings.defaults());
    }

    private static void insert(Statement statement, int megabytes) throws SQLException {
        statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" + megabytes * 1000
                + ") INSERT INTO t(body) SELECT randomblob(900) FROM n");
    }

    /** @return how many frames the WAL had; the next transaction restarts it */
    private static int checkpoint(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
            if (!result.next() || result.getInt(1) != 0 || result.getInt(2) != result.getInt(3)) {
                throw new IllegalStateException("checkpoint was not complete");
            }
            return result.getInt(2);
        }
    }
}
