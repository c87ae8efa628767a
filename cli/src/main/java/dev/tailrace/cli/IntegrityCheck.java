// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.restore.DatabaseCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Asks SQLite itself whether a restored database is sound. It is opened read-only and immutable, so nothing is left beside it. */
enum IntegrityCheck implements DatabaseCheck {
    NONE(""),
    QUICK("PRAGMA quick_check"),
    FULL("PRAGMA integrity_check");

    private static final int SHOWN = 3;

    private final String pragma;

    IntegrityCheck(String pragma) {
        this.pragma = pragma;
    }

    /** Reads the value of {@code -integrity-check}. */
    static IntegrityCheck parse(String text) {
        for (IntegrityCheck check : values()) {
            if (check.label().equals(text)) {
                return check;
            }
        }
        throw new IllegalArgumentException("-integrity-check must be none, quick or full, found \"" + text + "\"");
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void check(Path database) throws IOException {
        if (this == NONE) {
            return;
        }
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
            throw new DamagedReplicaException(Damage.of(
                    "restored database", pragma + " finds: " + Messages.oneLine(String.join("; ", problems))));
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
