// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that one listing says of a generation.
 *
 * @param generation which one
 * @param layout how its objects are named, told from the names: where there is no WAL the narrow layouts look alike, and
 *     it is {@link ReplicaLayout#V03_FLAT}
 * @param snapshots ascending by index, no index twice
 * @param segments ascending by index and offset, no position twice
 * @param ignoredNames how many objects have names that say nothing, such as {@code .tmp} leftovers
 * @param updatedAt when the newest object was made that is, or claims to be, a snapshot or WAL; empty if there is none
 * @param ambiguous whether some of the damages leave open which object is the right one
 * @param damages what the names alone show to be wrong: WAL names of no layout or of two, two objects for one place
 */
public record GenerationCatalog(
        Generation generation,
        ReplicaLayout layout,
        List<SnapshotInfo> snapshots,
        List<WalSegmentInfo> segments,
        int ignoredNames,
        Optional<Instant> updatedAt,
        boolean ambiguous,
        List<Damage> damages) {

    public GenerationCatalog {
        requireNonNull(generation, "generation");
        requireNonNull(layout, "layout");
        requireNonNull(updatedAt, "updatedAt");
        snapshots = List.copyOf(snapshots);
        segments = List.copyOf(segments);
        damages = List.copyOf(damages);
    }

    /**
     * Reads what the keys of objects say.
     *
     * @param objects of that generation's folder, in any order
     */
    public static GenerationCatalog of(Generation generation, Iterable<ObjectInfo> objects) {
        GenerationCatalogBuilder catalog =
                new GenerationCatalogBuilder(generation, ReplicaLayout.generationFolder(generation));
        objects.forEach(catalog::add);
        return catalog.build();
    }

    /** Whether there is neither snapshot nor WAL, nor anything that claims to be. */
    public boolean isEmpty() {
        return snapshots.isEmpty() && segments.isEmpty() && damages.isEmpty();
    }

    /** How many objects and damages are in its lists. */
    public int size() {
        return snapshots.size() + segments.size() + damages.size();
    }

    /** The snapshot of the highest index that is not above {@code index}; empty if all are later. */
    public Optional<SnapshotInfo> snapshotAtOrBefore(long index) {
        return snapshots.stream().filter(snapshot -> snapshot.index() <= index).reduce((earlier, later) -> later);
    }

    /** The highest index of any snapshot or segment; -1 if there is none. */
    public long maxIndex() {
        long snapshot =
                snapshots.isEmpty() ? -1 : snapshots.get(snapshots.size() - 1).index();
        long segment =
                segments.isEmpty() ? -1 : segments.get(segments.size() - 1).index();
        return Math.max(snapshot, segment);
    }
}
