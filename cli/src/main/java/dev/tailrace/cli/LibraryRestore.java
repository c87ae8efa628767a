// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;

/** Restores with the library. */
final class LibraryRestore implements ReplicaRestore {

    @Override
    public Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException {
        ReplicaClient client = Tailrace.open(replica, settings);
        try {
            Restorer restorer = Restorer.of(client, options);
            RestorePlan plan = restorer.plan();
            return new Prospect(plan, restorer.countUnprovedJoins(plan));
        } finally {
            closeQuietly(client);
        }
    }

    @Override
    public Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException {
        ReplicaClient client = Tailrace.open(replica, settings);
        try {
            return Restorer.of(client, options).plan().timestamp();
        } finally {
            closeQuietly(client);
        }
    }

    @Override
    public RestoreResult restore(ReplicaUrl replica, StoreSettings settings, RestoreOptions options, Path database)
            throws IOException {
        ReplicaClient client = Tailrace.open(replica, settings);
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
