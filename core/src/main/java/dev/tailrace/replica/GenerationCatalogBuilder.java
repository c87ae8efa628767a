// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.error.Damage;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sorts what a listing brings, in any order, into a {@link GenerationCatalog}. */
final class GenerationCatalogBuilder {

    /** Of so many pairs that name one place each is told; of more only how many there are. */
    private static final int MOST_DUPLICATES = 1_000;

    private final Generation generation;
    private final String prefix;
    /** One text for all names of a layout: there may be as many of them as there are names. */
    private final Map<ReplicaLayout, String> otherLayouts = new EnumMap<>(ReplicaLayout.class);

    private final List<SnapshotInfo> snapshots = new ArrayList<>();
    private final List<WalSegmentInfo> segments = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private boolean wideSnapshots;
    private boolean ambiguous;
    private int duplicates;
    private int ignoredNames;
    private @Nullable Instant updatedAt;
    private @Nullable ReplicaLayout walLayout;
    private @Nullable String firstWalKey;

    /** @param prefix the generation's folder, with its closing slash */
    GenerationCatalogBuilder(Generation generation, String prefix) {
        this.generation = generation;
        this.prefix = prefix;
    }

    void add(ObjectInfo object) {
        ObjectName name = ObjectName.parse(object.key().substring(prefix.length()));
        if (name instanceof ObjectName.Snapshot snapshot) {
            wideSnapshots |= snapshot.digits() == HexNumber.MAX_DIGITS;
            snapshots.add(new SnapshotInfo(generation, snapshot.index(), object));
        } else if (name instanceof ObjectName.WalSegment segment) {
            noteLayout(segment.layout(), object.key());
            segments.add(new WalSegmentInfo(generation, segment.index(), segment.offset(), object));
        } else if (name instanceof ObjectName.UnknownWal) {
            damages.add(Damage.of(object.key(), "this WAL name fits no layout"));
        } else {
            ignoredNames++;
            return;
        }
        Instant time = object.createdAt();
        updatedAt = updatedAt == null || time.isAfter(updatedAt) ? time : updatedAt;
    }

    /** How many things are kept of what was added: names that say nothing cost nothing. */
    int kept() {
        return snapshots.size() + segments.size() + damages.size();
    }

    private void noteLayout(ReplicaLayout layout, String key) {
        if (walLayout == null) {
            walLayout = layout;
            firstWalKey = key;
        } else if (walLayout != layout) {
            ambiguous = true;
            String problem = otherLayouts.computeIfAbsent(
                    layout,
                    other -> "two layouts in one WAL folder: this name is " + other + ", " + firstWalKey + " is "
                            + walLayout);
            damages.add(Damage.of(key, problem));
        }
    }

    private static int byPlace(WalSegmentInfo one, WalSegmentInfo other) {
        int byIndex = Long.compare(one.index(), other.index());
        return byIndex != 0 ? byIndex : Long.compare(one.offset(), other.offset());
    }

    GenerationCatalog build() {
        snapshots.sort((one, other) -> Long.compare(one.index(), other.index()));
        segments.sort(GenerationCatalogBuilder::byPlace);
        for (int i = 1; i < snapshots.size(); i++) {
            if (snapshots.get(i).index() == snapshots.get(i - 1).index()) {
                duplicate(snapshots.get(i).object(), snapshots.get(i - 1).object());
            }
        }
        for (int i = 1; i < segments.size(); i++) {
            WalSegmentInfo segment = segments.get(i);
            WalSegmentInfo before = segments.get(i - 1);
            if (segment.index() == before.index() && segment.offset() == before.offset()) {
                duplicate(segment.object(), before.object());
            }
        }
        if (duplicates > MOST_DUPLICATES) {
            damages.add(Damage.of(
                    prefix, duplicates - MOST_DUPLICATES + " more objects name a place that another one names too"));
        }
        ReplicaLayout layout =
                walLayout != null ? walLayout : wideSnapshots ? ReplicaLayout.V04_BETA : ReplicaLayout.V03_FLAT;
        return new GenerationCatalog(
                generation,
                layout,
                snapshots,
                segments,
                ignoredNames,
                Optional.ofNullable(updatedAt),
                ambiguous,
                damages);
    }

    private void duplicate(ObjectInfo object, ObjectInfo other) {
        ambiguous = true;
        duplicates++;
        if (duplicates <= MOST_DUPLICATES) {
            damages.add(Damage.of(object.key(), "it names the same place as " + other.key()));
        }
    }
}
