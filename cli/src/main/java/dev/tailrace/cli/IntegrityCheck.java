// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.DatabaseCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Whether, and how thoroughly, SQLite itself is asked if a restored database is sound. */
enum IntegrityCheck implements DatabaseCheck {
    NONE(""),
    QUICK("PRAGMA quick_check"),
    FULL("PRAGMA integrity_check");

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
        if (this != NONE) {
            new SqlitePragma(pragma).check(database);
        }
    }
}
