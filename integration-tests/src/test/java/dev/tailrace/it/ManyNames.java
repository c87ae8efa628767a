// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store that lists one snapshot and so many WAL segments after it, and holds none of them in memory, with older generations
 * of a snapshot each. For planning only.
 */
final class ManyNames implements ObjectStore {

    private static final String GENERATION = "00000000000000aa";
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00Z");

    private final long segments;
    private final List<String> others;

    /** @param others names of further generations */
    ManyNames(long segments, String... others) {
        this.segments = segments;
        this.others = List.of(others);
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) {
        boolean newest = prefix.startsWith("generations/" + GENERATION);
        String generation = newest ? GENERATION : prefix.replaceAll("generations/|/", "");
        Instant time = newest ? TIME : TIME.minusSeconds(1);
        return new ObjectIterator() {
            private final long end = newest ? segments : others.contains(generation) ? 0 : -1;
            private long next = -1;

            @Override
            public boolean hasNext() {
                return next < end;
            }

            @Override
            public ObjectInfo next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("end of the listing");
                }
                Place place =
                        next < 0 ? new Place(generation, 0, -1) : new Place(generation, next / 8, next % 8 * 4128);
                Instant storedAt = time.plusSeconds(next++);
                String version = "9b2cf535f27731c974343645a3985328-" + next;
                return new ObjectInfo(place.key("v03-flat"), 1000, storedAt, Optional.empty(), Optional.of(version));
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Override
    public List<String> listFolders(String prefix) {
        return prefix.equals("generations/")
                ? Stream.concat(Stream.of(GENERATION), others.stream()).toList()
                : List.of("generations");
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectStream open(ObjectRead read) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Collection<String> keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String location() {
        return "names:many";
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
