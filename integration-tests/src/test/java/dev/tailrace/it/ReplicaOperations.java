// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.it.ReplicaOperation.Body;
import dev.tailrace.it.ReplicaOperation.Kind;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.Replicas;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Transaction;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.VerifiedDamage;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.restore.WalDownloader;
import dev.tailrace.restore.WalFile;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.SpooledSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every operation on one replica: those of the client, the questions, and what reads snapshots and WAL. */
final class ReplicaOperations {

    private static final Instant TIME = Instant.parse("2022-03-04T05:06:07Z");

    private final Generation generation;
    private final SnapshotInfo snapshot;
    private final WalSegmentInfo segment;
    private final long maxIndex;
    private final List<Position> positions;
    private final List<ReplicaOperation> all = new ArrayList<>();

    /** The operations on the generation of a catalog, with some place in it where a place is wanted. */
    ReplicaOperations(GenerationCatalog catalog) throws IOException {
        generation = catalog.generation();
        snapshot = catalog.snapshots().get(catalog.snapshots().size() - 1);
        segment = catalog.segments().get(0);
        maxIndex = catalog.maxIndex();
        positions = catalog.segments().stream().map(WalSegmentInfo::position).toList();
        addReads();
        addQuestions();
        addProvedReads();
        addWrites();
        addDeletes();
    }

    List<ReplicaOperation> all() {
        return List.copyOf(all);
    }

    private void add(String name, Kind kind, Body body) {
        all.add(new ReplicaOperation(name, kind, body));
    }

    private void addReads() {
        add("generations", Kind.READ, (replica, folder) -> replica.generations());
        add("foreignFormats", Kind.READ, (replica, folder) -> replica.foreignFormats());
        add(
                "ltxReplicas",
                Kind.READ,
                (replica, folder) -> replica.ltxReplicas().stream()
                        .map(LtxReplicaClient::tree)
                        .toList());
        add("catalog", Kind.READ, (replica, folder) -> replica.catalog(generation));
        add("snapshots", Kind.READ, (replica, folder) -> items(replica.snapshots(generation)));
        add("walSegments", Kind.READ, (replica, folder) -> items(replica.walSegments(generation)));
        add("openSnapshot", Kind.READ, (replica, folder) -> digest(replica.openSnapshot(snapshot)));
        add("openWalSegment", Kind.READ, (replica, folder) -> digest(replica.openWalSegment(segment)));
        add("openSnapshot by index", Kind.READ, (replica, folder) -> {
            return digest(replica.openSnapshot(generation, snapshot.index()));
        });
        add("openWalSegment by position", Kind.READ, (replica, folder) -> {
            return digest(replica.openWalSegment(segment.position()));
        });
    }

    private void addQuestions() {
        question("findSnapshotForIndex", replica -> Replicas.findSnapshotForIndex(replica, generation, maxIndex));
        question("findMinSnapshotByGeneration", replica -> Replicas.findMinSnapshotByGeneration(replica, generation));
        question("snapshotIndexAt", replica -> Replicas.snapshotIndexAt(replica, generation, Instant.MAX));
        question("snapshotTimeBounds", replica -> Replicas.snapshotTimeBounds(replica, generation));
        question("walTimeBounds", replica -> Replicas.walTimeBounds(replica, generation));
        question("generationTimeBounds", replica -> Replicas.generationTimeBounds(replica, generation));
        question("timeBounds", Replicas::timeBounds);
        question("findLatestGeneration", Replicas::findLatestGeneration);
        question("findMaxSnapshotIndex", replica -> Replicas.findMaxSnapshotIndexByGeneration(replica, generation));
        question("findMaxWalIndex", replica -> Replicas.findMaxWalIndexByGeneration(replica, generation));
        question("findMaxIndex", replica -> Replicas.findMaxIndexByGeneration(replica, generation));
    }

    private interface Question {
        Object ask(ReplicaClient replica) throws IOException;
    }

    private void question(String name, Question question) {
        add("Replicas." + name, Kind.READ, (replica, folder) -> question.ask(replica));
    }

    private void addProvedReads() {
        add("WalDownloader", Kind.PROVED_READ, this::download);
        add("restoreSnapshot", Kind.PROVED_READ, (replica, folder) -> {
            Path database = folder.resolve("app.db");
            // One worker, so that calls come in one order.
            RestoreOptions options = RestoreOptions.builder().parallelism(1).build();
            Restorer.of(replica, options).restoreSnapshot(snapshot, database);
            return taken(database);
        });
        add("Verifier", Kind.PROVED_READ, (replica, folder) -> verified(replica));
        add("TransactionLog", Kind.PROVED_READ, (replica, folder) -> {
            List<Transaction> transactions = new ArrayList<>();
            TransactionRange one = TransactionRange.all().in(generation).first(Long.MAX_VALUE);
            TransactionLog.of(replica, one).read(transactions::add);
            return transactions;
        });
    }

    /** What it finds wrong is a failure here. */
    private static Object verified(ReplicaClient replica) throws IOException {
        VerifyOptions options =
                VerifyOptions.builder().parallelism(1).requests(1).build();
        Verification verification = Verifier.of(replica, options).verify();
        for (VerifiedDamage found : verification.damages()) {
            throw new DamagedReplicaException(found.damage());
        }
        return List.of(verification.outcome(), verification.generations(), verification.latest());
    }

    private List<String> download(ReplicaClient replica, Path folder) throws IOException {
        List<String> files = new ArrayList<>();
        try (WalDownloader downloader = WalDownloader.builder(replica, folder.resolve("app.db"), generation)
                .minIndex(segment.index())
                .maxIndex(maxIndex)
                .build()) {
            for (Optional<WalFile> file = downloader.next(); file.isPresent(); file = downloader.next()) {
                files.add(taken(file.get().path()));
            }
        }
        return files;
    }

    private void addWrites() throws IOException {
        byte[] bytes = Lz4.encode("no database, but whole".repeat(99).getBytes(StandardCharsets.UTF_8));
        PutOptions options = PutOptions.NONE.recordedAt(TIME);
        for (long index : new long[] {snapshot.index(), maxIndex + 1}) {
            add("writeSnapshot " + index, Kind.WRITE, (replica, folder) -> {
                try (SpooledSource source = SpooledSource.of(new ByteArrayInputStream(bytes), folder)) {
                    return told(replica.writeSnapshot(generation, index, source, options)
                            .object());
                }
            });
        }
        for (Position position : List.of(segment.position(), new Position(generation, maxIndex + 1, 0))) {
            add("writeWalSegment " + position, Kind.WRITE, (replica, folder) -> {
                try (SpooledSource source = SpooledSource.of(new ByteArrayInputStream(bytes), folder)) {
                    return told(
                            replica.writeWalSegment(position, source, options).object());
                }
            });
        }
    }

    private void addDeletes() {
        add("deleteSnapshot", Kind.DELETE, (replica, folder) -> {
            replica.deleteSnapshot(generation, snapshot.index());
            return "done";
        });
        add("deleteWalSegments", Kind.DELETE, (replica, folder) -> {
            replica.deleteWalSegments(positions);
            return "done";
        });
        add("deleteGeneration", Kind.DELETE, (replica, folder) -> {
            replica.deleteGeneration(generation);
            return "done";
        });
    }

    private static <T> List<T> items(ReplicaIterator<T> iterator) throws IOException {
        try (iterator) {
            return iterator.toList();
        }
    }

    private static String digest(ObjectStream stream) throws IOException {
        try (stream) {
            return Digest.of(stream.readAllBytes());
        }
    }

    private static String taken(Path file) throws IOException {
        String digest = Digest.of(Files.readAllBytes(file));
        Files.delete(file);
        return digest;
    }

    private static ObjectInfo told(ObjectInfo info) {
        return new ObjectInfo(info.key(), info.size(), info.storedAt(), info.recordedAt(), Optional.empty());
    }
}
