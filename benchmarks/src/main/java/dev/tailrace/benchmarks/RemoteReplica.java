// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A replica on a server. */
final class RemoteReplica {

    private final String url;

    RemoteReplica(String url) {
        this.url = url;
    }

    /** Puts the files of a folder where the replica is to be, unless there is something. */
    void upload(Path folder) throws IOException {
        ReplicaUrl target = ReplicaUrl.parse(url);
        try (ObjectStore store = ObjectStoreProviders.installed()
                        .forScheme(target.scheme())
                        .open(target, StoreSettings.defaults());
                Stream<Path> paths = Files.walk(folder)) {
            if (!store.listFolders("").isEmpty()) {
                return;
            }
            List<Path> files = paths.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String key = folder.relativize(file).toString();
                store.put(key, ObjectSource.of(Files.readAllBytes(file)), PutOptions.NONE);
            }
        }
    }

    /**
     * Reads objects one after another, as the plainest of programs would.
     *
     * @param most how many WAL segments to read at most
     * @return how long reading the whole replica would take like that, in milliseconds
     */
    static double oneAfterAnother(String url, int most) throws IOException {
        try (ReplicaClient replica = Tailrace.open(url)) {
            Generation generation = replica.generations().get(0);
            var catalog = replica.catalog(generation);
            List<WalSegmentInfo> segments = catalog.segments();
            int read = Math.min(most, segments.size());
            // The first request also loads the vendor's classes.
            drain(replica.openSnapshot(catalog.snapshots().get(0)));
            long began = System.nanoTime();
            drain(replica.openSnapshot(catalog.snapshots().get(0)));
            double snapshot = System.nanoTime() - began;
            began = System.nanoTime();
            for (WalSegmentInfo segment : segments.subList(0, read)) {
                drain(replica.openWalSegment(segment));
            }
            double wal = read == 0 ? 0 : (double) (System.nanoTime() - began) / read * segments.size();
            return (snapshot + wal) / 1e6;
        }
    }

    private static void drain(InputStream stream) throws IOException {
        try (stream) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
    }
}
