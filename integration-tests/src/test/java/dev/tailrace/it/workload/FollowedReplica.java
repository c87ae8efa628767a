// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Random;

/** A replica that is large enough for something to happen in the middle of its objects, and the database it stands for. */
public final class FollowedReplica {

    private FollowedReplica() {}

    /**
     * A snapshot of some megabytes that hardly compress, and WAL in several indexes of several segments.
     *
     * @param folder empty
     * @param objects where the replica is put
     * @return the database
     */
    public static Path write(Path folder, InMemoryObjectStore objects) throws Exception {
        Path database = folder.resolve("live.db");
        Random random = new Random(6);
        try (Connection connection = Sqlite.open(database)) {
            Sqlite.run(connection, "PRAGMA journal_mode = WAL");
            Sqlite.run(connection, "CREATE TABLE blob_table (id INTEGER PRIMARY KEY, body BLOB)");
            insert(connection, 300, 20_000);
            Sqlite.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            Sqlite.run(connection, "PRAGMA wal_autocheckpoint = 0");
            LiveReplication replication = new LiveReplication(
                    database,
                    new ReplicaWriter(objects, ReplicaLayout.V03_FLAT),
                    LiveReplication.Cuts.COMMITS,
                    Files.createDirectory(folder.resolve("states")),
                    random);
            replication.start();
            for (int index = 0; index < 6; index++) {
                for (int segment = 0; segment < 4; segment++) {
                    insert(connection, 5, 8_000);
                    replication.follow();
                    replication.uploadAll();
                }
                Sqlite.run(connection, "PRAGMA wal_checkpoint(RESTART)");
            }
            insert(connection, 2, 100);
            replication.follow();
            Path reference = folder.resolve("reference.db");
            replication.finish(false, reference);
            return reference;
        }
    }

    private static void insert(Connection connection, int rows, int size) throws Exception {
        Sqlite.run(
                connection,
                "INSERT INTO blob_table (body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                        + rows + ") SELECT randomblob(" + size + ") FROM n");
    }
}
