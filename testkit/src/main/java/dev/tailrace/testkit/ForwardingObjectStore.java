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
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Another store, each call passed on to it: for a test to extend whose store differs in a call or two, and what the kit's
 * stores that count or disturb have in common. Closing it closes the other store.
 */
public abstract class ForwardingObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final Set<Opened> streams = ConcurrentHashMap.newKeySet();
    private final Set<Opened> iterators = ConcurrentHashMap.newKeySet();

    /** @param store where every call goes that the subclass does not answer itself */
    protected ForwardingObjectStore(ObjectStore store) {
        this.store = requireNonNull(store, "store");
    }

    /** How many streams are open now, of those that the subclass counts. */
    public final int openStreams() {
        return streams.size();
    }

    /** How many listings are open now, of those that the subclass counts. */
    public final int openIterators() {
        return iterators.size();
    }

    /**
     * Fails if a stream or a listing was not closed.
     *
     * @throws AssertionError saying how many; where each was opened is among its suppressed exceptions
     */
    public final void assertNothingOpen() {
        if (openStreams() != 0 || openIterators() != 0) {
            AssertionError left = new AssertionError(
                    openStreams() + " streams, " + openIterators() + " listings left open in " + location());
            streams.forEach(left::addSuppressed);
            iterators.forEach(left::addSuppressed);
            throw left;
        }
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        return store.list(prefix, startAfter);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        return store.listFolders(prefix);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        return store.stat(key);
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        return store.open(read);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        return store.put(key, source, options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        store.delete(keys);
    }

    @Override
    public int concurrentReads() {
        return store.concurrentReads();
    }

    @Override
    public boolean showsUnfinishedObjects() {
        return store.showsUnfinishedObjects();
    }

    @Override
    public boolean listsRecordedTimes() {
        return store.listsRecordedTimes();
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    /** Never thrown: it keeps where something was opened. */
    private static final class Opened extends Exception {
        Opened(String what) {
            super(what + " was opened here and not closed");
        }
    }

    /** A listing that counts as open until it is closed for the first time. */
    class ForwardingIterator implements ObjectIterator {

        private final ObjectIterator iterator;
        private final Opened opened;

        ForwardingIterator(ObjectIterator iterator, String prefix) {
            this.iterator = iterator;
            opened = new Opened("a listing of \"" + prefix + "\"");
            iterators.add(opened);
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
        public final void close() throws IOException {
            iterators.remove(opened);
            iterator.close();
        }
    }

    /** A stream that counts as open until it is closed for the first time. How it is read is the subclass's to say. */
    abstract class ForwardingStream extends ObjectStream {

        private final ObjectStream stream;
        private final Opened opened;

        ForwardingStream(ObjectStream stream) {
            this.stream = stream;
            opened = new Opened("a stream of " + stream.info().key());
            streams.add(opened);
        }

        /** The other store's. */
        final ObjectStream stream() {
            return stream;
        }

        @Override
        public final ObjectInfo info() {
            return stream.info();
        }

        @Override
        public final void close() throws IOException {
            streams.remove(opened);
            stream.close();
        }
    }

    /** What a store reads of a source: counts as an open stream until it is closed for the first time. */
    abstract class ForwardingInput extends FilterInputStream {

        private final Opened opened;

        ForwardingInput(InputStream stream, String key) {
            super(stream);
            opened = new Opened("a source of " + key);
            streams.add(opened);
        }

        @Override
        public final void close() throws IOException {
            streams.remove(opened);
            super.close();
        }
    }
}
