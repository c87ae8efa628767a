// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that an undamaged replica of a generation layout holds, decoded, and every state that the database has had by it. */
final class History {

    private final TreeMap<Place, byte[]> contents = new TreeMap<>();
    private final Map<String, Set<String>> states = new HashMap<>();

    private History() {}

    static History of(Map<String, byte[]> objects) throws IOException {
        History history = new History();
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            Optional<Place> place = Place.of(object.getKey());
            if (place.isPresent()) {
                history.contents.put(place.get(), Lz4.decode(object.getValue()));
            }
        }
        return history;
    }

    /** What the replica holds at a place; empty if nothing. */
    Optional<byte[]> content(Place place) {
        return Optional.ofNullable(contents.get(place));
    }

    /** All places, in the order of the WAL. */
    SortedMap<Place, byte[]> contents() {
        return contents;
    }

    /**
     * The database at the end of the transaction that ends at {@code end} or last before it.
     *
     * @param snapshot where to begin
     * @param end index and, in bytes of the uncompressed WAL file, where in it
     */
    byte[] stateAt(Place snapshot, Place end) {
        PlainDatabase database = new PlainDatabase(contents.get(snapshot));
        for (long index = snapshot.index(); index <= end.index(); index++) {
            byte[] wal = wal(snapshot.generation(), index);
            if (wal.length > 0) {
                database.apply(wal, index == end.index() ? end.offset() : Long.MAX_VALUE, offset -> {});
            }
        }
        return database.bytes();
    }

    /** Every state that the snapshots of a generation and the WAL after them have made, snapshots included. */
    Set<String> allStates(String generation) {
        return states.computeIfAbsent(generation, this::computeStates);
    }

    private Set<String> computeStates(String generation) {
        Set<String> digests = new HashSet<>();
        for (Place snapshot : contents.keySet()) {
            if (!snapshot.isSnapshot() || !snapshot.generation().equals(generation)) {
                continue;
            }
            PlainDatabase database = new PlainDatabase(contents.get(snapshot));
            digests.add(Digest.of(database.bytes()));
            for (long index = snapshot.index(); wal(generation, index).length > 0; index++) {
                database.apply(wal(generation, index), Long.MAX_VALUE, end -> digests.add(Digest.of(database.bytes())));
            }
        }
        return digests;
    }

    /** A whole WAL file; empty if there is none of that index. */
    byte[] wal(String generation, long index) {
        ByteArrayOutputStream wal = new ByteArrayOutputStream();
        contents.subMap(new Place(generation, index, 0), new Place(generation, index + 1, -1))
                .values()
                .forEach(wal::writeBytes);
        return wal.toByteArray();
    }

    boolean holdsThere(Place place, byte[] content) {
        byte[] own = contents.get(place);
        return own != null && Arrays.equals(own, content);
    }
}
