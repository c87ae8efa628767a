// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes the folders that objects need, durably and for their owner only, and removes those that became empty. */
final class Folders {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Root root;

    Folders(Root root) {
        this.root = root;
    }

    /**
     * The real path of a folder, made if it is not there.
     *
     * @throws NoSuchFileException if it was removed meanwhile
     */
    Path make(String folderKey) throws IOException {
        makeWithParents(root.path());
        Path folder = root.path().toRealPath();
        if (!Root.attributes(folder).isDirectory()) {
            throw root.notFolder(root.path());
        }
        if (folderKey.isEmpty()) {
            return folder;
        }
        for (String name : folderKey.substring(0, folderKey.length() - 1).split("/", -1)) {
            Path child = root.child(folder, name);
            if (!exists(child)) {
                makeOne(child);
            }
            BasicFileAttributes attributes = Root.attributes(child);
            if (attributes.isSymbolicLink()) {
                Path link = child;
                child = root.inside(child).orElseThrow(() -> root.leadsOut(link));
                attributes = Root.attributes(child);
            }
            if (!attributes.isDirectory()) {
                throw root.notFolder(child);
            }
            folder = child;
        }
        return folder;
    }

    /** Removes a folder if it is empty, then those above it, up to the root, which is left. Best effort. */
    void prune(String folderKey) {
        String key = folderKey;
        while (!key.isEmpty()) {
            String name = key.substring(0, key.length() - 1);
            try {
                // The parent is resolved, so that no link leads out; a folder that is a link itself is never removed.
                Path parent = root.folder(ObjectKeys.folderOf(name)).orElse(null);
                if (parent != null) {
                    removeEmpty(root.child(parent, ObjectKeys.nameOf(name)));
                }
            } catch (IOException e) {
                System.getLogger(Folders.class.getName())
                        .log(Level.DEBUG, () -> "folder is left: " + name + " in " + root.location(), e);
                return;
            }
            key = ObjectKeys.folderOf(name);
        }
    }

    /** Makes the names in a folder durable. */
    static void sync(Path folder) throws IOException {
        // Windows has no such call, and needs none.
        if (POSIX) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** The attribute that gives a new file or folder these permissions, where there are permissions. */
    static FileAttribute<?>[] permissions(String permissions) {
        if (!POSIX) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> parsed = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(parsed)};
    }

    private static void removeEmpty(Path folder) throws IOException {
        try {
            if (Root.attributes(folder).isDirectory()) {
                Files.delete(folder);
            }
        } catch (NoSuchFileException e) {
            // Somebody else was faster; the folders above may still be empty.
        }
    }

    private static void makeWithParents(Path folder) throws IOException {
        if (Files.exists(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            makeWithParents(parent);
        }
        makeOne(folder);
    }

    private static void makeOne(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, permissions("rwx------"));
        } catch (FileAlreadyExistsException e) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    private static boolean exists(Path path) throws IOException {
        try {
            Root.attributes(path);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
