// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.Damage;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Verifies one generation, as far as the level asks. */
final class GenerationVerification {

    /** A replica that is written to changes while it is read; one that changes each time is told of as it is. */
    private static final int MOST_LOOKS = 3;

    private final ReplicaClient replica;
    private final VerifyOptions options;

    private GenerationCatalog catalog;
    private FoundDamages found = new FoundDamages();
    private Optional<Damage> unprovedSnapshot = Optional.empty();
    private long objects;
    private long requests;
    private long bytesRead;

    GenerationVerification(ReplicaClient replica, VerifyOptions options, GenerationCatalog catalog) {
        this.replica = replica;
        this.options = options;
        this.catalog = catalog;
    }

    /** Looks; what looks wrong leads to another listing, and counts only if that is the same. */
    VerifiedGeneration run() throws IOException {
        int looks = 0;
        while (true) {
            found = new FoundDamages();
            VerifiedGeneration verified = look();
            looks++;
            if ((found.isEmpty() && unprovedSnapshot.isEmpty()) || looks == MOST_LOOKS) {
                return verified;
            }
            GenerationCatalog fresh = replica.catalog(catalog.generation());
            if (fresh.equals(catalog)) {
                return verified;
            }
            catalog = fresh;
        }
    }

    private VerifiedGeneration look() throws IOException {
        catalog.damages().forEach(damage -> report(damage, false));
        if (catalog.snapshots().isEmpty() && !catalog.isEmpty()) {
            report(Planner.withoutSnapshot(catalog).damage(), false);
        }
        GenerationHistory all = GenerationHistory.of(catalog);
        unprovedSnapshot = all.unprovedSnapshot(options.level() == VerifyLevel.CHAIN);
        Optional<Position> since =
                options.since().filter(position -> position.generation().equals(catalog.generation()));
        GenerationHistory history = since.isPresent() ? all.since(since.get(), replica.location()) : all;
        if (options.level() == VerifyLevel.NAMES) {
            history.steps().forEach(step -> step.hole().ifPresent(hole -> report(hole, step.open())));
            return verified(history, Optional.empty());
        }
        if (catalog.ambiguous()) {
            // Which of two objects for one place is the right one nobody can say: no restore reads any.
            return verified(history, Optional.empty());
        }
        if (since.isPresent() && since.get().index() > catalog.maxIndex()) {
            report(
                    HistoryProof.endsBefore(
                            since.get(),
                            "generations/" + catalog.generation() + "/wal/",
                            String.format("index %08x", catalog.maxIndex())),
                    false);
        }
        long stored = catalog.snapshots().stream().mapToLong(SnapshotInfo::size).sum()
                + catalog.segments().stream().mapToLong(WalSegmentInfo::size).sum();
        HistoryProof proof = new HistoryProof(catalog, replica.location(), stored, found, since);
        Optional<PageHistory> pages =
                options.level() == VerifyLevel.CHAIN ? Optional.of(new PageHistory()) : Optional.empty();
        HistoryReading reading =
                new HistoryReading(history, replica, options, BlockCompressions.installed(), found, proof, pages);
        try {
            reading.run();
        } finally {
            objects += reading.objects();
            requests += reading.requests();
            bytesRead += reading.bytesRead();
        }
        return verified(history, Optional.of(proof));
    }

    private void report(Damage damage, boolean open) {
        found.add(catalog.generation(), damage, Optional.empty(), open);
    }

    private VerifiedGeneration verified(GenerationHistory history, Optional<HistoryProof> proof) {
        return new VerifiedGeneration(
                catalog.generation(),
                catalog.layout(),
                (int) history.steps().stream()
                        .filter(step -> step.snapshot().isPresent())
                        .count(),
                (int) history.steps().stream()
                        .filter(step -> step.wal().isPresent())
                        .count(),
                history.steps().stream()
                        .mapToInt(step ->
                                step.wal().map(wal -> wal.segments().size()).orElse(0))
                        .sum(),
                proof.map(HistoryProof::transactions).orElse(0L),
                history.unreachable(),
                proof.map(HistoryProof::unprovedJoins).orElse(0),
                catalog.updatedAt().orElse(Instant.MIN),
                proof.flatMap(HistoryProof::latest),
                proof.flatMap(HistoryProof::latestAt));
    }

    /** What is worth knowing and not wrong. */
    List<String> notes(VerifiedGeneration verified) {
        List<String> notes = new ArrayList<>();
        if (verified.unreachable() > 0 && verified.snapshots() > 0) {
            notes.add(verified.unreachable() + " WAL segments of generation " + verified.generation()
                    + " are older than its oldest snapshot: no restore reads them, and they were not read");
        }
        if (verified.unprovedJoins() > 0) {
            notes.add(verified.unprovedJoins() + " joins between WAL indexes of generation " + verified.generation()
                    + " are legal but not proved: the WAL file was made anew there");
        }
        SegmentTimes.disorder(catalog).ifPresent(notes::add);
        return notes;
    }

    /** Whether all of it was deleted meanwhile: nothing is wrong with it then, but nothing of it can be restored either. */
    boolean isGone() {
        return catalog.isEmpty() && found.isEmpty();
    }

    /** What is open of the newest snapshot, if this is the newest generation: nothing more comes to the others. */
    Optional<VerifiedDamage> unprovedSnapshot() {
        return unprovedSnapshot.map(
                snapshot -> new VerifiedDamage(catalog.generation(), snapshot, Optional.empty(), Optional.empty()));
    }

    FoundDamages found() {
        return found;
    }

    long objects() {
        return objects;
    }

    long requests() {
        return requests;
    }

    long bytesRead() {
        return bytesRead;
    }
}
