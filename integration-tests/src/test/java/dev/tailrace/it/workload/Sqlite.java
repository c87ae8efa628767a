// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What SQLite itself says of database files. */
final class Sqlite {

    private Sqlite() {}

    static Connection open(Path database) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        // Whoever is busy stays so: all connections of a workload are in one thread.
        run(connection, "PRAGMA busy_timeout=0");
        run(connection, "PRAGMA synchronous=OFF");
        return connection;
    }

    /** Gives free pages back; it works row by row, and its rows have no columns for {@link #run} to read. */
    static void incrementalVacuum(Connection connection, int pages) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
        }
    }

    /** Runs a statement to its end. */
    static List<String> run(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        rows.add(String.valueOf(result.getString(1)));
                    }
                }
            }
        }
        return rows;
    }

    static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(run(connection, sql).get(0));
    }

    /** Writes to {@code copy} what the database file would be after SQLite has checkpointed all of {@code wal} into it. */
    static void checkpointedCopy(Path database, byte[] wal, int walLength, Path copy) throws IOException, SQLException {
        Files.copy(database, copy, StandardCopyOption.REPLACE_EXISTING);
        byte[] bytes = java.util.Arrays.copyOf(wal, walLength);
        Files.write(copy.resolveSibling(copy.getFileName() + "-wal"), bytes);
        try (Connection connection = open(copy)) {
            run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /** Where the transactions of a WAL file end. All its frames must be good. */
    static List<Integer> commitEnds(byte[] wal) {
        ByteBuffer view = ByteBuffer.wrap(wal);
        int frameSize = 24 + view.getInt(8);
        List<Integer> ends = new ArrayList<>();
        for (int frame = 32; frame + frameSize <= wal.length; frame += frameSize) {
            if (view.getInt(frame + 4) != 0) {
                ends.add(frame + frameSize);
            }
        }
        return ends;
    }

    /** What is wrong with a database that nobody has open; empty if nothing is. */
    static List<String> integrityProblems(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + database + "?immutable=1")) {
            List<String> problems = run(connection, "PRAGMA integrity_check");
            return problems.equals(List.of("ok")) ? List.of() : problems;
        }
    }
}
