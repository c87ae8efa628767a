// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.FormatChoice;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Restores with the library. */
final class LibraryRestore implements ReplicaRestore {

    @Override
    public Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException {
        return with(replica, settings, client -> plan(client, options, true));
    }

    @Override
    public Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException {
        return with(replica, settings, client -> plan(client, options, false).timestamp());
    }

    private static Prospect plan(ReplicaClient client, RestoreOptions options, boolean withJoins) throws IOException {
        Optional<LtxReplicaClient> ltx = FormatChoice.ltxOf(client, options);
        if (ltx.isPresent()) {
            return new LtxProspect(LtxRestorer.of(ltx.get(), options).plan());
        }
        Restorer restorer = Restorer.of(client, options);
        RestorePlan plan = restorer.plan();
        return new GenerationProspect(plan, withJoins ? restorer.countUnprovedJoins(plan) : 0);
    }

    @Override
    public Restored restore(ReplicaUrl replica, StoreSettings settings, RestoreOptions options, Path database)
            throws IOException {
        return with(replica, settings, client -> {
            Optional<LtxReplicaClient> ltx = FormatChoice.ltxOf(client, options);
            return ltx.isPresent()
                    ? new LtxRestored(LtxRestorer.of(ltx.get(), options).restoreTo(database))
                    : new GenerationRestored(Restorer.of(client, options).restoreTo(database));
        });
    }

    private interface Use<T> {
        T of(ReplicaClient client) throws IOException;
    }

    private static <T> T with(ReplicaUrl replica, StoreSettings settings, Use<T> use) throws IOException {
        ReplicaClient client = Tailrace.open(replica, settings);
        try {
            return use.of(client);
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
