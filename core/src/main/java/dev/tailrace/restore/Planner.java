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
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses generation, snapshot and segments from one listing of each folder. */
final class Planner {

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final PlanBounds bounds;
    private final HeldCatalogs catalogs;
    private final List<Damage> leftOut;
    private final List<String> warnings = new ArrayList<>();
    private final Candidates candidates = new Candidates();
    private @Nullable GenerationCatalog chosen;

    Planner(ReplicaClient replica, RestoreOptions options, PlanBounds bounds) {
        this.replica = replica;
        this.options = options;
        this.bounds = bounds;
        catalogs = new HeldCatalogs(replica);
        leftOut = new ArrayList<>(bounds.leftOut());
    }

    RestorePlan plan() throws IOException {
        GenerationCatalog catalog = choose();
        chosen = catalog;
        for (Damage damage : catalog.damages()) {
            if (!bounds.salvage() || catalog.ambiguous()) {
                throw new DamagedReplicaException(damage);
            }
            leftOut.add(damage);
        }
        WalChain chain = new WalChain(catalog, bounds, replica.location());
        WalChain.Links links = chain.linksTo(options.target(), options.snapshotIndex());
        links.hole().filter(hole -> !leftOut.contains(hole)).ifPresent(leftOut::add);
        Optional<WalIndex> uncut = chain.uncut(links);
        if (RestorePlan.isSnapshotUnproved(links.snapshot(), links.indexes(), uncut)) {
            warnings.add("nothing proves that snapshot "
                    + String.format("%08x", links.snapshot().index())
                    + " is a whole state and not ahead of the WAL, since the WAL of its index "
                    + (leftOut.isEmpty() ? "is not stored yet" : "is lost from there on")
                    + ": check the restored database");
        }
        if (options.target() instanceof RestoreTarget.AtTimestamp) {
            SegmentTimes.disorder(catalog).ifPresent(warnings::add);
        }
        return new RestorePlan(
                replica.location(),
                catalog.layout(),
                catalog.generation(),
                links.snapshot(),
                links.indexes(),
                options.target(),
                leftOut,
                warnings,
                uncut,
                next(links),
                candidates.of(catalog));
    }

    private Optional<RestorePlan.Next> next(WalChain.Links links) {
        if (links.hole().isPresent()) {
            return Optional.empty();
        }
        if (!(options.target() instanceof RestoreTarget.AtPosition at)
                || at.position().offset() == 0) {
            return links.end().next().map(segment -> new RestorePlan.Next(segment.position(), segment.createdAt()));
        }
        Position position = at.position();
        Optional<WalSegmentInfo> next = links.end().next();
        if (next.isEmpty() || next.get().index() != position.index()) {
            // Whether the segment goes on after the position is not in the names.
            return Optional.empty();
        }
        WalSegmentInfo segment =
                next.get().offset() == position.offset() || links.indexes().isEmpty()
                        ? next.get()
                        : links.indexes().get(links.indexes().size() - 1).lastSegment();
        return Optional.of(new RestorePlan.Next(position, segment.createdAt()));
    }

    private GenerationCatalog choose() throws IOException {
        if (options.target() instanceof RestoreTarget.AtPosition at) {
            return named(at.position().generation());
        }
        Optional<Generation> wanted = options.generation();
        if (wanted.isPresent()) {
            return named(wanted.get());
        }
        return options.target() instanceof RestoreTarget.AtTimestamp at ? at(at.timestamp()) : newest();
    }

    /** What the listing says of the generation that was planned from. */
    GenerationCatalog catalog() {
        return requireNonNull(chosen, "nothing is planned yet");
    }

    private GenerationCatalog named(Generation generation) throws IOException {
        GenerationCatalog catalog = look(generation);
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
        candidates.chosenBecause("as asked for");
        return catalog;
    }

    /** The generation whose times include a moment; of several the one with the newest data, of none the one that ended last. */
    private GenerationCatalog at(Instant timestamp) throws IOException {
        GenerationCatalog including = null;
        GenerationCatalog before = null;
        boolean empty = true;
        TimeRange range = TimeRange.NONE;
        for (Generation generation : replica.generations()) {
            including = catalogs.held(including);
            before = catalogs.held(before);
            GenerationCatalog catalog = look(generation);
            empty &= catalog.isEmpty();
            range = range.and(TimeRange.of(catalog));
            if (catalog.isEmpty() || oldest(catalog).isAfter(timestamp)) {
                continue;
            }
            if (catalog.snapshots().isEmpty() && bounds.salvage()) {
                leftOut.add(withoutSnapshot(catalog).damage());
            } else if (updatedAt(catalog).isBefore(timestamp)) {
                before = newer(before, catalog);
            } else {
                including = newer(including, catalog);
            }
        }
        List<ForeignFormat> foreign = replica.foreignFormats();
        if (empty) {
            throw nothingReadable(foreign);
        }
        GenerationCatalog found = including != null ? including : before;
        if (found == null) {
            throw new TargetNotAvailableException(
                    "the state at " + timestamp + " is not in " + replica.location() + ", which can be restored "
                            + range,
                    replica.location());
        }
        refuseNewerForeign(found, foreign, timestamp);
        if (found.snapshots().isEmpty()) {
            throw withoutSnapshot(found);
        }
        candidates.chosenBecause(
                including != null ? "its times include " + timestamp : "it holds the newest data before " + timestamp);
        return whole(found);
    }

    private GenerationCatalog look(Generation generation) throws IOException {
        GenerationCatalog catalog = options.target() instanceof RestoreTarget.AtTimestamp
                ? replica.withRecordedTimes(replica.catalog(generation))
                : replica.catalog(generation);
        if (!catalog.isEmpty()) {
            candidates.add(catalog);
        }
        return catalog;
    }

    private static Instant oldest(GenerationCatalog catalog) {
        return Stream.concat(
                        catalog.snapshots().stream().map(SnapshotInfo::createdAt),
                        catalog.segments().stream().map(WalSegmentInfo::createdAt))
                .min(Instant::compareTo)
                .orElse(updatedAt(catalog));
    }

    /** The generation with the newest data among those that have a snapshot. */
    private GenerationCatalog newest() throws IOException {
        GenerationCatalog newest = null;
        GenerationCatalog newestWithoutSnapshot = null;
        List<Generation> generations = replica.generations();
        for (Generation generation : generations) {
            newest = catalogs.held(newest);
            newestWithoutSnapshot = catalogs.held(newestWithoutSnapshot);
            GenerationCatalog listed = look(generation);
            if (listed.isEmpty()) {
                continue;
            }
            // In a copy, the times of storing say nothing of which one is newer.
            GenerationCatalog catalog = generations.size() > 1 ? replica.withRecordedEnd(listed) : listed;
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
        refuseNewerForeign(newer(newest, newestWithoutSnapshot), foreign, Instant.MAX);
        candidates.chosenBecause("it holds the newest data");
        if (newestWithoutSnapshot != null) {
            boolean newer = newest == null || updatedAt(newestWithoutSnapshot).isAfter(updatedAt(newest));
            if (newer && (newest == null || !bounds.salvage())) {
                // To step over it would bring back an older state without a word.
                throw withoutSnapshot(newestWithoutSnapshot);
            }
            if (newer) {
                leftOut.add(withoutSnapshot(newestWithoutSnapshot).damage());
                return whole(requireNonNull(newest));
            }
            warnings.add("generation " + newestWithoutSnapshot.generation()
                    + " has no snapshot; it is older than what is restored, and was passed over");
        }
        return whole(requireNonNull(newest));
    }

    private GenerationCatalog whole(GenerationCatalog held) throws IOException {
        return catalogs.whole(held, options.target() instanceof RestoreTarget.AtTimestamp);
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
                location + " holds " + foreign.get(0).name() + " data, which "
                        + (foreign.get(0).isLtx()
                                ? "has no generations; an LtxRestorer restores it"
                                : "this version cannot read yet"),
                location);
    }

    /** @param timestamp what is newer than the generation's end, but also than this, is not wanted */
    private void refuseNewerForeign(@Nullable GenerationCatalog chosen, List<ForeignFormat> foreign, Instant timestamp)
            throws IOException {
        for (ForeignFormat format : foreign) {
            if (format.newest().isAfter(updatedAt(chosen))
                    && timestamp.isAfter(updatedAt(chosen))
                    && (!format.isLtx() || hidesNewerLtx(updatedAt(chosen), timestamp))) {
                throw new UnsupportedReplicaException(
                        replica.location() + " also holds " + format.name() + " data of " + format.newest()
                                + ", newer than its generations, which "
                                + (format.isLtx() ? "an LtxRestorer restores" : "this version cannot read yet")
                                + "; name a generation to restore the older state",
                        replica.location());
            }
            warnings.add((format.newest().isAfter(updatedAt(chosen)) ? "newer " : "older ") + format.name()
                    + " data lies beside the generations and was passed over");
        }
    }

    /** Who asks for an index asks for generations; else the newest state counts, and not the newest object. */
    private boolean hidesNewerLtx(Instant chosen, Instant timestamp) throws IOException {
        if (options.target() instanceof RestoreTarget.AtIndex) {
            return false;
        }
        Optional<LtxNewest> newest = LtxNewest.until(timestamp, replica.ltxReplicas());
        return newest.isPresent() && newest.get().timestamp().isAfter(chosen);
    }

    static DamagedReplicaException withoutSnapshot(GenerationCatalog catalog) {
        return new DamagedReplicaException(Damage.of(
                "generations/" + catalog.generation() + "/snapshots/",
                "no snapshots available in generation " + catalog.generation() + ", whose newest object is of "
                        + updatedAt(catalog)));
    }

    private static String join(List<Generation> generations) {
        return String.join(", ", generations.stream().map(Generation::name).toList());
    }
}
