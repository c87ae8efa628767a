// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import dev.tailrace.store.KeyOrder;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another store, with every call counted: for assertions such as "each object was opened once", and as the proof that
 * nothing was left open. A call is counted when it is made, whether it succeeds or not.
 */
public final class CountingObjectStore extends ForwardingObjectStore {

    private final Map<String, Integer> lists = new ConcurrentHashMap<>();
    private final Map<String, Integer> folderLists = new ConcurrentHashMap<>();
    private final Map<String, Integer> stats = new ConcurrentHashMap<>();
    private final Map<String, Integer> opens = new ConcurrentHashMap<>();
    private final Map<String, Integer> puts = new ConcurrentHashMap<>();
    private final Map<String, Integer> deletes = new ConcurrentHashMap<>();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicInteger mostOpenStreams = new AtomicInteger();

    /** Counts the calls to {@code store}, which is closed with this one. */
    public CountingObjectStore(ObjectStore store) {
        super(store);
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

    /** How many streams were open at the same time at most. */
    public int mostOpenStreams() {
        return mostOpenStreams.get();
    }

    /** Forgets all counts but those of what is open. */
    public void resetCounts() {
        List.of(lists, folderLists, stats, opens, puts, deletes).forEach(Map::clear);
        bytesRead.set(0);
        mostOpenStreams.set(openStreams());
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        count(lists, prefix);
        return new ForwardingIterator(super.list(prefix, startAfter), prefix);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        count(folderLists, prefix);
        return super.listFolders(prefix);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        count(stats, key);
        return super.stat(key);
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        count(opens, read.key());
        return new CountedStream(super.open(read));
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        count(puts, key);
        return super.put(key, source, options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        keys.forEach(key -> count(deletes, key));
        super.delete(keys);
    }

    private static void count(Map<String, Integer> counts, String name) {
        counts.merge(name, 1, Integer::sum);
    }

    private static Map<String, Integer> sorted(Map<String, Integer> counts) {
        Map<String, Integer> copy = new TreeMap<>(KeyOrder.BY_UTF8);
        copy.putAll(counts);
        return Collections.unmodifiableMap(copy);
    }

    private final class CountedStream extends ForwardingStream {

        CountedStream(ObjectStream stream) {
            super(stream);
            mostOpenStreams.accumulateAndGet(openStreams(), Math::max);
        }

        @Override
        public int read() throws IOException {
            int value = stream().read();
            if (value >= 0) {
                bytesRead.incrementAndGet();
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = stream().read(target, offset, length);
            if (count > 0) {
                bytesRead.addAndGet(count);
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = stream().skip(count);
            bytesRead.addAndGet(skipped);
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return stream().available();
        }
    }
}
