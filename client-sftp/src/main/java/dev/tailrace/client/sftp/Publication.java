// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.PutOptions.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Gives a finished temp file its name, if the condition for that holds. */
final class Publication {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
    private static final long LOCK_POLL_MILLIS = 20;

    private final Root root;
    private final Connections connections;
    private final ReentrantLock conditional = new ReentrantLock();

    Publication(Root root, Connections connections) {
        this.root = root;
        this.connections = connections;
    }

    /** Fails if the condition does not hold for what is there. */
    void requireHolds(String key, Condition condition, Optional<Attributes> found) throws ObjectChangedException {
        Optional<String> there = found.map(FileVersion::of);
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

    /** Renames or links the file. */
    void publish(TempFile file, String key, Condition condition) throws IOException {
        try {
            if (condition instanceof Condition.Absent) {
                create(file, key);
            } else if (condition instanceof Condition.Version) {
                replaceVersion(file, key, condition);
            } else {
                replace(file, key);
            }
        } catch (Refusal e) {
            if (isFolder(file.files(), key)) {
                throw new StoreAccessException(
                        "cannot store " + key + " in " + root.location() + ": a folder has that name; remove it",
                        root.location(),
                        e);
            }
            throw e;
        }
    }

    private void create(TempFile file, String key) throws IOException {
        RemoteFiles files = file.files();
        String target = root.path(key);
        try {
            if (files.canLink()) {
                try {
                    files.link(file.path(), target).await();
                    return;
                } catch (Refusal e) {
                    if (e.isMissing() || e.isDenied() || isThere(files, target)) {
                        throw e;
                    }
                    // A file system without hard links.
                }
            }
            // By the protocol's own word, this fails if the name is taken.
            files.rename(file.path(), target).await();
            file.renamed();
        } catch (Refusal e) {
            if (isThere(files, target) && !isFolder(files, key)) {
                throw changed(key, "no object", "one of that key");
            }
            throw e;
        }
    }

    private void replace(TempFile file, String key) throws IOException {
        RemoteFiles files = file.files();
        String target = root.path(key);
        if (files.canReplace()) {
            files.replace(file.path(), target).await();
        } else {
            try {
                files.rename(file.path(), target).await();
            } catch (Refusal e) {
                // Nothing better is left with such a server: for a moment there is no object.
                files.remove(target).await();
                files.rename(file.path(), target).await();
            }
        }
        file.renamed();
    }

    /** SFTP has no such step: check and rename are done while a file beside the object says that it is being replaced. */
    private void replaceVersion(TempFile file, String key, Condition condition) throws IOException {
        UUID hash = UUID.nameUUIDFromBytes(ObjectKeys.nameOf(key).getBytes(StandardCharsets.UTF_8));
        String lock = root.path(ObjectKeys.folderOf(key) + ObjectKeys.ownName(hash.getMostSignificantBits(), "lock"));
        RemoteFiles files = file.files();
        conditional.lock();
        try {
            lock(files, lock, key);
            try {
                requireHolds(key, condition, root.find(files, key));
                replace(file, key);
            } finally {
                files.remove(lock).await();
                connections.forgetTemporary(lock);
            }
        } finally {
            conditional.unlock();
        }
    }

    private void lock(RemoteFiles files, String lock, String key) throws IOException {
        long start = System.nanoTime();
        while (true) {
            connections.requireGoingOn();
            try {
                SftpStream.release(files, files.create(lock).await());
                connections.addTemporary(lock);
                return;
            } catch (Refusal e) {
                if (e.isDenied() || e.isMissing()) {
                    throw e;
                }
            }
            if (System.nanoTime() - start > LOCK_TIMEOUT.toNanos()) {
                throw new StoreUnavailableException(
                        "cannot store " + key + " in " + root.location() + ": another writer has locked it for "
                                + LOCK_TIMEOUT.toSeconds() + " s; if there is none any more, remove " + lock,
                        root.location(),
                        null);
            }
            try {
                Thread.sleep(LOCK_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isFolder(RemoteFiles files, String key) throws IOException {
        try {
            return files.attributesOfLink(root.path(key)).await().isFolder();
        } catch (Refusal e) {
            return false;
        }
    }

    private static boolean isThere(RemoteFiles files, String path) throws IOException {
        try {
            files.attributesOfLink(path).await();
            return true;
        } catch (Refusal e) {
            return false;
        }
    }

    private ObjectChangedException changed(String key, String expected, String found) {
        return new ObjectChangedException(key, expected, found, root.location(), null);
    }
}
