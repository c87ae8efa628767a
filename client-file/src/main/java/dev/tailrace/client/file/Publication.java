// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.PutOptions.Condition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Gives a finished temp file its name, if the condition for that holds. */
final class Publication {

    /** Makes a second name for a file. */
    interface Linker {

        /** Fails with {@link FileAlreadyExistsException} if there is something of that name. */
        void link(Path name, Path existing) throws IOException;
    }

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    private final Root root;
    private final OpenState state;
    private final Linker linker;
    private final ReentrantLock conditional = new ReentrantLock();

    Publication(Root root, OpenState state, Linker linker) {
        this.root = root;
        this.state = state;
        this.linker = linker;
    }

    /** Fails if the condition does not hold already, before anything is written. */
    void requireHolds(String key, Condition condition) throws TailraceException {
        if (condition instanceof Condition.Always) {
            return;
        }
        Optional<String> there = root.find(key).map(found -> FileVersion.of(found.attributes()));
        if (condition instanceof Condition.Absent && there.isPresent()) {
            throw changed(key, "no object", "version " + there.get());
        }
        if (condition instanceof Condition.Version wanted && !there.equals(Optional.of(wanted.version()))) {
            throw changed(
                    key,
                    "version " + wanted.version(),
                    there.map(version -> "version " + version).orElse("no object"));
        }
    }

    /** Renames or links the file; the folder is not yet synced. */
    void publish(TempFile file, String key, Condition condition) throws IOException {
        Path target = root.child(file.folder(), ObjectKeys.nameOf(key));
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreAccessException(
                    "cannot store " + key + " in " + root.location() + ": a folder has that name; remove it",
                    root.location(),
                    null);
        }
        if (condition instanceof Condition.Absent) {
            create(file.path(), target, key);
        } else if (condition instanceof Condition.Version) {
            replace(file.path(), target, key, condition);
        } else {
            rename(file.path(), target);
        }
    }

    private void create(Path temp, Path target, String key) throws IOException {
        try {
            linker.link(target, temp);
        } catch (FileAlreadyExistsException e) {
            throw changed(key, "no object", "one of that key");
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            // No hard links here (FAT, some network file systems). Readers may see an empty file for a moment.
            createByName(temp, target, key);
        }
    }

    private void createByName(Path temp, Path target, String key) throws IOException {
        try {
            Files.createFile(target, Folders.permissions("rw-------"));
        } catch (FileAlreadyExistsException e) {
            throw changed(key, "no object", "one of that key");
        }
        try {
            rename(temp, target);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private void replace(Path temp, Path target, String key, Condition condition) throws IOException {
        conditional.lock();
        try (FileChannel held = FileChannel.open(target, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            // Whoever waits here for a file that is replaced meanwhile sees another version afterwards.
            lock(held, key);
            requireHolds(key, condition);
            rename(temp, target);
        } catch (NoSuchFileException e) {
            requireHolds(key, condition);
            throw e;
        } finally {
            conditional.unlock();
        }
    }

    private void lock(FileChannel held, String key) throws IOException {
        long start = System.nanoTime();
        while (!tryLock(held)) {
            state.requireGoingOn();
            if (System.nanoTime() - start > LOCK_TIMEOUT.toNanos()) {
                throw new StoreUnavailableException(
                        "cannot store " + key + " in " + root.location() + ": another process has locked it for "
                                + LOCK_TIMEOUT.toSeconds() + " s",
                        root.location(),
                        null);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean tryLock(FileChannel held) throws IOException {
        try {
            return held.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another store of this virtual machine has it.
            return false;
        }
    }

    private static void rename(Path temp, Path target) throws IOException {
        Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private ObjectChangedException changed(String key, String expected, String found) {
        return new ObjectChangedException(key, expected, found, root.location(), null);
    }
}
