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
final class TemporaryDatabase implements Closeable {

    static final String SUFFIX = ".tailrace-tmp";

    private static final int ATTEMPTS = 20;
    /** Where the file system gives files none, all are taken to be the same. */
    private static final Object NO_IDENTITY = "";

    private final Disk disk;
    private final TargetFile target;
    private final Path path;
    private final Disk.DiskFile file;
    private final Object identity;
    private final List<Path> foldersMade;
    private final Set<PosixFilePermission> permissions;
    private boolean published;

    private TemporaryDatabase(
            Disk disk,
            TargetFile target,
            Path path,
            Disk.DiskFile file,
            Object identity,
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
                TemporaryDatabase created = tryCreate(disk, target, path, made, permissions);
                if (created != null) {
                    return created;
                }
                removeLeftover(disk, target, path);
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
            // Without the lock somebody else took the new file for a leftover, and is about to remove it.
            Object identity = file.tryLock() ? identityIfOwn(disk, path, file) : null;
            if (identity == null) {
                file.close();
                return null;
            }
            return new TemporaryDatabase(disk, target, path, file, identity, made, permissions);
        } catch (IOException e) {
            try {
                disk.delete(path);
                file.close();
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    /** What tells the file from others if it is still the one of that name; null if it is not. */
    private static @Nullable Object identityIfOwn(Disk disk, Path path, Disk.DiskFile file) throws IOException {
        // A size that nobody guesses tells, without a second descriptor, whose closing would drop the lock.
        long token = ThreadLocalRandom.current().nextLong(1, 1L << 30);
        file.write(ByteBuffer.allocate(1), token - 1);
        Optional<Disk.Entry> entry = disk.entry(path);
        if (entry.isEmpty() || entry.get().size() != token) {
            return null;
        }
        file.truncate(0);
        Object identity = entry.get().identity();
        return identity != null ? identity : NO_IDENTITY;
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
    void write(ByteBuffer bytes, long position) throws TailraceException {
        try {
            file.write(bytes, position);
        } catch (IOException e) {
            throw target.failed("write", e);
        }
    }

    /** Gives the file its final size and makes it durable. */
    void complete(long size) throws TailraceException {
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
                return;
            }
            if (emptyFileThere) {
                disk.rename(path, target.path());
            } else {
                linkOrRename();
            }
            published = true;
            disk.syncFolder(target.folder());
        } catch (IOException e) {
            TailraceException failure = target.failed("put in place", e);
            withdraw(failure);
            throw failure;
        }
    }

    private boolean isOwn(Disk.Entry entry) {
        return identity == NO_IDENTITY || identity.equals(entry.identity());
    }

    private void checkIdentity() throws IOException {
        Optional<Disk.Entry> entry = disk.entry(path);
        if (entry.isEmpty() || !isOwn(entry.get())) {
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
        try {
            disk.create(target.path(), permissions).close();
        } catch (FileAlreadyExistsException e) {
            throw target.exists(e);
        }
        try {
            disk.rename(path, target.path());
        } catch (IOException e) {
            disk.delete(target.path());
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
            if (entry.isPresent() && isOwn(entry.get())) {
                disk.delete(target.path());
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Removes the file unless it was published; a failure of that is the caller's to add to the one that led here. */
    @Override
    public void close() throws IOException {
        try {
            if (!published) {
                Optional<Disk.Entry> entry = disk.entry(path);
                if (entry.isPresent() && isOwn(entry.get())) {
                    disk.delete(path);
                }
            }
        } finally {
            file.close();
        }
        if (!published) {
            removeFolders(disk, foldersMade, null);
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
