// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another store, with every call counted: for assertions such as "each object was opened once", and as the proof that
 * nothing was left open. A call is counted when it is made, whether it succeeds or not.
 */
public final class CountingObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final Map<String, Integer> lists = new ConcurrentHashMap<>();
    private final Map<String, Integer> folderLists = new ConcurrentHashMap<>();
    private final Map<String, Integer> stats = new ConcurrentHashMap<>();
    private final Map<String, Integer> opens = new ConcurrentHashMap<>();
    private final Map<String, Integer> puts = new ConcurrentHashMap<>();
    private final Map<String, Integer> deletes = new ConcurrentHashMap<>();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger openIterators = new AtomicInteger();
    private final AtomicInteger mostOpenStreams = new AtomicInteger();

    /** Counts the calls to {@code store}, which is closed with this one. */
    public CountingObjectStore(ObjectStore store) {
        this.store = requireNonNull(store, "store");
    }

    /** How often {@link #list} was called, by prefix. */
    public Map<String, Integer> lists() {
        return sorted(lists);
    }

    /** How often {@link #listFolders} was called, by prefix. */
    public Map<String, Integer> folderLists() {
        return sorted(folderLists);
    }

    /** How often {@link #stat} was called, by key. */
    public Map<String, Integer> stats() {
        return sorted(stats);
    }

    /** How often {@link #open} was called, by key. */
    public Map<String, Integer> opens() {
        return sorted(opens);
    }

    /** How often {@link #put} was called, by key. */
    public Map<String, Integer> puts() {
        return sorted(puts);
    }

    /** How often each key was given to {@link #delete}. */
    public Map<String, Integer> deletes() {
        return sorted(deletes);
    }

    /** How many bytes all streams have given, with those that were skipped. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** How many streams are open now. */
    public int openStreams() {
        return openStreams.get();
    }

    /** How many streams were open at the same time at most. */
    public int mostOpenStreams() {
        return mostOpenStreams.get();
    }

    /** How many listings are open now. */
    public int openIterators() {
        return openIterators.get();
    }

    /**
     * Fails if a stream or a listing was not closed.
     *
     * @throws AssertionError saying how many
     */
    public void assertNothingOpen() {
        if (openStreams() != 0 || openIterators() != 0) {
            throw new AssertionError(
                    openStreams() + " streams, " + openIterators() + " listings left open in " + location());
        }
    }

    /** Forgets all counts but those of what is open. */
    public void resetCounts() {
        List.of(lists, folderLists, stats, opens, puts, deletes).forEach(Map::clear);
        bytesRead.set(0);
        mostOpenStreams.set(openStreams.get());
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        count(lists, prefix);
        return new CountedIterator(store.list(prefix, startAfter));
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        count(folderLists, prefix);
        return store.listFolders(prefix);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        count(stats, key);
        return store.stat(key);
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        count(opens, read.key());
        return new CountedStream(store.open(read));
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        count(puts, key);
        return store.put(key, source, options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        keys.forEach(key -> count(deletes, key));
        store.delete(keys);
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    private static void count(Map<String, Integer> counts, String name) {
        counts.merge(name, 1, Integer::sum);
    }

    private static Map<String, Integer> sorted(Map<String, Integer> counts) {
        Map<String, Integer> copy = new TreeMap<>(Utf8Order.INSTANCE);
        copy.putAll(counts);
        return Collections.unmodifiableMap(copy);
    }

    private final class CountedIterator implements ObjectIterator {

        private final ObjectIterator iterator;
        private final AtomicBoolean closed = new AtomicBoolean();

        CountedIterator(ObjectIterator iterator) {
            this.iterator = iterator;
            openIterators.incrementAndGet();
        }

        @Override
        public boolean hasNext() throws IOException {
            return iterator.hasNext();
        }

        @Override
        public ObjectInfo next() throws IOException {
            return iterator.next();
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                openIterators.decrementAndGet();
            }
            iterator.close();
        }
    }

    private final class CountedStream extends ObjectStream {

        private final ObjectStream stream;
        private final AtomicBoolean closed = new AtomicBoolean();

        CountedStream(ObjectStream stream) {
            this.stream = stream;
            mostOpenStreams.accumulateAndGet(openStreams.incrementAndGet(), Math::max);
        }

        @Override
        public ObjectInfo info() {
            return stream.info();
        }

        @Override
        public int read() throws IOException {
            int value = stream.read();
            if (value >= 0) {
                bytesRead.incrementAndGet();
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = stream.read(target, offset, length);
            if (count > 0) {
                bytesRead.addAndGet(count);
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = stream.skip(count);
            bytesRead.addAndGet(skipped);
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }

        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                openStreams.decrementAndGet();
            }
            stream.close();
        }
    }
}
