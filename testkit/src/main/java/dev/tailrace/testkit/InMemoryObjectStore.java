// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Objects in memory, as a store that keeps every promise: strongly consistent, atomic conditions, recorded times apart from
 * stored ones. Any string is a key. A stream goes on reading the version it was opened on when that is replaced.
 */
public final class InMemoryObjectStore implements ObjectStore {

    private final ConcurrentNavigableMap<String, Stored> objects;
    private final AtomicLong versions;
    private final AtomicReference<Clock> clock;
    private final String location;
    private volatile boolean closed;

    /** An empty store at {@code memory:}. */
    public InMemoryObjectStore() {
        this("memory:");
    }

    /** An empty store that calls itself so in messages. */
    public InMemoryObjectStore(String location) {
        this(
                location,
                new ConcurrentSkipListMap<>(KeyOrder.BY_UTF8),
                new AtomicLong(),
                new AtomicReference<>(Clock.systemUTC()));
    }

    private InMemoryObjectStore(
            String location,
            ConcurrentNavigableMap<String, Stored> objects,
            AtomicLong versions,
            AtomicReference<Clock> clock) {
        this.location = requireNonNull(location, "location");
        this.objects = objects;
        this.versions = versions;
        this.clock = clock;
    }

    /** Another store with the same objects, to be closed by itself; also of a store that is closed. */
    public InMemoryObjectStore reopen() {
        return new InMemoryObjectStore(location, objects, versions, clock);
    }

    /** From now on objects are stored at the times of {@code newClock}. */
    public void setClock(Clock newClock) {
        clock.set(requireNonNull(newClock, "newClock"));
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        requireOpen();
        boolean fromPrefix = KeyOrder.BY_UTF8.compare(prefix, startAfter) > 0;
        Iterator<Stored> candidates = objects.tailMap(fromPrefix ? prefix : startAfter, fromPrefix)
                .values()
                .iterator();
        return new Listing(candidates, prefix);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        requireOpen();
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("not a folder, it does not end in a slash: " + prefix);
        }
        List<String> folders = new ArrayList<>();
        String key = objects.higherKey(prefix);
        while (key != null && key.startsWith(prefix)) {
            int slash = key.indexOf('/', prefix.length());
            if (slash < 0) {
                key = objects.higherKey(key);
            } else {
                folders.add(key.substring(prefix.length(), slash));
                // The character after the slash is greater than everything in the folder.
                key = objects.ceilingKey(key.substring(0, slash) + (char) ('/' + 1));
            }
        }
        folders.sort(KeyOrder.BY_UTF8);
        return List.copyOf(folders);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        requireOpen();
        return Optional.ofNullable(objects.get(key)).map(Stored::info);
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        requireOpen();
        Stored stored = objects.get(read.key());
        if (stored == null) {
            throw new ObjectMissingException(read.key(), location, null);
        }
        String version = stored.version();
        if (read.version().isPresent() && !read.version().get().equals(version)) {
            throw new ObjectChangedException(
                    read.key(), "version " + read.version().get(), "version " + version, location, null);
        }
        int size = stored.bytes().length;
        return new Content(stored, (int) Math.min(read.from(), size), (int) Math.min(read.to(), size));
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        requireOpen();
        byte[] bytes;
        try (InputStream in = source.open()) {
            bytes = in.readAllBytes();
        }
        if (bytes.length != source.size()) {
            throw new StoreUnavailableException(
                    "cannot store " + key + " in " + location + ": its source gave " + bytes.length + " bytes of "
                            + source.size(),
                    location,
                    null);
        }
        requireOpen();
        Instant now = requireNonNull(clock.get()).instant();
        String newVersion = Long.toString(versions.incrementAndGet());
        ObjectInfo info = new ObjectInfo(key, bytes.length, now, options.recordedAt(), Optional.of(newVersion));
        Stored stored = new Stored(info, bytes);
        if (options.condition() instanceof PutOptions.Condition.Absent) {
            Stored there = objects.putIfAbsent(key, stored);
            if (there != null) {
                throw new ObjectChangedException(key, "no object", "version " + there.version(), location, null);
            }
        } else if (options.condition() instanceof PutOptions.Condition.Version wanted) {
            Stored there =
                    objects.computeIfPresent(key, (same, old) -> old.version().equals(wanted.version()) ? stored : old);
            if (there == null || !there.version().equals(newVersion)) {
                throw new ObjectChangedException(
                        key,
                        "version " + wanted.version(),
                        there == null ? "no object" : "version " + there.version(),
                        location,
                        null);
            }
        } else {
            objects.put(key, stored);
        }
        return info;
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        requireOpen();
        keys.forEach(objects::remove);
    }

    @Override
    public String location() {
        return location;
    }

    /** Later calls on this store and on what it opened fail with {@link StoreAccessException}; its objects are kept. */
    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() throws StoreAccessException {
        if (closed) {
            throw new StoreAccessException("store is closed: " + location + "; open it again", location, null);
        }
    }

    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Stored(ObjectInfo info, byte[] bytes) {
        String version() {
            return info.version().orElseThrow();
        }
    }

    private final class Listing implements ObjectIterator {

        private final Iterator<Stored> candidates;
        private final String prefix;
        private Optional<ObjectInfo> upcoming = Optional.empty();
        private boolean done;

        Listing(Iterator<Stored> candidates, String prefix) {
            this.candidates = candidates;
            this.prefix = prefix;
        }

        @Override
        public boolean hasNext() throws IOException {
            requireOpen();
            if (upcoming.isEmpty() && !done) {
                if (candidates.hasNext()) {
                    upcoming = Optional.of(candidates.next().info())
                            .filter(info -> info.key().startsWith(prefix));
                }
                done = upcoming.isEmpty();
            }
            return !done;
        }

        @Override
        public ObjectInfo next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException("end of the listing of " + prefix);
            }
            ObjectInfo info = upcoming.orElseThrow();
            upcoming = Optional.empty();
            return info;
        }

        @Override
        public void close() {
            upcoming = Optional.empty();
            done = true;
        }
    }

    private final class Content extends ObjectStream {

        private final Stored stored;
        private final int end;
        private int position;
        private boolean streamClosed;

        Content(Stored stored, int from, int to) {
            this.stored = stored;
            position = from;
            end = to;
        }

        @Override
        public ObjectInfo info() {
            return stored.info();
        }

        @Override
        public int read() throws IOException {
            requireReadable();
            return position == end ? -1 : stored.bytes()[position++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            requireReadable();
            if (length == 0) {
                return 0;
            }
            int count = Math.min(length, end - position);
            if (count == 0) {
                return -1;
            }
            System.arraycopy(stored.bytes(), position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public int available() {
            return end - position;
        }

        @Override
        public void close() {
            streamClosed = true;
        }

        private void requireReadable() throws IOException {
            requireOpen();
            if (streamClosed) {
                throw new IOException("stream is closed: " + stored.info().key() + " in " + location);
            }
        }
    }
}
