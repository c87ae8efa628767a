// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses generation, snapshot and segments from one listing of each folder. */
final class Planner {

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final PlanBounds bounds;
    private final List<Damage> leftOut;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable GenerationCatalog chosen;

    Planner(ReplicaClient replica, RestoreOptions options, PlanBounds bounds) {
        this.replica = replica;
        this.options = options;
        this.bounds = bounds;
        leftOut = new ArrayList<>(bounds.leftOut());
    }

    RestorePlan plan() throws IOException {
        Optional<Generation> wanted = options.generation();
        GenerationCatalog catalog = wanted.isPresent() ? named(wanted.get()) : newest();
        chosen = catalog;
        for (Damage damage : catalog.damages()) {
            if (!bounds.salvage() || catalog.ambiguous()) {
                throw new DamagedReplicaException(damage);
            }
            leftOut.add(damage);
        }
        WalChain.Links links =
                new WalChain(catalog, bounds, replica.location()).linksTo(options.target(), options.snapshotIndex());
        links.hole().filter(hole -> !leftOut.contains(hole)).ifPresent(leftOut::add);
        if (links.hole().isPresent() && links.indexes().isEmpty()) {
            warnings.add(
                    "the WAL that follows on the snapshot is lost, and nothing proves that the snapshot is not ahead of"
                            + " it: check the restored database");
        }
        return new RestorePlan(
                replica.location(),
                catalog.layout(),
                catalog.generation(),
                links.snapshot(),
                links.indexes(),
                options.target(),
                leftOut,
                warnings);
    }

    /** What the listing says of the generation that was planned from. */
    GenerationCatalog catalog() {
        return requireNonNull(chosen, "nothing is planned yet");
    }

    private GenerationCatalog named(Generation generation) throws IOException {
        GenerationCatalog catalog = replica.catalog(generation);
        if (catalog.isEmpty()) {
            List<Generation> present = replica.generations();
            throw new TargetNotAvailableException(
                    "no generation " + generation + " in " + replica.location() + "; there "
                            + (present.isEmpty() ? "are none" : "are: " + join(present)),
                    replica.location());
        }
        if (catalog.snapshots().isEmpty()) {
            throw withoutSnapshot(catalog);
        }
        return catalog;
    }

    /** The generation with the newest data among those that have a snapshot. */
    private GenerationCatalog newest() throws IOException {
        GenerationCatalog newest = null;
        GenerationCatalog newestWithoutSnapshot = null;
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            if (catalog.isEmpty()) {
                continue;
            }
            if (!catalog.snapshots().isEmpty()) {
                newest = newer(newest, catalog);
            } else {
                newestWithoutSnapshot = newer(newestWithoutSnapshot, catalog);
            }
        }
        List<ForeignFormat> foreign = replica.foreignFormats();
        if (newest == null && newestWithoutSnapshot == null) {
            throw nothingReadable(foreign);
        }
        refuseNewerForeign(newer(newest, newestWithoutSnapshot), foreign);
        if (newestWithoutSnapshot != null) {
            boolean newer = newest == null || updatedAt(newestWithoutSnapshot).isAfter(updatedAt(newest));
            if (newer && (newest == null || !bounds.salvage())) {
                // To step over it would bring back an older state without a word.
                throw withoutSnapshot(newestWithoutSnapshot);
            }
            if (newer) {
                leftOut.add(withoutSnapshot(newestWithoutSnapshot).damage());
                return requireNonNull(newest);
            }
            warnings.add("generation " + newestWithoutSnapshot.generation()
                    + " has no snapshot; it is older than what is restored, and was passed over");
        }
        return requireNonNull(newest);
    }

    private static @Nullable GenerationCatalog newer(
            @Nullable GenerationCatalog one, @Nullable GenerationCatalog other) {
        return one == null || updatedAt(other).isAfter(updatedAt(one)) ? other : one;
    }

    private static Instant updatedAt(@Nullable GenerationCatalog catalog) {
        return catalog == null ? Instant.MIN : catalog.updatedAt().orElse(Instant.MIN);
    }

    private TailraceException nothingReadable(List<ForeignFormat> foreign) {
        String location = replica.location();
        if (foreign.isEmpty()) {
            return new EmptyReplicaException(
                    "no matching backups found in " + location + "; check the path, or whether replication has begun",
                    location);
        }
        return new UnsupportedReplicaException(
                location + " holds " + foreign.get(0).name() + " data, which this version cannot read yet", location);
    }

    private void refuseNewerForeign(@Nullable GenerationCatalog chosen, List<ForeignFormat> foreign)
            throws UnsupportedReplicaException {
        for (ForeignFormat format : foreign) {
            if (format.newest().isAfter(updatedAt(chosen))) {
                throw new UnsupportedReplicaException(
                        replica.location() + " also holds " + format.name() + " data of " + format.newest()
                                + ", newer than its generations, which this version cannot read yet; name a generation"
                                + " to restore the older state",
                        replica.location());
            }
            warnings.add("older " + format.name() + " data lies beside the generations and was passed over");
        }
    }

    private static DamagedReplicaException withoutSnapshot(GenerationCatalog catalog) {
        return new DamagedReplicaException(Damage.of(
                "generations/" + catalog.generation() + "/snapshots/",
                "no snapshots available in generation " + catalog.generation() + ", whose newest object is of "
                        + updatedAt(catalog)));
    }

    private static String join(List<Generation> generations) {
        return String.join(", ", generations.stream().map(Generation::name).toList());
    }
}
