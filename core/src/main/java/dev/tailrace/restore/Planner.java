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
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
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
    private final List<String> warnings = new ArrayList<>();

    Planner(ReplicaClient replica, RestoreOptions options) {
        this.replica = replica;
        this.options = options;
    }

    RestorePlan plan() throws IOException {
        Optional<Generation> wanted = options.generation();
        GenerationCatalog catalog = wanted.isPresent() ? named(wanted.get()) : newest();
        if (!catalog.damages().isEmpty()) {
            throw new DamagedReplicaException(catalog.damages().get(0));
        }
        return new WalChain(catalog, replica.location())
                .planTo(options.target(), options.snapshotIndex(), List.copyOf(warnings));
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
        GenerationCatalog chosen = null;
        GenerationCatalog newestWithoutSnapshot = null;
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            if (catalog.isEmpty()) {
                continue;
            }
            if (!catalog.snapshots().isEmpty()) {
                chosen = newer(chosen, catalog);
            } else {
                newestWithoutSnapshot = newer(newestWithoutSnapshot, catalog);
            }
        }
        List<ForeignFormat> foreign = replica.foreignFormats();
        if (chosen == null && newestWithoutSnapshot == null) {
            throw nothingReadable(foreign);
        }
        refuseNewerForeign(newer(chosen, newestWithoutSnapshot), foreign);
        if (newestWithoutSnapshot != null) {
            if (chosen == null || updatedAt(newestWithoutSnapshot).isAfter(updatedAt(chosen))) {
                // To step over it would bring back an older state without a word.
                throw withoutSnapshot(newestWithoutSnapshot);
            }
            warnings.add("generation " + newestWithoutSnapshot.generation()
                    + " has no snapshot; it is older than what is restored, and was passed over");
        }
        return requireNonNull(chosen);
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

    /** The snapshots and WAL of one generation, from which a chain without a hole is cut. */
    private record WalChain(GenerationCatalog catalog, String location) {

        RestorePlan planTo(RestoreTarget target, java.util.OptionalLong wantedSnapshot, List<String> warnings)
                throws TailraceException {
            long last = lastIndex(target);
            SnapshotInfo snapshot = wantedSnapshot.isPresent()
                    ? snapshotOf(wantedSnapshot.getAsLong())
                    : catalog.snapshotAtOrBefore(last).orElseThrow(() -> unavailable(target));
            return new RestorePlan(
                    location,
                    catalog.layout(),
                    catalog.generation(),
                    snapshot,
                    indexes(snapshot.index(), last),
                    target,
                    warnings);
        }

        private long lastIndex(RestoreTarget target) throws TailraceException {
            if (target instanceof RestoreTarget.AtIndex wanted) {
                if (wanted.index() > catalog.maxIndex()) {
                    throw unavailable(target);
                }
                return wanted.index();
            }
            return catalog.maxIndex();
        }

        private SnapshotInfo snapshotOf(long index) throws TailraceException {
            return catalog.snapshots().stream()
                    .filter(snapshot -> snapshot.index() == index)
                    .findFirst()
                    .orElseThrow(() -> new TargetNotAvailableException(
                            "no snapshot of index " + hex(index) + " in generation " + catalog.generation() + " of "
                                    + location,
                            location));
        }

        private TargetNotAvailableException unavailable(RestoreTarget target) {
            String wanted = target instanceof RestoreTarget.AtIndex at ? "index " + hex(at.index()) : "that state";
            return new TargetNotAvailableException(
                    wanted + " is not in generation " + catalog.generation() + " of " + location
                            + ", which can be restored from index "
                            + hex(catalog.snapshots().get(0).index()) + " to index " + hex(catalog.maxIndex()),
                    location);
        }

        /** The WAL indexes {@code first} to {@code last}; none if there is no segment of any of them. */
        private List<WalIndex> indexes(long first, long last) throws DamagedReplicaException {
            List<WalIndex> indexes = new ArrayList<>();
            List<WalSegmentInfo> current = new ArrayList<>();
            long expected = first;
            for (WalSegmentInfo segment : catalog.segments()) {
                if (segment.index() < first || segment.index() > last) {
                    continue;
                }
                if (!current.isEmpty() && current.get(0).index() != segment.index()) {
                    indexes.add(new WalIndex(expected++, current));
                    current = new ArrayList<>();
                }
                if (current.isEmpty()) {
                    checkStart(segment, expected);
                }
                current.add(segment);
            }
            if (!current.isEmpty()) {
                indexes.add(new WalIndex(expected++, current));
            }
            boolean snapshotOnly = indexes.isEmpty() && last == first;
            if (expected <= last && !snapshotOnly) {
                throw missing(expected, "the end of the WAL");
            }
            return indexes;
        }

        private void checkStart(WalSegmentInfo segment, long expected) throws DamagedReplicaException {
            if (segment.index() != expected) {
                throw missing(expected, "index " + hex(segment.index()));
            }
            if (segment.offset() != 0) {
                throw new DamagedReplicaException(Damage.of(
                                segment.object().key(),
                                "the first segment of WAL index " + hex(expected) + " is missing")
                        .expecting("offset 00000000", hex(segment.offset())));
            }
        }

        private DamagedReplicaException missing(long index, String found) {
            return new DamagedReplicaException(Damage.of(
                            "generations/" + catalog.generation() + "/wal/", "WAL index " + hex(index) + " is missing")
                    .expecting("index " + hex(index), found));
        }

        private static String hex(long value) {
            return String.format("%08x", value);
        }
    }
}
