// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Restorer;
import java.io.IOException;
import java.nio.file.Path;

/** Restores over a database that exists: its arguments are a replica's folder and the database. */
final class ReplacingRestore {

    private ReplacingRestore() {}

    public static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void run(Path replica, Path database) throws IOException {
        try (ReplicaClient client = Tailrace.open("file://" + replica)) {
            Restorer.of(client, RestoreOptions.builder().replaceExisting(true).build())
                    .restoreTo(database);
        }
    }
}
