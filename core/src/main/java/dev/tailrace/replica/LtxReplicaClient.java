// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a replica of Litestream 0.5 holds: LTX files in levels, in one {@linkplain LtxTree tree}. Bytes are stored and given
 * as they are; {@link dev.tailrace.ltx.LtxReader} reads them.
 *
 * <p>Safe for use by many threads. All methods block; {@link #close()} closes the store below and makes calls in progress
 * fail promptly. Failures are those of {@link dev.tailrace.error}.
 */
public final class LtxReplicaClient implements ReplicaObjects, Closeable {

    private final String type;
    private final ResumingStore store;
    private final LtxTree tree;

    private LtxReplicaClient(String type, ResumingStore store, LtxTree tree) {
        this.type = requireNonNull(type, "type");
        this.store = requireNonNull(store, "store");
        this.tree = requireNonNull(tree, "tree");
    }

    /**
     * A client over a store.
     *
     * @param type the short name of the storage, such as {@code file} or {@code s3}
     * @param store closed with the client
     * @param retries how long reading and listing go on after a lost connection; writing is tried again by the store alone
     * @param tree where files are looked for and written; {@link LtxTree#in} finds those that there are
     */
    public static LtxReplicaClient over(String type, ObjectStore store, RetryPolicy retries, LtxTree tree) {
        return new LtxReplicaClient(
                type, new ResumingStore(requireNonNull(store, "store"), requireNonNull(retries, "retries")), tree);
    }

    /** @param store shared with another client: closing one of them closes it for both */
    static LtxReplicaClient sharing(String type, ResumingStore store, LtxTree tree) {
        return new LtxReplicaClient(type, store, tree);
    }

    /** The short name of the storage. */
    public String type() {
        return type;
    }

    @Override
    public String location() {
        return store.location();
    }

    public LtxTree tree() {
        return tree;
    }

    /** All files of a level: {@link #files(int, Txid)} from the first transaction on. */
    public ReplicaIterator<LtxFileInfo> files(int level) throws IOException {
        return list(level, "");
    }

    /**
     * The files of a level that begin with some transaction or a later one, from one listing of its folder, page by page as it
     * is read. Objects of other names are passed over.
     *
     * @param level from 0 to 9
     * @return ascending by their first transaction, then by their last; empty if there are none. To be closed
     */
    public ReplicaIterator<LtxFileInfo> files(int level, Txid from) throws IOException {
        // The names of all files that begin with it are longer than its number, and so come after it.
        return list(level, tree.levelFolder(level) + from);
    }

    private ReplicaIterator<LtxFileInfo> list(int level, String startAfter) throws IOException {
        return new Files(store.list(tree.levelFolder(level), startAfter), level);
    }

    /**
     * A file's bytes, in the version that was listed. To be closed.
     *
     * @throws ObjectMissingException if it is gone
     * @throws dev.tailrace.error.ObjectChangedException if it was replaced
     */
    public ObjectStream openFile(LtxFileInfo file) throws IOException {
        return openRange(file.object(), 0, Long.MAX_VALUE);
    }

    @Override
    public ObjectStream openRange(ObjectInfo object, long from, long to) throws IOException {
        return store.open(object, from, to);
    }

    @Override
    public int concurrentReads() {
        return store.concurrentReads();
    }

    /**
     * A file by its place, in the version that is there now.
     *
     * @param level from 0 to 9
     * @throws ObjectMissingException if there is none
     */
    public LtxFileInfo file(int level, Txid minTxid, Txid maxTxid) throws IOException {
        LtxFileName name = new LtxFileName(minTxid.value(), maxTxid.value());
        String key = tree.key(level, name);
        ObjectInfo object = store.stat(key).orElseThrow(() -> new ObjectMissingException(key, store.location(), null));
        return new LtxFileInfo(tree, level, name, object);
    }

    /**
     * Stores a file whole or not at all, in place of one of the same name.
     *
     * @param level from 0 to 9
     * @param source the file; its header is not looked at
     * @param options a recorded time, which Litestream takes from the header, and what must hold of the object of that name
     * @return with size, times and version as the store tells them
     * @throws dev.tailrace.error.ObjectChangedException if the options' condition does not hold
     */
    public LtxFileInfo writeFile(int level, Txid minTxid, Txid maxTxid, ObjectSource source, PutOptions options)
            throws IOException {
        LtxFileName name = new LtxFileName(minTxid.value(), maxTxid.value());
        return new LtxFileInfo(tree, level, name, store.put(tree.key(level, name), source, options));
    }

    /**
     * Deletes files in batches, in the order given. Absent ones are no error.
     *
     * @throws IOException if some could not be deleted; its message names keys that are left. Deleting stops there, and can
     *     be repeated
     */
    public void deleteFiles(Collection<LtxFileInfo> files) throws IOException {
        List<String> keys = files.stream().map(LtxFileInfo::key).toList();
        new BatchedDeletion(store, keys.size() + " LTX files").add(keys).run();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    /** The LTX files among the objects of a level's folder. */
    private final class Files implements ReplicaIterator<LtxFileInfo> {

        private final ObjectIterator objects;
        private final int level;
        private @Nullable LtxFileInfo next;

        Files(ObjectIterator objects, int level) {
            this.objects = objects;
            this.level = level;
        }

        @Override
        public boolean hasNext() throws IOException {
            while (next == null && objects.hasNext()) {
                Optional<LtxFileInfo> file = LtxFileInfo.of(tree, level, objects.next());
                next = file.orElse(null);
            }
            return next != null;
        }

        @Override
        public LtxFileInfo next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException("no more LTX files at level " + level);
            }
            LtxFileInfo file = requireNonNull(next);
            next = null;
            return file;
        }

        @Override
        public void close() throws IOException {
            objects.close();
        }
    }
}
