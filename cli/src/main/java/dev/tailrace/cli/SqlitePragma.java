// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A question to SQLite about a database, such as {@code PRAGMA quick_check}. The database is opened read-only and
 * immutable, so nothing is left beside it.
 */
final class SqlitePragma {

    private static final int SHOWN = 3;
    /** One of them may be a hundred lines. */
    private static final int SHOWN_CHARACTERS = 240;

    private final String pragma;

    SqlitePragma(String pragma) {
        this.pragma = pragma;
    }

    /** Asks; fails unless the answer is that all is well. */
    void check(Path database) throws IOException {
        List<String> problems;
        try {
            problems = problems(database);
        } catch (SQLException e) {
            problems = List.of(String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw new IOException(
                    "cannot load SQLite for -integrity-check: " + e.getMessage()
                            + "; name a folder for its library with TAILRACE_JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER",
                    e);
        }
        if (!problems.isEmpty()) {
            String all = Messages.oneLine(String.join("; ", problems));
            String shown = all.length() <= SHOWN_CHARACTERS ? all : all.substring(0, SHOWN_CHARACTERS) + "…";
            throw new DamagedReplicaException(Damage.of("restored database", pragma + " finds: " + shown));
        }
    }

    private List<String> problems(Path database) throws SQLException {
        String file = database.toAbsolutePath().toUri().getRawPath();
        List<String> problems = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro&immutable=1");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(pragma)) {
            while (rows.next() && problems.size() < SHOWN) {
                String row = rows.getString(1);
                if (!row.equals("ok")) {
                    problems.add(row);
                }
            }
        }
        return problems;
    }
}
