// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;

/** Restores with the library. */
final class LibraryRestore implements ReplicaRestore {

    @Override
    public RestoreResult restore(
            ReplicaUrl replica, Map<String, String> environment, RestoreOptions options, Path database)
            throws IOException {
        ReplicaClient client = Tailrace.open(replica, StoreSettings.defaults().withEnvironment(environment));
        try {
            return Restorer.of(client, options).restoreTo(database);
        } finally {
            closeQuietly(client);
        }
    }

    /** The database stands, or the failure is known: what closing says must not hide either. */
    private static void closeQuietly(ReplicaClient client) {
        try {
            client.close();
        } catch (IOException e) {
            System.getLogger(LibraryRestore.class.getName()).log(Level.DEBUG, "cannot close the replica's client", e);
        }
    }
}
