// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

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
import dev.tailrace.store.ReplicaUrl;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files of a folder.
 *
 * <p><b>Keys.</b> Elements are file names. A key with an element that is empty, {@code .} or {@code ..}, or that holds a
 * backslash or a zero, is an {@link IllegalArgumentException}, as is such a folder in a prefix. Symbolic links are followed as
 * long as they lead to something in the root's folder; a call for a key that leads out fails with
 * {@link dev.tailrace.error.StoreAccessException}, and listings pass over it. They also pass over devices, pipes, and names
 * that are not text in this system's encoding. A key longer than the file system allows fails as the system says it.
 *
 * <p><b>Version</b> is size and modification time in nanoseconds. Two contents of the same size that were written at the
 * same time are one version; {@link #put} without a recorded time sets the present one, as finely as the clock goes. A
 * file that is overwritten in place while being read is noticed by the same means.
 *
 * <p><b>Writing.</b> A put goes to a file {@code tailrace-*.tmp} in the same folder, which is synced and renamed; then the
 * folder is synced, as are those above new folders. A crash can leave such a file behind; listings show it, as they do
 * Litestream's own. Files have mode 0600, new folders 0700. Exceptions of the source come out as they are.
 *
 * <p><b>Conditions.</b> "If absent" is one atomic step (a hard link) for all writers on all machines that share the file
 * system; where there are no hard links the name is created first and the content renamed over it, so that readers may see
 * an empty object for a moment, and after a crash in that moment for good, but still only one writer wins. "If version" is
 * check and rename under a lock: of two writers with this condition only one wins, in this virtual machine as well as in
 * another process, as long as the file system has POSIX locks that hold between processes, and the other process's own
 * reads of the object do not drop them by closing it. A writer without condition, or a delete, can come between check and
 * rename, and is then overwritten.
 */
final class FileObjectStore implements ObjectStore {

    private static final int OPEN_ATTEMPTS = 5;

    private final String location;
    private final Root root;
    private final OpenState state;
    private final Folders folders;
    private final Publication publication;

    /** The store of a folder, which need not exist. */
    FileObjectStore(Path folder) {
        this(folder, Files::createLink);
    }

    FileObjectStore(Path folder, Publication.Linker linker) {
        location = ReplicaUrl.ofFolder(folder).toString();
        root = new Root(folder, location);
        state = new OpenState(location);
        folders = new Folders(root);
        publication = new Publication(root, state, linker);
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        state.requireOpen();
        ObjectKeys.requireFolder(ObjectKeys.folderOf(prefix));
        return new FileListing(root, state, prefix, startAfter);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        state.requireOpen();
        ObjectKeys.requireFolder(prefix);
        Optional<Path> folder = root.folder(prefix);
        if (folder.isEmpty()) {
            return List.of();
        }
        ListingBudget budget = ListingBudget.below(prefix, location);
        return new FolderReader(root, state)
                .read(folder.get(), name -> true, budget).stream()
                        .filter(FolderReader.Entry::isFolder)
                        .map(entry -> entry.name().substring(0, entry.name().length() - 1))
                        .sorted(KeyOrder.BY_UTF8)
                        .toList();
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        state.requireOpen();
        ObjectKeys.requireKey(key);
        return root.find(key).map(found -> FileVersion.info(key, found.attributes()));
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        state.requireOpen();
        String key = read.key();
        ObjectKeys.requireKey(key);
        for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
            Root.Found found = root.find(key).orElseThrow(() -> new ObjectMissingException(key, location, null));
            requireVersion(read, found.attributes());
            Optional<ObjectStream> stream = open(read, found);
            if (stream.isPresent()) {
                return stream.get();
            }
        }
        throw new ObjectChangedException(key, "a file at rest", "one that changes while it is opened", location, null);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        state.requireOpen();
        ObjectKeys.requireKey(key);
        publication.requireHolds(key, options.condition());
        boolean published = false;
        try (TempFile file = newFile(key)) {
            ObjectInfo info = file.write(key, source, options.recordedAt().orElseGet(Instant::now));
            publish(file, key, options.condition());
            published = true;
            return info;
        } finally {
            if (!published) {
                folders.prune(ObjectKeys.folderOf(key));
            }
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        state.requireOpen();
        keys.forEach(ObjectKeys::requireKey);
        new Deletion(root).run(keys, folders, state);
    }

    /** The workers' own reads keep a disk busy; reading ahead would only copy the bytes once more. */
    @Override
    public int concurrentReads() {
        return 1;
    }

    @Override
    public String location() {
        return location;
    }

    /** Later calls, and reads of streams that are open, fail with {@link dev.tailrace.error.StoreAccessException}. */
    @Override
    public void close() throws IOException {
        state.close();
    }

    // Empty if the file was exchanged between looking at it and opening it.
    private Optional<ObjectStream> open(ObjectRead read, Root.Found found) throws IOException {
        BasicFileAttributes before = found.attributes();
        FileChannel channel = null;
        FileStream stream = null;
        try {
            channel = FileChannel.open(found.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            BasicFileAttributes after = Root.attributes(found.path());
            if (channel.size() == before.size()
                    && FileVersion.of(after).equals(FileVersion.of(before))
                    && Objects.equals(after.fileKey(), before.fileKey())) {
                ObjectInfo info = FileVersion.info(read.key(), before);
                FileStream opened =
                        new FileStream(state, location, found.path(), channel, info, read.from(), read.to());
                state.add(opened);
                stream = opened;
            }
            return Optional.ofNullable(stream);
        } catch (NoSuchFileException e) {
            root.forget();
            throw new ObjectMissingException(read.key(), location, e);
        } catch (IOException e) {
            throw FileFailures.typed("cannot open " + read.key() + " in " + location, e, location);
        } finally {
            if (stream == null && channel != null) {
                channel.close();
            }
        }
    }

    private void requireVersion(ObjectRead read, BasicFileAttributes attributes) throws ObjectChangedException {
        String version = FileVersion.of(attributes);
        if (read.version().isPresent() && !read.version().get().equals(version)) {
            throw new ObjectChangedException(
                    read.key(), "version " + read.version().get(), "version " + version, location, null);
        }
    }

    private TempFile newFile(String key) throws TailraceException {
        try {
            return TempFile.create(root, folders, state, key);
        } catch (IOException e) {
            throw cannotStore(key, e);
        }
    }

    private void publish(TempFile file, String key, PutOptions.Condition condition) throws TailraceException {
        try {
            publication.publish(file, key, condition);
            file.close();
            Folders.sync(file.folder());
        } catch (IOException e) {
            throw cannotStore(key, e);
        }
    }

    private TailraceException cannotStore(String key, IOException cause) {
        return FileFailures.typed("cannot store " + key + " in " + location, cause, location);
    }
}
