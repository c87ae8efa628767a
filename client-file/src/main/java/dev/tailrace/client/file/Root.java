// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which file is the object of a key. It lies in the root's folder, also when symbolic links are followed; the root itself
 * may be a link. Paths are looked at before they are used: this keeps out what was put there, not somebody who exchanges a
 * folder for a link in that moment.
 */
final class Root {

    // Long enough for thousands of segments, short enough for what is changed by hand.
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    /** A regular file, with links followed. */
    record Found(Path path, BasicFileAttributes attributes) {}

    private record Checked(String folderKey, Path real, long nanoTime) {}

    private final Path folder;
    private final String location;
    private volatile @Nullable Checked lastChecked;

    Root(Path folder, String location) {
        this.folder = folder;
        this.location = location;
    }

    Path path() {
        return folder;
    }

    String location() {
        return location;
    }

    /** The file of an object, or empty if there is none: nothing, a folder, a device. */
    Optional<Found> find(String key) throws TailraceException {
        String action = "cannot look up " + key + " in " + location;
        Optional<Path> parent = folder(ObjectKeys.folderOf(key));
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        Path path = child(parent.get(), ObjectKeys.nameOf(key));
        try {
            BasicFileAttributes attributes = attributes(path);
            if (attributes.isSymbolicLink()) {
                path = path.toRealPath();
                if (!path.startsWith(folder.toRealPath())) {
                    throw leadsOut(path);
                }
                attributes = attributes(path);
            }
            return attributes.isRegularFile() ? Optional.of(new Found(path, attributes)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFailures.typed(action, e, location);
        }
    }

    /**
     * The real path of a folder, or empty if it does not exist.
     *
     * @param folderKey empty, or with a slash at its end
     */
    Optional<Path> folder(String folderKey) throws TailraceException {
        Checked last = lastChecked;
        long now = System.nanoTime();
        if (last != null && last.folderKey().equals(folderKey) && now - last.nanoTime() < BELIEVED.toNanos()) {
            return Optional.of(last.real());
        }
        Path path = child(folder, folderKey);
        try {
            Path real = path.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw leadsOut(path);
            }
            // Not Files.isDirectory: what cannot be looked at is not nothing.
            if (!attributes(real).isDirectory()) {
                requireRootIsFolder();
                return Optional.empty();
            }
            lastChecked = new Checked(folderKey, real, now);
            return Optional.of(real);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            requireRootIsFolder();
            if (isBelowFile(path)) {
                return Optional.empty();
            }
            throw FileFailures.typed("cannot look up " + path, e, location);
        } catch (IOException e) {
            throw FileFailures.typed("cannot look up " + path, e, location);
        }
    }

    /**
     * The real path of what a name leads to, or empty if that is nothing or lies outside.
     *
     * @param path a name in a folder that is known to be real and inside
     */
    Optional<Path> inside(Path path) throws IOException {
        try {
            if (!attributes(path).isSymbolicLink()) {
                return Optional.of(path);
            }
            Path real = path.toRealPath();
            return real.startsWith(folder.toRealPath()) ? Optional.of(real) : Optional.empty();
        } catch (NoSuchFileException | FileSystemLoopException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (Files.isSymbolicLink(path)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The next look at a folder is a new one. */
    void forget() {
        lastChecked = null;
    }

    /** A name in a folder as a path. */
    Path child(Path parent, String name) throws StoreAccessException {
        try {
            return parent.resolve(name);
        } catch (InvalidPathException e) {
            throw new StoreAccessException(
                    "no file can be called " + name + " in " + location + ": " + e.getReason()
                            + "; where it is a matter of encoding, start Java in a UTF-8 locale (LC_ALL=C.UTF-8)",
                    location,
                    e);
        }
    }

    StoreAccessException leadsOut(Path path) {
        return new StoreAccessException(
                "a symbolic link leads out of " + location + ": " + path + "; put the files into the replica's folder",
                location,
                null);
    }

    StoreAccessException notFolder(Path path) {
        return new StoreAccessException(
                "not a folder: " + path + "; " + location + " must name the folder of a replica", location, null);
    }

    static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private void requireRootIsFolder() throws StoreAccessException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw notFolder(folder);
        }
    }

    // The system's own word for it (ENOTDIR) reaches Java as a translated text only.
    private boolean isBelowFile(Path path) {
        for (Path above = path; above != null && !above.equals(folder); above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }
}
