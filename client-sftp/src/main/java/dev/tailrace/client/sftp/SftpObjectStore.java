// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The files of a folder on an SFTP server.
 *
 * <p><b>Keys.</b> Elements are file names, as UTF-8. A key with an element that is empty, {@code .} or {@code ..}, that holds a
 * backslash or a zero, or that has the form of this store's temporary files, is an {@link IllegalArgumentException}, as is such
 * a folder in a prefix. Symbolic links are followed as long as they lead to something in the root's folder; a call for a key
 * that leads out fails with {@link dev.tailrace.error.StoreAccessException}, and listings pass over it, as they do over
 * devices, pipes, and names that are not UTF-8.
 *
 * <p><b>Version</b> is size and modification time in seconds, which is all that the protocol tells. {@link #put} without a
 * recorded time sets the present one, or one second after that of the object it replaces where the two versions would be the
 * same; two puts with one recorded time and one size are one version. A file that is overwritten in place while being read is
 * noticed by the same means. One that was deleted or replaced meanwhile is read to its end.
 *
 * <p><b>Writing.</b> A put goes to a file {@code tailrace-*.tmp} in the same folder, which is synced where the server can, and
 * renamed by {@code posix-rename@openssh.com}. On a server without that extension an object is deleted before it is replaced.
 * A lost connection can leave such a file behind; it is never listed. Files have mode 0600, new folders 0700. Recorded times
 * are kept to the second, from 1970 to 2106. Exceptions of the source come out as they are.
 *
 * <p><b>Conditions.</b> "If absent" is one atomic step (a hard link, or a rename that does not replace) for all writers. "If
 * version" is check and rename under a lock: a file {@code tailrace-*.lock} beside the object, for all writers with this
 * condition. A writer without condition, or a delete, can come between check and rename, and is then overwritten. Who dies in
 * that moment leaves the lock; the next one's failure names it.
 */
final class SftpObjectStore implements ObjectStore {

    private static final long LATEST = 0xffff_ffffL;

    private final String location;
    private final Root root;
    private final Connections connections;
    private final Publication publication;

    /** @param path absolute, or below the login folder; it need not exist */
    SftpObjectStore(Login login, String path, String location) {
        this.location = location;
        root = new Root(path, location);
        connections = new Connections(login, location);
        publication = new Publication(root, connections);
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        connections.requireOpen();
        ObjectKeys.requireFolder(ObjectKeys.folderOf(prefix));
        return new SftpListing(root, connections, prefix, startAfter);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        connections.requireOpen();
        ObjectKeys.requireFolder(prefix);
        try {
            return BriefRetries.of(connections, () -> folders(prefix));
        } catch (IOException e) {
            throw typed("cannot list \"" + prefix + "\" in " + location, e);
        }
    }

    private List<String> folders(String prefix) throws IOException {
        RemoteFiles files = connections.files();
        Optional<String> real = root.inside(files, root.path(prefix)).await();
        ListingBudget budget = ListingBudget.below(prefix, location);
        Optional<List<FolderReader.Entry>> entries = real.isEmpty()
                ? Optional.empty()
                : new FolderReader(root, connections).read(real.get(), name -> true, budget);
        if (entries.isEmpty()) {
            root.requireThinkable(files);
            return List.of();
        }
        return entries.get().stream()
                .filter(FolderReader.Entry::isFolder)
                .map(entry -> entry.name().substring(0, entry.name().length() - 1))
                .sorted(KeyOrder.BY_UTF8)
                .toList();
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        connections.requireOpen();
        ObjectKeys.requireKey(key);
        return find(key, "look up").map(found -> FileVersion.info(key, found));
    }

    private Optional<Attributes> find(String key, String verb) throws TailraceException {
        try {
            return BriefRetries.of(connections, () -> root.find(connections.files(), key));
        } catch (IOException e) {
            throw typed("cannot " + verb + " " + key + " in " + location, e);
        }
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        connections.requireOpen();
        ObjectKeys.requireKey(read.key());
        try {
            RemoteFiles files = connections.files();
            // Who names a version has seen a file there; anybody else may have named a pipe, which must not be opened.
            if (read.version().isEmpty() && root.find(files, read.key()).isEmpty()) {
                throw new ObjectMissingException(read.key(), location, null);
            }
            return open(files, read);
        } catch (Refusal e) {
            if (e.isMissing()) {
                throw new ObjectMissingException(read.key(), location, e);
            }
            throw typed("cannot open " + read.key() + " in " + location, e);
        } catch (IOException e) {
            throw typed("cannot open " + read.key() + " in " + location, e);
        }
    }

    private ObjectStream open(RemoteFiles files, ObjectRead read) throws IOException {
        String path = root.path(read.key());
        Root.Inside inside = root.inside(files, path);
        byte[] handle = files.open(path).await();
        boolean opened = false;
        try {
            Answer<Attributes> asked = files.attributes(handle);
            // Together with the first bytes, which for most objects are all.
            Optional<SftpStream.Piece> first = read.from() == read.to()
                    ? Optional.empty()
                    : Optional.of(SftpStream.Piece.ask(files, handle, read.from(), read.to() - read.from()));
            inside.await();
            Attributes attributes = asked.await();
            if (attributes.isFolder()) {
                throw new ObjectMissingException(read.key(), location, null);
            }
            ObjectInfo info = FileVersion.info(read.key(), attributes);
            if (read.version().isPresent() && !read.version().equals(info.version())) {
                throw new ObjectChangedException(
                        read.key(),
                        "version " + read.version().get(),
                        "version " + info.version().orElseThrow(),
                        location,
                        null);
            }
            SftpStream stream =
                    new SftpStream(connections, location, files, handle, info, read.from(), read.to(), first);
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                SftpStream.release(files, handle);
            }
        }
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        connections.requireOpen();
        ObjectKeys.requireKey(key);
        Optional<Attributes> there = find(key, "store");
        publication.requireHolds(key, options.condition(), there);
        boolean published = false;
        try (TempFile file = newFile(key)) {
            ObjectInfo info = file.write(key, source, modified(options, source.size(), there));
            publish(file, key, options.condition());
            published = true;
            return info;
        } finally {
            if (!published && !Thread.currentThread().isInterrupted()) {
                new Folders(root).prune(connections, ObjectKeys.folderOf(key));
            }
        }
    }

    /** The time of an object that is stored: as recorded, else now; or later, for its version to be another. */
    private static long modified(PutOptions options, long size, Optional<Attributes> replaced) {
        long wanted = options.recordedAt().orElseGet(Instant::now).getEpochSecond();
        long kept = Math.max(0, Math.min(LATEST, wanted));
        boolean same = options.recordedAt().isEmpty()
                && replaced.map(old -> old.size() == size && old.modified() >= kept && old.modified() < LATEST)
                        .orElse(false);
        return same ? replaced.orElseThrow().modified() + 1 : kept;
    }

    private TempFile newFile(String key) throws TailraceException {
        try {
            return BriefRetries.of(connections, () -> TempFile.create(root, connections, key));
        } catch (IOException e) {
            throw typed("cannot store " + key + " in " + location, e);
        }
    }

    private void publish(TempFile file, String key, PutOptions.Condition condition) throws TailraceException {
        try {
            connections.requireOpen();
            publication.publish(file, key, condition);
        } catch (IOException e) {
            throw typed("cannot store " + key + " in " + location, e);
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        connections.requireOpen();
        keys.forEach(ObjectKeys::requireKey);
        new Deletion(root, connections).run(keys);
    }

    /** Litestream 0.3 writes straight into the file that it uploads. */
    @Override
    public boolean showsUnfinishedObjects() {
        return true;
    }

    @Override
    public String location() {
        return location;
    }

    /** Later calls, and reads of streams that are open, fail with {@link dev.tailrace.error.StoreAccessException}. */
    @Override
    public void close() {
        connections.close();
    }

    private TailraceException typed(String action, IOException failure) throws TailraceException {
        connections.requireOpen();
        return SftpFailures.typed(action, failure, location);
    }
}
