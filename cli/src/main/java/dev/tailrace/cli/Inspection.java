// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.cli.configuration.ConfigurationException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the replicas that a command lists. One of several that fails does not hide the others: it is named by a
 * warning, and once the others are printed the command fails with it.
 */
final class Inspection {

    /** What is done with a replica that is open. */
    interface Look {
        void at(String name, ReplicaClient client) throws IOException;
    }

    /** What a listed object takes of the heap, at most. */
    private static final long BYTES_PER_OBJECT = 200;

    private static final int MEBIBYTE = 1 << 20;

    private final Session session;
    private final List<ReplicaSource> sources;
    private long kept;
    private @Nullable Exception failure;

    Inspection(Session session, ReplicaSources sources) {
        this.session = session;
        this.sources = sources.all();
    }

    void each(Look look) throws IOException {
        for (ReplicaSource source : sources) {
            try {
                ReplicaSource.Place place = source.place().get();
                try (ReplicaClient client = Tailrace.open(place.url(), place.settings())) {
                    look.at(source.name(), client);
                }
            } catch (TailraceException | ConfigurationException | ReplicaUrlException | NoProviderException e) {
                if (sources.size() == 1) {
                    throw e;
                }
                warn("replica " + source.name() + " is not listed: "
                        + Failure.of(e).message());
                failure = failure == null ? e : failure;
            }
        }
    }

    /** What the replica's generations hold, those that are asked for; a warning if there is nothing. */
    List<GenerationCatalog> catalogs(ReplicaClient client, Optional<Generation> only) throws IOException {
        List<GenerationCatalog> catalogs = new ArrayList<>();
        for (Generation generation : client.generations()) {
            if (only.isEmpty() || only.get().equals(generation)) {
                GenerationCatalog catalog = client.catalog(generation);
                if (!catalog.isEmpty()) {
                    keep(client, catalog);
                    catalogs.add(catalog);
                }
            }
        }
        if (catalogs.isEmpty()) {
            warn(nothing(client, only));
        }
        return catalogs;
    }

    /** Counts what is kept of a generation until it is printed. */
    void keep(ReplicaClient client, GenerationCatalog catalog) throws UnsupportedReplicaException {
        keep(catalog.size(), client.location());
    }

    /** The LTX files of a level, which are kept until they are printed. */
    List<LtxFileInfo> files(LtxReplicaClient replica, int level) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        try (ReplicaIterator<LtxFileInfo> files = replica.files(level)) {
            while (files.hasNext()) {
                keep(1, replica.location());
                all.add(files.next());
            }
        }
        return all;
    }

    /**
     * Counts what is kept of all replicas: each listing may fit into memory, and all of them not.
     *
     * @throws UnsupportedReplicaException if it is too much
     */
    private void keep(int objects, String location) throws UnsupportedReplicaException {
        kept += objects;
        long heap = Runtime.getRuntime().maxMemory();
        // The other half is for the next listing, and for what is printed.
        if (kept > heap / 2 / BYTES_PER_OBJECT) {
            throw new UnsupportedReplicaException(
                    "more than " + heap / 2 / BYTES_PER_OBJECT + " objects are listed with those of " + location
                            + ", too many for a heap of " + heap / MEBIBYTE
                            + " MB; allow more with TAILRACE_JAVA_OPTS=-Xmx1g",
                    location);
        }
    }

    /** The LTX files of a replica, by the trees that there are; a warning if there is none. */
    List<LtxReplicaClient> ltxReplicas(ReplicaClient client) throws IOException {
        List<LtxReplicaClient> found = client.ltxReplicas();
        if (found.isEmpty()) {
            warn("no LTX files in " + client.location()
                    + (client.generations().isEmpty()
                            ? "; check the path"
                            : "; it holds generations, which snapshots and wal list"));
        }
        return found;
    }

    private static String nothing(ReplicaClient client, Optional<Generation> only) throws IOException {
        if (only.isPresent()) {
            return "no generation " + only.get() + " in " + client.location();
        }
        List<ForeignFormat> foreign = client.foreignFormats();
        return foreign.isEmpty()
                ? "no matching backups found in " + client.location() + "; check the path"
                : client.location() + " holds " + foreign.get(0).name() + " data, which has no generations"
                        + (foreign.get(0).isLtx() ? "; list its files with: tailrace ltx" : "");
    }

    private void warn(String message) {
        session.messages().line("warning: " + message);
    }

    /** Fails with what the first of the replicas failed with. */
    void finish() throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }
}
