// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.store.SpooledSource;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A replica that Tailrace's client has written, of what SQLite has written, is one that everybody can restore. */
@Tag("thorough")
class WrittenReplicaTest {

    private static final int WORKLOADS = 6;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void tailraceRestoresIt(ReplicaLayout layout) throws Exception {
        for (int seed = 1; seed <= WORKLOADS; seed++) {
            Path place = Files.createDirectory(folder.resolve(Integer.toString(seed)));
            Path reference = write(layout, seed, place);
            Path restored = place.resolve("restored.db");
            try (ReplicaClient replica = client(place.resolve("replica"), layout)) {
                Restorer.of(replica).restoreTo(restored);
            }
            assertThat(Files.mismatch(restored, reference))
                    .as("workload %d", seed)
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void litestreamRestoresIt(ReplicaLayout layout) throws Exception {
        Optional<Litestream> found = Litestream.onPath();
        assumeTrue(found.isPresent(), "there is no litestream on the PATH");
        Litestream litestream = found.get();
        assumeTrue(
                litestream.reads().contains(layout),
                () -> "the layout " + layout + " needs another version than " + litestream);
        for (int seed = 1; seed <= WORKLOADS; seed++) {
            Path place = Files.createDirectory(folder.resolve(Integer.toString(seed)));
            Path reference = write(layout, seed, place);
            Path restored = place.resolve("restored.db");
            Litestream.Run run = litestream.restore(place.resolve("replica"), restored);
            assertThat(run.exitCode()).as("workload %d: %s", seed, run.out()).isZero();
            assertThat(Files.mismatch(restored, reference))
                    .as("workload %d, by %s: %s", seed, litestream, run.out())
                    .isEqualTo(-1);
        }
        System.out.printf("%d replicas of layout %s restored by %s%n", WORKLOADS, layout, litestream);
    }

    /** Writes {@code replica} in a folder; returns the database that it stands for. */
    private static Path write(ReplicaLayout layout, int seed, Path place) throws Exception {
        Random random = new Random(seed * 31L + layout.ordinal());
        InMemoryObjectStore memory = new InMemoryObjectStore();
        Path database = place.resolve("live.db");
        Path reference = place.resolve("reference.db");
        LiveReplication replication = new LiveReplication(
                database,
                new ReplicaWriter(memory, layout),
                Cuts.COMMITS,
                Files.createDirectory(place.resolve("states")),
                random);
        try (Workload workload = new Workload(database, replication, random)) {
            workload.run(40);
            replication.finish(false, reference);
        }
        try (ReplicaClient from = ReplicaClient.over("memory", memory);
                ReplicaClient to = client(Files.createDirectory(place.resolve("replica")), layout)) {
            for (Generation generation : from.generations()) {
                copy(from, to, from.catalog(generation));
            }
            assertThat(to.generations()).isEqualTo(from.generations());
        }
        return reference;
    }

    private static ReplicaClient client(Path replica, ReplicaLayout layout) throws IOException {
        ObjectStore store = ObjectStoreProviders.installed()
                .forScheme("file")
                .open(ReplicaUrl.ofFolder(replica), StoreSettings.defaults());
        return ReplicaClient.over("file", store, RetryPolicy.DEFAULT, layout);
    }

    private static void copy(ReplicaClient from, ReplicaClient to, GenerationCatalog catalog) throws IOException {
        for (SnapshotInfo snapshot : catalog.snapshots()) {
            try (ObjectStream stream = from.openSnapshot(snapshot);
                    SpooledSource source = SpooledSource.of(stream)) {
                PutOptions options = PutOptions.NONE.recordedAt(snapshot.createdAt());
                SnapshotInfo written = to.writeSnapshot(snapshot.generation(), snapshot.index(), source, options);
                assertThat(written.createdAt()).isEqualTo(snapshot.createdAt());
            }
        }
        for (WalSegmentInfo segment : catalog.segments()) {
            try (ObjectStream stream = from.openWalSegment(segment);
                    SpooledSource source = SpooledSource.of(stream)) {
                PutOptions options = PutOptions.NONE.recordedAt(segment.createdAt());
                WalSegmentInfo written = to.writeWalSegment(segment.position(), source, options);
                assertThat(written.size()).isEqualTo(segment.size());
            }
        }
        assertThat(to.catalog(catalog.generation()).segments()).hasSameSizeAs(catalog.segments());
    }
}
