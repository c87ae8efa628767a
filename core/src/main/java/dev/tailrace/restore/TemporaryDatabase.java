// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The database while it is being restored: a file beside the target under a name of its own, which becomes the target in
 * one step or disappears.
 *
 * <p>Its name is always the same, so that a run finds what a killed one left; its lock tells a leftover from a run that is
 * still going on. A leftover is never written to, only unlinked: it may be a second name of a database in use, if the run
 * was killed between the two steps of publishing.
 */
final class TemporaryDatabase implements DatabaseOutput, Closeable {

    static final String SUFFIX = ".tailrace-tmp";

    private static final int ATTEMPTS = 20;

    /** Larger than needed against chance, and small enough for file systems that fill holes with zeros. */
    private static final int MAX_TOKEN = 1 << 20;

    /**
     * The files that restores of this process hold. They must not be opened a second time, not even to find them locked:
     * closing any descriptor of a file drops all locks that the process has on it (POSIX). It guards the steps from making
     * or finding a file to knowing whose it is, too.
     */
    private static final Set<Object> HELD = new HashSet<>();

    private final Disk disk;
    private final TargetFile target;
    private final Path path;
    private final Disk.DiskFile file;
    private final @Nullable Object identity;
    private final List<Path> foldersMade;
    private final Set<PosixFilePermission> permissions;
    private boolean published;

    private TemporaryDatabase(
            Disk disk,
            TargetFile target,
            Path path,
            Disk.DiskFile file,
            @Nullable Object identity,
            List<Path> foldersMade,
            Set<PosixFilePermission> permissions) {
        this.disk = disk;
        this.target = target;
        this.path = path;
        this.file = file;
        this.identity = identity;
        this.foldersMade = foldersMade;
        this.permissions = permissions;
    }

    /**
     * Makes the file, and the folders above it that are missing.
     *
     * @throws RestoreTargetException if that is not possible, or another restore to the same target is going on
     */
    static TemporaryDatabase create(Disk disk, TargetFile target, Set<PosixFilePermission> permissions)
            throws TailraceException {
        Path path = target.beside(SUFFIX);
        List<Path> made = List.of();
        try {
            made = disk.createFolders(target.folder());
            for (int i = 0; i < ATTEMPTS; i++) {
                synchronized (HELD) {
                    TemporaryDatabase created = tryCreate(disk, target, path, made, permissions);
                    if (created != null) {
                        return created;
                    }
                    removeLeftover(disk, target, path);
                }
            }
            throw busy(target, path);
        } catch (IOException e) {
            TailraceException failure = target.failed("write", e);
            removeFolders(disk, made, failure);
            throw failure;
        }
    }

    private static @Nullable TemporaryDatabase tryCreate(
            Disk disk, TargetFile target, Path path, List<Path> made, Set<PosixFilePermission> permissions)
            throws IOException {
        Disk.DiskFile file;
        try {
            file = disk.create(path, permissions);
        } catch (FileAlreadyExistsException e) {
            return null;
        }
        try {
            if (file.tryLock()) {
                // Is it still the file of that name? A size that nobody guesses tells, without a second
                // descriptor, whose closing would drop the lock.
                long token = ThreadLocalRandom.current().nextLong(1, MAX_TOKEN);
                file.write(ByteBuffer.allocate(1), token - 1);
                Optional<Disk.Entry> entry = disk.entry(path);
                if (entry.isPresent() && entry.get().size() == token) {
                    file.truncate(0);
                    Object identity = entry.get().identity();
                    if (identity != null) {
                        HELD.add(identity);
                    }
                    return new TemporaryDatabase(disk, target, path, file, identity, made, permissions);
                }
            }
        } catch (IOException | RuntimeException e) {
            discard(disk, path, file, e);
            throw e;
        }
        // Somebody else took the new file for a leftover, and has removed it or is about to.
        file.close();
        return null;
    }

    private static void discard(Disk disk, Path path, Disk.DiskFile file, Exception failure) {
        try (file) {
            disk.delete(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void removeLeftover(Disk disk, TargetFile target, Path path) throws IOException {
        Optional<Disk.Entry> before = disk.entry(path);
        if (before.isEmpty()) {
            return;
        }
        if (!before.get().isRegularFile()) {
            throw new RestoreTargetException(
                    "the temporary file's name is taken by something that is no file: " + path + "; move it away",
                    null);
        }
        if (HELD.contains(before.get().identity())) {
            throw busy(target, path);
        }
        if (disk.hasOtherNames(path)) {
            // Its run was killed between the two steps of publishing: it is a database in use, whose locks the closing
            // of
            // a descriptor would drop.
            disk.delete(path);
            return;
        }
        try (Disk.DiskFile leftover = disk.openExisting(path)) {
            if (!leftover.tryLock()) {
                throw busy(target, path);
            }
            Optional<Disk.Entry> now = disk.entry(path);
            if (now.isPresent()
                    && Objects.equals(now.get().identity(), before.get().identity())) {
                disk.delete(path);
            }
        } catch (NoSuchFileException e) {
            // Its run has just ended and removed it.
        }
    }

    /**
     * Ends what a run left that was killed between the two steps of publishing: the database has a second name then. It is
     * never opened, since it may be in use.
     */
    static void removeSecondName(Disk disk, TargetFile target) throws TailraceException {
        Path path = target.beside(SUFFIX);
        try {
            Optional<Object> second = disk.entry(path).map(Disk.Entry::identity);
            if (second.isPresent() && second.equals(disk.entry(target.path()).map(Disk.Entry::identity))) {
                disk.delete(path);
            }
        } catch (IOException e) {
            throw target.failed("tidy up beside", e);
        }
    }

    private static RestoreTargetException busy(TargetFile target, Path path) {
        return new RestoreTargetException(
                "another restore to " + target.path() + " is going on, it holds " + path + "; wait for it, or end it",
                null);
    }

    /** Where the file is until it is published. */
    Path path() {
        return path;
    }

    /**
     * Writes bytes of the database.
     *
     * @throws RestoreTargetException if the disk is full or refuses
     */
    @Override
    public void write(ByteBuffer bytes, long position) throws TailraceException {
        try {
            file.write(bytes, position);
        } catch (IOException e) {
            throw target.failed("write", e);
        }
    }

    @Override
    public boolean read(ByteBuffer bytes, long position) throws TailraceException {
        try {
            file.read(bytes, position);
            while (bytes.hasRemaining()) {
                bytes.put((byte) 0);
            }
            return true;
        } catch (IOException e) {
            throw target.failed("read back", e);
        }
    }

    /** Gives the file its final size and makes it durable. */
    @Override
    public void complete(long size) throws TailraceException {
        try {
            if (file.size() < size) {
                file.write(ByteBuffer.allocate(1), size - 1);
            } else if (file.size() > size) {
                file.truncate(size);
            }
            file.force();
        } catch (IOException e) {
            throw target.failed("write", e);
        }
    }

    /**
     * Puts the completed file in the target's place in one step, and makes that durable.
     *
     * @throws RestoreTargetException if something has come into its place meanwhile; it stays as it is
     */
    void publish() throws TailraceException {
        try {
            boolean emptyFileThere = target.check();
            checkIdentity();
            if (target.replaces()) {
                target.replaceBy(path);
                published = true;
            } else {
                if (emptyFileThere) {
                    disk.rename(path, target.path());
                } else {
                    linkOrRename();
                }
                published = true;
                disk.syncFolder(target.folder());
            }
            for (Path folder : foldersMade) {
                // Its own name is to last as well.
                disk.syncFolder(Objects.requireNonNull(folder.getParent()));
            }
        } catch (IOException e) {
            TailraceException failure = target.failed("put in place", e);
            withdraw(failure);
            throw failure;
        }
    }

    private void checkIdentity() throws IOException {
        Optional<Disk.Entry> entry = disk.entry(path);
        if (entry.isEmpty() || !Objects.equals(entry.get().identity(), identity)) {
            throw new RestoreTargetException("the temporary file was taken away: " + path + "; restore again", null);
        }
    }

    private void linkOrRename() throws IOException {
        try {
            disk.link(target.path(), path);
        } catch (FileAlreadyExistsException e) {
            throw target.exists(e);
        } catch (FileSystemException | UnsupportedOperationException e) {
            renameOverOwnPlaceholder();
            return;
        }
        published = true;
        disk.delete(path);
    }

    /** For file systems without links: an empty file that we made ourselves holds the place until the rename. */
    private void renameOverOwnPlaceholder() throws IOException {
        Disk.DiskFile placeholder;
        try {
            placeholder = disk.create(target.path(), permissions);
        } catch (FileAlreadyExistsException e) {
            throw target.exists(e);
        }
        try {
            placeholder.close();
            disk.rename(path, target.path());
        } catch (IOException e) {
            discard(disk, target.path(), placeholder, e);
            throw e;
        }
    }

    /** After a failure behind the step that published: what is not known to last is taken back. */
    private void withdraw(TailraceException failure) {
        if (!published) {
            return;
        }
        published = false;
        try {
            Optional<Disk.Entry> entry = disk.entry(target.path());
            if (entry.isPresent() && Objects.equals(entry.get().identity(), identity)) {
                disk.delete(target.path());
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Removes the file unless it was published; a failure of that is the caller's to add to the one that led here. */
    @Override
    public void close() throws IOException {
        if (published) {
            try (file) {
                release();
            } catch (IOException e) {
                // It is in its place and durable: nothing that closing says can change that.
            }
            return;
        }
        try (file) {
            Optional<Disk.Entry> entry = disk.entry(path);
            if (entry.isPresent() && Objects.equals(entry.get().identity(), identity)) {
                disk.delete(path);
            }
        } finally {
            release();
        }
        removeFolders(disk, foldersMade, null);
    }

    private void release() {
        synchronized (HELD) {
            HELD.remove(identity);
        }
    }

    private static void removeFolders(Disk disk, List<Path> made, @Nullable Exception failure) {
        List<Path> innermostFirst = new ArrayList<>(made);
        Collections.reverse(innermostFirst);
        try {
            for (Path folder : innermostFirst) {
                disk.delete(folder);
            }
        } catch (IOException e) {
            // Somebody else has put something into it: then it is theirs.
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }
}
