// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.sqlite.SQLiteErrorCode;

/**
 * Does at random what applications do to a database in WAL mode, by several connections, and shows a
 * {@link LiveReplication} each step. All of it follows from the seed, except SQLite's own choice of salts.
 */
final class Workload implements AutoCloseable {

    private static final int[] PAGE_SIZES = {512, 1024, 2048, 4096, 4096, 8192, 16384, 32768, 65536};
    private static final String[] CHECKPOINTS = {"PASSIVE", "PASSIVE", "FULL", "RESTART", "TRUNCATE"};

    private final Path database;
    private final Random random;
    private final LiveReplication replication;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Connection> readers = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();
    private final int pageSize;
    private final int autoVacuum;
    private final int cacheSize;
    private final int secureDelete;
    private final long largest;
    private int tables;

    Workload(Path database, LiveReplication replication, Random random) {
        this.database = database;
        this.replication = replication;
        this.random = random;
        pageSize = PAGE_SIZES[random.nextInt(PAGE_SIZES.length)];
        autoVacuum = random.nextInt(3);
        cacheSize = random.nextInt(3) == 0 ? 2 + random.nextInt(12) : 2000;
        secureDelete = random.nextInt(3);
        largest = Math.max(400_000, 60L * pageSize);
    }

    @Override
    public String toString() {
        return "page size " + pageSize + ", auto_vacuum " + autoVacuum + ", cache " + cacheSize + ", secure_delete "
                + secureDelete + ":" + log;
    }

    void run(int steps) throws IOException, SQLException {
        begin();
        for (int i = 0; i < steps; i++) {
            turn();
        }
    }

    /** Runs steps each of which has a seed of its own, so that it does the same where others before it are left out. */
    void runEach(long[] stepSeeds) throws IOException, SQLException {
        begin();
        for (long seed : stepSeeds) {
            random.setSeed(seed);
            turn();
        }
    }

    private void begin() throws IOException, SQLException {
        int number = 1 + random.nextInt(3);
        for (int i = 0; i < number; i++) {
            connections.add(connect());
        }
        createTable(any());
        replication.start();
    }

    private void turn() throws IOException, SQLException {
        Connection connection = any();
        try {
            step(connection);
        } catch (SQLException e) {
            int code = e.getErrorCode() & 0xff;
            if (code != SQLiteErrorCode.SQLITE_BUSY.code && code != SQLiteErrorCode.SQLITE_LOCKED.code) {
                throw e;
            }
            log.append(" (busy)");
            rollbackWriter(connection);
        }
        replication.follow();
        if (random.nextInt(6) == 0) {
            replication.uploadSome();
        }
        if (random.nextInt(15) == 0) {
            log.append(" snapshot");
            replication.snapshot();
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = Sqlite.open(database);
        Sqlite.run(connection, "PRAGMA page_size=" + pageSize);
        Sqlite.run(connection, "PRAGMA auto_vacuum=" + autoVacuum);
        Sqlite.run(connection, "PRAGMA journal_mode=WAL");
        // A checkpoint is a step of its own, so that the replication sees what was before it.
        Sqlite.run(connection, "PRAGMA wal_autocheckpoint=0");
        Sqlite.run(connection, "PRAGMA cache_size=" + cacheSize);
        Sqlite.run(connection, "PRAGMA secure_delete=" + new String[] {"OFF", "ON", "FAST"}[secureDelete]);
        return connection;
    }

    private Connection any() {
        return connections.get(random.nextInt(connections.size()));
    }

    private void rollbackWriter(Connection connection) {
        try {
            Sqlite.run(connection, "ROLLBACK");
        } catch (SQLException e) {
            // There was no transaction.
            log.append('.');
        }
    }

    private void step(Connection c) throws IOException, SQLException {
        long size = Sqlite.number(c, "PRAGMA page_count") * pageSize;
        if (size > largest && random.nextInt(2) == 0) {
            shrink(c);
            return;
        }
        switch (random.nextInt(28)) {
            case 0, 1, 2 -> insert(c, 1 + random.nextInt(30));
            case 3, 4 -> update(c);
            case 5, 6 -> delete(c);
            case 7, 8, 9, 10, 11 -> checkpoint(c);
            case 12 -> createTable(c);
            case 13 -> dropTable(c);
            case 14 -> schemaChange(c);
            case 15 -> one(c, " vacuum", "VACUUM");
            case 16 -> incrementalVacuum(c, random.nextInt(20));
            case 17 -> bigBlob(c);
            case 18 -> rolledBack(c);
            case 19 -> savepoints(c);
            case 20, 21 -> longTransaction(c);
            case 22 -> reader();
            case 23 -> reconnect();
            case 24 -> shrinkAndRegrow(c);
            case 25 -> growAndShrinkInOne(c);
            case 26 -> backUpOrBringBack(c);
            default -> small(c);
        }
    }

    private void one(Connection c, String name, String sql) throws SQLException {
        log.append(name);
        Sqlite.run(c, sql);
    }

    private void incrementalVacuum(Connection c, int pages) throws SQLException {
        log.append(" incremental");
        Sqlite.incrementalVacuum(c, pages);
    }

    private List<String> tables(Connection c) throws SQLException {
        return Sqlite.run(c, "SELECT name FROM sqlite_schema WHERE type='table' AND name LIKE 'w%' ORDER BY name");
    }

    private String table(Connection c) throws SQLException {
        List<String> all = tables(c);
        if (all.isEmpty()) {
            createTable(c);
            return table(c);
        }
        return all.get(random.nextInt(all.size()));
    }

    private byte[] body() {
        int limit = switch (random.nextInt(5)) {
            case 0, 1 -> 60;
            case 2 -> pageSize / 3;
            case 3 -> pageSize;
            default -> Math.min(3 * pageSize, 60_000);
        };
        byte[] bytes = new byte[random.nextInt(limit + 1)];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private void insertRows(Connection c, String table, int rows) throws SQLException {
        try (PreparedStatement insert =
                c.prepareStatement("INSERT OR REPLACE INTO " + table + "(id, grp, name, body) VALUES(?, ?, ?, ?)")) {
            for (int i = 0; i < rows; i++) {
                insert.setInt(1, random.nextInt(3000));
                insert.setInt(2, random.nextInt(9));
                insert.setString(3, Long.toString(random.nextLong(), 36));
                insert.setBytes(4, body());
                insert.executeUpdate();
            }
        }
    }

    private void insert(Connection c, int rows) throws SQLException {
        log.append(" insert");
        String table = table(c);
        Sqlite.run(c, "BEGIN IMMEDIATE");
        insertRows(c, table, rows);
        Sqlite.run(c, "COMMIT");
    }

    private void update(Connection c) throws SQLException {
        log.append(" update");
        Sqlite.run(
                c,
                "UPDATE " + table(c) + " SET name='u'||name, body=zeroblob(" + random.nextInt(pageSize)
                        + ") WHERE id%7=" + random.nextInt(7));
    }

    private void delete(Connection c) throws SQLException {
        log.append(" delete");
        int of = 1 + random.nextInt(4);
        Sqlite.run(c, "DELETE FROM " + table(c) + " WHERE id%" + of + "=0");
    }

    private void checkpoint(Connection c) throws SQLException {
        String mode = CHECKPOINTS[random.nextInt(CHECKPOINTS.length)];
        log.append(' ').append(mode);
        Sqlite.run(c, "PRAGMA wal_checkpoint(" + mode + ")");
    }

    private void createTable(Connection c) throws SQLException {
        log.append(" create");
        String table = "w" + tables++;
        String rowid = random.nextInt(4) == 0 ? " WITHOUT ROWID" : "";
        Sqlite.run(c, "CREATE TABLE " + table + "(id INTEGER PRIMARY KEY, grp INTEGER, name TEXT, body BLOB)" + rowid);
    }

    private void dropTable(Connection c) throws SQLException {
        log.append(" drop");
        Sqlite.run(c, "DROP TABLE " + table(c));
    }

    private void schemaChange(Connection c) throws SQLException {
        log.append(" schema");
        String table = table(c);
        switch (random.nextInt(5)) {
            case 0 -> Sqlite.run(c, "CREATE INDEX IF NOT EXISTS i_" + table + " ON " + table + "(grp, name)");
            case 1 -> Sqlite.run(c, "DROP INDEX IF EXISTS i_" + table);
            case 2 -> Sqlite.run(c, "ALTER TABLE " + table + " ADD COLUMN extra" + tables++ + " TEXT DEFAULT 'x'");
            case 3 -> Sqlite.run(c, "CREATE TABLE w" + tables++ + " AS SELECT id, grp, name, body FROM " + table);
            default -> Sqlite.run(c, "REINDEX");
        }
    }

    private void bigBlob(Connection c) throws SQLException {
        log.append(" blob");
        Sqlite.run(
                c,
                "INSERT OR REPLACE INTO " + table(c) + "(id, body) VALUES(" + random.nextInt(3000) + ", "
                        + (random.nextBoolean() ? "randomblob(" : "zeroblob(")
                        + Math.min(20 * pageSize, 300_000) + "))");
    }

    private void rolledBack(Connection c) throws IOException, SQLException {
        log.append(" rollback");
        String table = table(c);
        Sqlite.run(c, "BEGIN IMMEDIATE");
        insertRows(c, table, 1 + random.nextInt(80));
        replication.follow();
        Sqlite.run(c, "DELETE FROM " + table + " WHERE id%3=0");
        Sqlite.run(c, "ROLLBACK");
    }

    private void savepoints(Connection c) throws SQLException {
        log.append(" savepoint");
        String table = table(c);
        Sqlite.run(c, "BEGIN IMMEDIATE");
        insertRows(c, table, random.nextInt(10));
        Sqlite.run(c, "SAVEPOINT a");
        insertRows(c, table, random.nextInt(60));
        Sqlite.run(c, "SAVEPOINT b");
        Sqlite.run(c, "DELETE FROM " + table);
        Sqlite.run(c, random.nextBoolean() ? "ROLLBACK TO b" : "RELEASE b");
        if (autoVacuum == 2) {
            Sqlite.incrementalVacuum(c, random.nextInt(9));
        }
        Sqlite.run(c, random.nextBoolean() ? "ROLLBACK TO a" : "RELEASE a");
        insertRows(c, table, random.nextInt(10));
        Sqlite.run(c, "COMMIT");
    }

    /** A transaction that others look into, and that spills if the cache is small. */
    private void longTransaction(Connection c) throws IOException, SQLException {
        log.append(" long");
        String table = table(c);
        Sqlite.run(c, "BEGIN IMMEDIATE");
        int pieces = 1 + random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            insertRows(c, table, random.nextInt(40));
            if (random.nextBoolean()) {
                Sqlite.run(c, "DELETE FROM " + table + " WHERE id%5=" + random.nextInt(5));
            }
            replication.follow();
            Connection other = any();
            if (other != c) {
                log.append("+p");
                Sqlite.run(other, "PRAGMA wal_checkpoint(PASSIVE)");
            }
            replication.follow();
        }
        Sqlite.run(c, random.nextInt(4) == 0 ? "ROLLBACK" : "COMMIT");
    }

    /** Begins or ends a read transaction, which keeps the WAL from being restarted. */
    private void reader() throws SQLException {
        log.append(" reader");
        if (readers.size() < 2 && random.nextInt(3) == 0) {
            Connection reader = connect();
            Sqlite.run(reader, "BEGIN");
            Sqlite.run(reader, "SELECT count(*) FROM sqlite_schema");
            readers.add(reader);
        } else if (!readers.isEmpty()) {
            readers.remove(random.nextInt(readers.size())).close();
        }
    }

    private void reconnect() throws SQLException {
        log.append(" reconnect");
        Connection added = connect();
        // The last one that closes would delete the WAL.
        Connection left = connections.remove(random.nextInt(connections.size()));
        // Its WAL index header is read, so that it takes part.
        Sqlite.number(added, "SELECT count(*) FROM sqlite_schema");
        left.close();
        connections.add(added);
    }

    private void shrink(Connection c) throws SQLException {
        log.append(" shrink");
        for (String table : tables(c)) {
            if (random.nextInt(4) > 0) {
                Sqlite.run(c, "BEGIN IMMEDIATE");
                Sqlite.run(c, random.nextBoolean() ? "DROP TABLE " + table : "DELETE FROM " + table);
                Sqlite.run(c, "COMMIT");
            }
        }
    }

    /** Gives pages back and takes them again, by separate transactions, perhaps in separate WAL indexes. */
    private void shrinkAndRegrow(Connection c) throws IOException, SQLException {
        log.append(" regrow[");
        String table = table(c);
        Sqlite.run(c, "DELETE FROM " + table + " WHERE id>" + random.nextInt(3000));
        replication.follow();
        maybeCheckpoint();
        if (autoVacuum == 2 && random.nextBoolean()) {
            incrementalVacuum(c, 0);
        } else {
            one(c, " vacuum", "VACUUM");
        }
        replication.follow();
        maybeCheckpoint();
        insert(c, 1 + random.nextInt(60));
        replication.follow();
        maybeCheckpoint();
        Sqlite.run(c, "DELETE FROM " + table + " WHERE id%2=0");
        log.append(']');
    }

    private void maybeCheckpoint() throws IOException, SQLException {
        if (random.nextBoolean()) {
            checkpoint(any());
            replication.follow();
        }
    }

    private void growAndShrinkInOne(Connection c) throws SQLException {
        log.append(" inone");
        String table = table(c);
        Sqlite.run(c, "BEGIN IMMEDIATE");
        insertRows(c, table, random.nextInt(60));
        Sqlite.run(c, "DELETE FROM " + table + " WHERE id>" + random.nextInt(3000));
        if (autoVacuum == 2) {
            Sqlite.incrementalVacuum(c, random.nextInt(40));
        }
        insertRows(c, table, random.nextInt(20));
        Sqlite.run(c, "DELETE FROM " + table + " WHERE id%3=1");
        Sqlite.run(c, "COMMIT");
    }

    /** SQLite's backup, which replaces all pages of the live database by those of an earlier one. */
    private void backUpOrBringBack(Connection c) throws SQLException {
        Path backup = database.resolveSibling("backup.db");
        if (Files.exists(backup)) {
            log.append(" restore");
            Sqlite.run(c, "restore from '" + backup + "'");
        } else {
            log.append(" backup");
            Sqlite.run(c, "backup to '" + backup + "'");
        }
    }

    private void small(Connection c) throws SQLException {
        log.append(" small");
        Sqlite.run(
                c,
                switch (random.nextInt(4)) {
                    case 0 -> "PRAGMA user_version=" + random.nextInt(1000);
                    case 1 -> "ANALYZE";
                    case 2 -> "PRAGMA optimize";
                    default -> "PRAGMA application_id=" + random.nextInt(1000);
                });
    }

    @Override
    public void close() throws SQLException {
        connections.addAll(readers);
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
