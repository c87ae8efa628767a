// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A store whose lost connections and busy times are not noticed by those who read from it, while they last no longer than the
 * policy has it. Whatever reads from one store goes through one of these, since all share the pace that it asks for.
 *
 * <p>Listings and looks at objects are tried again only once the store has answered anything: a name that is wrong, or a
 * machine that is off, is to be told at once. Writing and deleting are tried again by the store alone.
 */
public final class ResumingStore implements ObjectStore {

    private final ObjectStore store;
    private final RetryPolicy policy;
    private final RequestPace pace = new RequestPace();
    private volatile boolean reached;
    private volatile boolean closing;

    /**
     * A store over another.
     *
     * @param store closed with this one, after which nothing is tried again
     */
    public ResumingStore(ObjectStore store, RetryPolicy policy) {
        this.store = store;
        this.policy = policy;
    }

    /** The policy for one reader. */
    Patience patience() {
        return new Patience(policy, pace, () -> closing, store.location());
    }

    /** The store has answered. */
    void answered() {
        reached = true;
    }

    /**
     * Waits before a listing or a look is tried again, or throws the failure.
     *
     * @param begun the time, by {@link System#nanoTime()}, when the request was made that failed
     */
    void failed(Patience patience, IOException e, long begun) throws IOException {
        boolean answer =
                e instanceof StoreUnavailableException busy && busy.retryAfter().isPresent();
        if (!reached && !answer) {
            throw e;
        }
        patience.failed(e, begun);
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T persistently(Call<T> call) throws IOException {
        Patience patience = patience();
        while (true) {
            patience.takePlace();
            long begun = System.nanoTime();
            try {
                T result = call.make();
                answered();
                patience.served();
                return result;
            } catch (IOException e) {
                failed(patience, e, begun);
            }
        }
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        ResumingListing listing = new ResumingListing(this, prefix, startAfter);
        listing.open();
        return listing;
    }

    /** A listing that ends where a connection does. */
    ObjectIterator listOnce(String prefix, String startAfter) throws IOException {
        return store.list(prefix, startAfter);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        return persistently(() -> store.listFolders(prefix));
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        return persistently(() -> store.stat(key));
    }

    /**
     * Opens a range of the listed version of an object, which is read on after a lost connection.
     *
     * @param to {@link Long#MAX_VALUE} to read to the end, also if that is found beyond the listed size
     */
    public ObjectStream open(ObjectInfo object, long from, long to) throws IOException {
        ObjectStream stream = ResumingStream.open(this, object, from, to);
        answered();
        return stream;
    }

    /** Opens a range whose stream ends where its connection does. */
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
        // Whoever is let go by it must not try again.
        closing = true;
        store.close();
    }
}
