// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

// This is the whole of what a storage backend implements, and it is kept that small on purpose: layouts, generations,
// LZ4, WAL, retries in the middle of an object and parallel reads are core's work, once for all backends.

/**
 * Bytes by key: what a storage backend offers to Tailrace.
 *
 * <p>Keys are relative to the replica's root (the path of its URL), separated by {@code /}, without a leading one. A store
 * knows nothing of what they mean. It does not lock, rename, cache or compress, and it does not retry beyond the head of a
 * request: reading on after a lost connection is done once, in core.
 *
 * <p>Safe for use by many threads. All methods block. {@link #close()} makes calls in progress fail promptly, as does
 * interrupting the thread where the vendor's client allows that.
 *
 * <p>Failures are those of {@link dev.tailrace.error}: {@link dev.tailrace.error.ObjectMissingException},
 * {@link dev.tailrace.error.ObjectChangedException}, {@link dev.tailrace.error.StoreAccessException} and
 * {@link dev.tailrace.error.StoreUnavailableException}. No exception type of a vendor leaves an implementation; it is at
 * most a cause.
 */
public interface ObjectStore extends Closeable {

    /**
     * All objects whose key starts with {@code prefix} and is greater than {@code startAfter}, in ascending order of the
     * UTF-8 bytes of their keys.
     *
     * @param prefix any beginning of a key, not only whole folder names; {@code ""} for all
     * @param startAfter a key that need not exist; {@code ""} to begin at the start
     * @return page by page as it is read, each page fetched when it is needed; empty if there is nothing, also if the root
     *     itself does not exist. To be closed by the caller
     */
    ObjectIterator list(String prefix, String startAfter) throws IOException;

    /**
     * The next path elements below {@code prefix} that hold objects, found by delimiter and never by a scan of all objects.
     *
     * @param prefix {@code ""} or a folder that ends in {@code /}
     * @return element names without slashes, ascending by UTF-8 bytes, each once; empty if there are none. A file store may
     *     also name folders that hold nothing
     */
    List<String> listFolders(String prefix) throws IOException;

    /** The object of that key, or empty if there is none. */
    Optional<ObjectInfo> stat(String key) throws IOException;

    /**
     * Opens one range of one version of an object by one request. A range that reaches beyond the end is cut there; one that
     * begins at or beyond it is an empty stream.
     *
     * @return the bytes, to be closed by the caller. Closing before the end aborts, it never reads the rest
     * @throws dev.tailrace.error.ObjectMissingException if there is no such object
     * @throws dev.tailrace.error.ObjectChangedException if the read names a version and the object has another, at once or
     *     while reading: what was read up to then belongs to the version asked for
     */
    ObjectStream open(ObjectRead read) throws IOException;

    /**
     * Stores an object whole or not at all: no reader ever sees a part of it, and a failure leaves what was there before.
     *
     * @param source opened once or more often, each time from its start
     * @return the stored object, with the size and the times that a listing would give
     * @throws dev.tailrace.error.ObjectChangedException if the options' condition does not hold
     */
    ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException;

    /**
     * Deletes objects. One that is absent is no error.
     *
     * @throws IOException if some could not be deleted; its message names keys that are left
     */
    void delete(Collection<String> keys) throws IOException;

    /**
     * How many reads at once the store serves faster than fewer, as a hint: so many objects, or ranges of a large one, may be
     * read ahead. A store that is as near as a disk says 1, and nothing is read ahead of whoever decodes it.
     *
     * @return at least 1
     */
    default int concurrentReads() {
        return 32;
    }

    /**
     * Whether an object can be seen before it is whole, because other programs write objects there piece by piece: the newest
     * one of a replica may then be no more than a beginning. What {@link #put} stores is whole in any case.
     */
    default boolean showsUnfinishedObjects() {
        return false;
    }

    /**
     * Whether a listing tells the times that were recorded with objects as well as {@link #stat} does. Where it does not, they
     * are asked for object by object, where they matter.
     */
    default boolean listsRecordedTimes() {
        return true;
    }

    /** The root of this store for messages: a URL with all secrets masked. */
    String location();
}
