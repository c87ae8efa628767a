// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.internal.failure.RetoldFailure;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Questions about what a replica holds, under the names they have in Litestream.
 *
 * <p>Each question is asked in two ways. Of a {@link GenerationCatalog} it is answered without any I/O, and the answer is
 * empty where there is none. Of a {@link ReplicaClient} it costs one listing for each generation concerned, and a missing
 * answer is an exception: {@link TargetNotAvailableException} with the words {@code no snapshots available} or {@code no wal
 * segments available}. A failure to list keeps its type; its message begins with the words given at each method, where the
 * type has room for them.
 *
 * <p>One listing tells of snapshots and WAL together and is read to its end at once. So there is no failure to list WAL
 * after the snapshots were listed, nor one of an iteration that had begun well.
 *
 * <p>Answers rest on names and times alone. What is damaged is told by {@link GenerationCatalog#damages()}, and whether a
 * state can be restored, by planning its restore.
 */
public final class Replicas {

    private static final String SNAPSHOTS = "snapshots";
    private static final String WAL_SEGMENTS = "wal segments";

    private Replicas() {}

    // ---- snapshots

    /** The snapshot of the highest index that is not above {@code index}; empty if there is none. */
    public static Optional<SnapshotInfo> findSnapshotForIndex(GenerationCatalog catalog, long index) {
        return catalog.snapshotAtOrBefore(index);
    }

    /**
     * The snapshot of the highest index that is not above {@code index}.
     *
     * @throws TargetNotAvailableException if there is none: {@code no snapshots available}, or, if all are later, {@code no
     *     snapshots available at or before index} with the index in hexadecimal
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static SnapshotInfo findSnapshotForIndex(ReplicaClient client, Generation generation, long index)
            throws IOException {
        GenerationCatalog catalog = catalog(client, generation, SNAPSHOTS);
        Optional<SnapshotInfo> found = findSnapshotForIndex(catalog, index);
        if (found.isEmpty() && !catalog.snapshots().isEmpty()) {
            throw new TargetNotAvailableException(
                    "no snapshots available at or before index " + HexNumber.format(index)
                            + place(client, generation) + "; the first one is of index "
                            + HexNumber.format(catalog.snapshots().get(0).index()),
                    client.location());
        }
        return found.orElseThrow(() -> noSnapshots(client, generation));
    }

    /** The snapshot of the lowest index; empty if there is none. */
    public static Optional<SnapshotInfo> findMinSnapshotByGeneration(GenerationCatalog catalog) {
        return catalog.snapshots().stream().findFirst();
    }

    /**
     * The snapshot of the lowest index.
     *
     * @throws TargetNotAvailableException if there is none: {@code no snapshots available}
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static SnapshotInfo findMinSnapshotByGeneration(ReplicaClient client, Generation generation)
            throws IOException {
        return findMinSnapshotByGeneration(catalog(client, generation, SNAPSHOTS))
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    /** The index of the snapshot made last at or before a time, the lowest of several; empty if there is none. */
    public static OptionalLong snapshotIndexAt(GenerationCatalog catalog, Instant time) {
        return catalog.snapshots().stream()
                .filter(snapshot -> !snapshot.createdAt().isAfter(time))
                .max(Comparator.comparing(SnapshotInfo::createdAt)
                        .thenComparing(
                                Comparator.comparingLong(SnapshotInfo::index).reversed()))
                .stream()
                .mapToLong(SnapshotInfo::index)
                .findFirst();
    }

    /**
     * The index of the snapshot made last at or before a time, the lowest of several.
     *
     * @param time {@link Instant#MAX} for the newest snapshot
     * @throws TargetNotAvailableException if there is none: {@code no snapshots available}
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static long snapshotIndexAt(ReplicaClient client, Generation generation, Instant time) throws IOException {
        return snapshotIndexAt(catalog(client, generation, SNAPSHOTS), time)
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    // ---- times

    /** When the snapshots were made; empty if there is none. */
    public static Optional<TimeBounds> snapshotTimeBounds(GenerationCatalog catalog) {
        return bounds(catalog.snapshots().stream().map(SnapshotInfo::createdAt));
    }

    /**
     * When the snapshots were made.
     *
     * @throws TargetNotAvailableException if there is none: {@code no snapshots available}
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static TimeBounds snapshotTimeBounds(ReplicaClient client, Generation generation) throws IOException {
        return snapshotTimeBounds(catalog(client, generation, SNAPSHOTS))
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    /** When the WAL segments were made; empty if there is none. */
    public static Optional<TimeBounds> walTimeBounds(GenerationCatalog catalog) {
        return bounds(catalog.segments().stream().map(WalSegmentInfo::createdAt));
    }

    /**
     * When the WAL segments were made.
     *
     * @throws TargetNotAvailableException if there is none: {@code no wal segments available}
     * @throws IOException if listing fails: {@code wal segments: …}
     */
    public static TimeBounds walTimeBounds(ReplicaClient client, Generation generation) throws IOException {
        return walTimeBounds(catalog(client, generation, WAL_SEGMENTS))
                .orElseThrow(() -> noWalSegments(client, generation));
    }

    /**
     * From the first snapshot to the last snapshot or WAL segment; empty if there is no snapshot, since then there is nothing
     * to restore, whatever WAL there is.
     */
    public static Optional<TimeBounds> generationTimeBounds(GenerationCatalog catalog) {
        return snapshotTimeBounds(catalog)
                .map(snapshots -> walTimeBounds(catalog)
                        .filter(wal -> wal.updatedAt().isAfter(snapshots.updatedAt()))
                        .map(wal -> new TimeBounds(snapshots.createdAt(), wal.updatedAt()))
                        .orElse(snapshots));
    }

    /**
     * From the first snapshot to the last snapshot or WAL segment. There need not be WAL.
     *
     * @throws TargetNotAvailableException if there is no snapshot: {@code no snapshots available}
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static TimeBounds generationTimeBounds(ReplicaClient client, Generation generation) throws IOException {
        return generationTimeBounds(catalog(client, generation, SNAPSHOTS))
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    /** The bounds of all generations that have a snapshot, taken together; empty if there is none. */
    public static Optional<TimeBounds> timeBounds(Collection<GenerationCatalog> catalogs) {
        return catalogs.stream()
                .flatMap(catalog -> generationTimeBounds(catalog).stream())
                .reduce(TimeBounds::with);
    }

    /**
     * The bounds of all generations that have a snapshot, taken together. Others are passed over, where Litestream fails.
     *
     * @throws TailraceException if no generation has a snapshot, as {@link #findLatestGeneration(ReplicaClient)} does
     * @throws IOException if listing fails: {@code generations: …} or {@code generation time bounds: snapshots: …}
     */
    public static TimeBounds timeBounds(ReplicaClient client) throws IOException {
        return generationBounds(client).values().stream()
                .reduce(TimeBounds::with)
                .orElseThrow();
    }

    /** The generation that was updated last among those that have a snapshot, the first of several; empty if none has. */
    public static Optional<Generation> findLatestGeneration(Collection<GenerationCatalog> catalogs) {
        Map<Generation, TimeBounds> all = new LinkedHashMap<>();
        for (GenerationCatalog catalog : catalogs) {
            generationTimeBounds(catalog).ifPresent(bounds -> all.put(catalog.generation(), bounds));
        }
        return latest(all);
    }

    /**
     * The generation that was updated last among those that have a snapshot, the first by name of several. One without a
     * snapshot is passed over, also if it is newer, where Litestream fails; a restore calls that damage.
     *
     * @throws EmptyReplicaException if the replica holds nothing of any known layout: {@code no generation available}
     * @throws TargetNotAvailableException if there are generations, and none has a snapshot: {@code no generation available}
     * @throws UnsupportedReplicaException if there is only data of another format: {@code no generation available}
     * @throws IOException if listing fails: {@code generations: …} or {@code generation time bounds: snapshots: …}
     */
    public static Generation findLatestGeneration(ReplicaClient client) throws IOException {
        return latest(generationBounds(client)).orElseThrow();
    }

    // ---- indexes

    /** The highest index of a snapshot; empty if there is none. */
    public static OptionalLong findMaxSnapshotIndexByGeneration(GenerationCatalog catalog) {
        return catalog.snapshots().stream().mapToLong(SnapshotInfo::index).max();
    }

    /**
     * The highest index of a snapshot.
     *
     * @throws TargetNotAvailableException if there is none: {@code no snapshots available}
     * @throws IOException if listing fails: {@code snapshots: …}
     */
    public static long findMaxSnapshotIndexByGeneration(ReplicaClient client, Generation generation)
            throws IOException {
        return findMaxSnapshotIndexByGeneration(catalog(client, generation, SNAPSHOTS))
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    /** The highest index of a WAL segment; empty if there is none. */
    public static OptionalLong findMaxWalIndexByGeneration(GenerationCatalog catalog) {
        return catalog.segments().stream().mapToLong(WalSegmentInfo::index).max();
    }

    /**
     * The highest index of a WAL segment.
     *
     * @throws TargetNotAvailableException if there is none: {@code no wal segments available}
     * @throws IOException if listing fails: {@code wal segments: …}
     */
    public static long findMaxWalIndexByGeneration(ReplicaClient client, Generation generation) throws IOException {
        return findMaxWalIndexByGeneration(catalog(client, generation, WAL_SEGMENTS))
                .orElseThrow(() -> noWalSegments(client, generation));
    }

    /** The highest index of a snapshot or WAL segment; empty if there is no snapshot. */
    public static OptionalLong findMaxIndexByGeneration(GenerationCatalog catalog) {
        return catalog.snapshots().isEmpty() ? OptionalLong.empty() : OptionalLong.of(catalog.maxIndex());
    }

    /**
     * The highest index of a snapshot or WAL segment. There need not be WAL.
     *
     * @throws TargetNotAvailableException if there is no snapshot: {@code no snapshots available}
     * @throws IOException if listing fails: {@code max snapshot index: snapshots: …}
     */
    public static long findMaxIndexByGeneration(ReplicaClient client, Generation generation) throws IOException {
        return findMaxIndexByGeneration(catalog(client, generation, "max snapshot index: " + SNAPSHOTS))
                .orElseThrow(() -> noSnapshots(client, generation));
    }

    // ---- what the questions are made of

    private static GenerationCatalog catalog(ReplicaClient client, Generation generation, String words)
            throws IOException {
        try {
            return client.catalog(generation);
        } catch (IOException e) {
            throw RetoldFailure.prefixed(words, e, client.location());
        }
    }

    private static List<Generation> generations(ReplicaClient client) throws IOException {
        try {
            return client.generations();
        } catch (IOException e) {
            throw RetoldFailure.prefixed("generations", e, client.location());
        }
    }

    /** The bounds of the generations that have a snapshot: at least one, in the order of their names. */
    private static Map<Generation, TimeBounds> generationBounds(ReplicaClient client) throws IOException {
        Map<Generation, TimeBounds> all = new LinkedHashMap<>();
        int withoutSnapshot = 0;
        for (Generation generation : generations(client)) {
            GenerationCatalog catalog = catalog(client, generation, "generation time bounds: " + SNAPSHOTS);
            Optional<TimeBounds> bounds = generationTimeBounds(catalog);
            bounds.ifPresent(found -> all.put(generation, found));
            if (bounds.isEmpty() && !catalog.isEmpty()) {
                withoutSnapshot++;
            }
        }
        if (all.isEmpty()) {
            throw noGeneration(client, withoutSnapshot);
        }
        return all;
    }

    private static Optional<Generation> latest(Map<Generation, TimeBounds> all) {
        Map.Entry<Generation, TimeBounds> latest = null;
        for (Map.Entry<Generation, TimeBounds> entry : all.entrySet()) {
            if (latest == null
                    || entry.getValue().updatedAt().isAfter(latest.getValue().updatedAt())) {
                latest = entry;
            }
        }
        return Optional.ofNullable(latest).map(Map.Entry::getKey);
    }

    private static Optional<TimeBounds> bounds(Stream<Instant> times) {
        return times.map(TimeBounds::at).reduce(TimeBounds::with);
    }

    private static TailraceException noGeneration(ReplicaClient client, int withoutSnapshot) throws IOException {
        String location = client.location();
        if (withoutSnapshot > 0) {
            return new TargetNotAvailableException(
                    "no generation available in " + location + ": none of " + withoutSnapshot + " has a snapshot",
                    location);
        }
        List<ForeignFormat> foreign = client.foreignFormats();
        if (!foreign.isEmpty()) {
            return new UnsupportedReplicaException(
                    "no generation available in " + location + ", which holds "
                            + foreign.get(0).name() + " data, which "
                            + (foreign.get(0).isLtx() ? "has no generations" : "this version cannot read yet"),
                    location);
        }
        return new EmptyReplicaException(
                "no generation available in " + location + "; check the path, or whether replication has begun",
                location);
    }

    private static TargetNotAvailableException noSnapshots(ReplicaClient client, Generation generation) {
        return new TargetNotAvailableException("no snapshots available" + place(client, generation), client.location());
    }

    private static TargetNotAvailableException noWalSegments(ReplicaClient client, Generation generation) {
        return new TargetNotAvailableException(
                "no wal segments available" + place(client, generation), client.location());
    }

    private static String place(ReplicaClient client, Generation generation) {
        return " in generation " + generation + " of " + client.location();
    }
}
