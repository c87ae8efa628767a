// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.WalIndex;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What no reader can know from a replica, one kind after the other: whether what was restored from a damaged replica is
 * explained by such kinds alone, told from the undamaged one, and what exactly it must then be.
 */
final class KnownLimits {

    /** Why a result may differ from that of the undamaged replica. */
    enum Reason {
        /** The newest WAL is gone without a trace: a replica as it stood earlier. */
        NEWEST_WAL_LOST,
        /** The end of the WAL is cut at a frame: it may be a transaction that was still open. */
        OPEN_END,
        /** The newest generation is gone without a trace. */
        NEWEST_GENERATION_LOST,
        /** An index that ends in a commit where more followed, and the salts of the next one fit. */
        TAIL_LOST_AT_A_COMMIT,
        /** An index with sequence number 0, whose salts are new by right, stands where another one was. */
        FOREIGN_INDEX_WITH_SEQUENCE_0,
        /** The content of a snapshot is proved by nothing but its LZ4 frame, and that is whole. */
        SNAPSHOT_CHANGED
    }

    /** @param database what the restore must give */
    record Limit(Set<Reason> reasons, byte[] database) {}

    private static final int WAL_HEADER = 32;
    private static final int FRAME_HEADER = 24;

    private final History history;
    private final String layout;
    private final Map<String, byte[]> objects;

    /** @param objects the damaged replica */
    KnownLimits(History history, String layout, Map<String, byte[]> objects) {
        this.history = history;
        this.layout = layout;
        this.objects = objects;
    }

    /**
     * What explains a result that is not the undamaged replica's; empty if nothing does.
     *
     * @param newestGeneration that of the undamaged replica
     */
    Optional<Limit> explain(RestoreResult result, String newestGeneration) {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        boolean bestEffort = !result.plan().leftOut().isEmpty();
        if (!bestEffort && !isAllUsed(result)) {
            // It was there to be read, and was passed over without a word.
            return Optional.empty();
        }
        String generation = result.plan().generation().name();
        Place snapshot = new Place(generation, result.plan().snapshot().index(), -1);
        byte[] snapshotContent = content(result.plan().snapshot().object().key());
        if (!history.holdsThere(snapshot, snapshotContent)) {
            reasons.add(Reason.SNAPSHOT_CHANGED);
        }
        TreeMap<Long, byte[]> used = new TreeMap<>();
        for (WalIndex wal : result.plan().walIndexes()) {
            // By best effort nothing is claimed of what lies behind the last transaction that was restored.
            if (!bestEffort || wal.index() < result.position().index()) {
                used.put(wal.index(), contentOf(wal, Long.MAX_VALUE));
            } else if (wal.index() == result.position().index()
                    && result.position().offset() > 0) {
                used.put(wal.index(), contentOf(wal, result.position().offset()));
            }
        }
        if (isAnyTwice(used)) {
            return Optional.empty();
        }
        for (Map.Entry<Long, byte[]> wal : used.entrySet()) {
            Optional<Reason> reason = explain(generation, wal.getKey(), wal.getValue(), used.lastKey(), bestEffort);
            if (reason.isPresent()) {
                reasons.add(reason.get());
            } else if (!Arrays.equals(history.wal(generation, wal.getKey()), wal.getValue())) {
                return Optional.empty();
            }
        }
        if (!generation.equals(newestGeneration)) {
            if (!bestEffort
                    && places().stream().anyMatch(place -> place.generation().equals(newestGeneration))) {
                return Optional.empty();
            }
            reasons.add(Reason.NEWEST_GENERATION_LOST);
        }
        long last = used.isEmpty() ? snapshot.index() - 1 : used.lastKey();
        if (history.wal(generation, last + 1).length > 0) {
            reasons.add(Reason.NEWEST_WAL_LOST);
        }
        return Optional.of(new Limit(reasons, expected(result, snapshot, snapshotContent, used, reasons)));
    }

    /** Why an index may be other than it was; empty if it is as it was, or if nothing excuses it. */
    private Optional<Reason> explain(String generation, long index, byte[] wal, long last, boolean bestEffort) {
        byte[] own = history.wal(generation, index);
        if (!startsWith(own, wal)) {
            return layout.equals("v03-flat") && sequence(wal) == 0
                    ? Optional.of(Reason.FOREIGN_INDEX_WITH_SEQUENCE_0)
                    : Optional.empty();
        }
        if (wal.length == own.length) {
            return Optional.empty();
        }
        if (index == last) {
            return Optional.of(bestEffort || endsInCommit(wal) ? Reason.NEWEST_WAL_LOST : Reason.OPEN_END);
        }
        return endsInCommit(wal) ? Optional.of(Reason.TAIL_LOST_AT_A_COMMIT) : Optional.empty();
    }

    private byte[] expected(
            RestoreResult result, Place snapshot, byte[] snapshotContent, Map<Long, byte[]> used, Set<Reason> reasons) {
        Place end = new Place(
                snapshot.generation(),
                result.position().index(),
                result.position().offset());
        boolean wasOnceAState = !reasons.contains(Reason.SNAPSHOT_CHANGED)
                && !reasons.contains(Reason.TAIL_LOST_AT_A_COMMIT)
                && !reasons.contains(Reason.FOREIGN_INDEX_WITH_SEQUENCE_0);
        if (wasOnceAState) {
            return history.stateAt(snapshot, end);
        }
        PlainDatabase database = new PlainDatabase(snapshotContent);
        used.forEach((index, wal) -> {
            if (index <= end.index()) {
                database.apply(wal, index == end.index() ? end.offset() : Long.MAX_VALUE, commit -> {});
            }
        });
        return database.bytes();
    }

    /** Whether every WAL object of the generation, from the snapshot on, was read. */
    private boolean isAllUsed(RestoreResult result) {
        Set<String> used = new HashSet<>();
        for (WalIndex wal : result.plan().walIndexes()) {
            wal.segments().forEach(segment -> used.add(segment.object().key()));
        }
        return objects.keySet().stream()
                .filter(key -> Place.of(key)
                        .filter(place -> !place.isSnapshot()
                                && place.generation()
                                        .equals(result.plan().generation().name())
                                && place.index() >= result.plan().snapshot().index())
                        .isPresent())
                .allMatch(used::contains);
    }

    private Set<Place> places() {
        Set<Place> places = new HashSet<>();
        objects.keySet().forEach(key -> Place.of(key).ifPresent(places::add));
        return places;
    }

    /** The first bytes of an index. */
    private byte[] contentOf(WalIndex wal, long end) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (WalSegmentInfo segment : wal.segments()) {
            if (segment.offset() < end) {
                String key = segment.object().key();
                // Up to where a plan was cut its WAL checksums prove it, also in a frame that is not whole.
                bytes.writeBytes(end == Long.MAX_VALUE ? content(key) : Lz4.decodeBeginning(objects.get(key)));
            }
        }
        byte[] all = bytes.toByteArray();
        return Arrays.copyOf(all, (int) Math.min(all.length, end));
    }

    private byte[] content(String key) {
        return Lz4.tryDecode(objects.get(key))
                .orElseThrow(() -> new AssertionError("restored from " + key + ", which is no whole LZ4 frame"));
    }

    private static boolean startsWith(byte[] whole, byte[] beginning) {
        return beginning.length <= whole.length
                && Arrays.equals(whole, 0, beginning.length, beginning, 0, beginning.length);
    }

    private static int sequence(byte[] wal) {
        return ByteBuffer.wrap(wal).getInt(12);
    }

    /** Whether two indexes have the same salts: then one is a copy, and that can be known. */
    private static boolean isAnyTwice(Map<Long, byte[]> used) {
        Set<Long> salts = new HashSet<>();
        return used.values().stream()
                .filter(wal -> wal.length > WAL_HEADER)
                .anyMatch(wal -> !salts.add(ByteBuffer.wrap(wal).getLong(16)));
    }

    private static boolean endsInCommit(byte[] wal) {
        if (wal.length <= WAL_HEADER) {
            return false;
        }
        int frame = FRAME_HEADER + ByteBuffer.wrap(wal).getInt(8);
        return (wal.length - WAL_HEADER) % frame == 0 && ByteBuffer.wrap(wal).getInt(wal.length - frame + 4) != 0;
    }
}
