// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.util.Optional;

/** Makes the folders that objects need, for their owner only, and removes those that became empty. */
final class Folders {

    private static final System.Logger LOGGER = System.getLogger(Folders.class.getName());

    private final Root root;

    Folders(Root root) {
        this.root = root;
    }

    /**
     * Makes a folder and those above it, where they are not there.
     *
     * @param folderKey empty, or with a slash at its end
     */
    void make(RemoteFiles files, String folderKey) throws IOException {
        if (folderKey.isEmpty()) {
            makeWithParents(files, root.path());
            return;
        }
        String path = root.path(folderKey);
        Root.Inside inside = root.inside(files, path);
        Optional<Attributes> there = attributes(files, path);
        inside.await();
        if (there.isEmpty()) {
            make(files, ObjectKeys.folderOf(folderKey.substring(0, folderKey.length() - 1)));
            makeOne(files, path);
        } else if (!there.get().isFolder()) {
            throw root.notFolder(path);
        }
    }

    private void makeWithParents(RemoteFiles files, String path) throws IOException {
        Optional<Attributes> there = attributes(files, path);
        if (there.isEmpty()) {
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                makeWithParents(files, path.substring(0, slash));
            }
            makeOne(files, path);
        } else if (!there.get().isFolder()) {
            throw root.notFolder(path);
        }
    }

    private void makeOne(RemoteFiles files, String path) throws IOException {
        try {
            files.makeFolder(path).await();
        } catch (Refusal e) {
            // Somebody else may have been faster. If nobody was, what fails is what needs the folder.
            if (e.isMissing()
                    || !attributes(files, path).map(Attributes::isFolder).orElse(false)) {
                throw e;
            }
        }
    }

    /** Removes a folder if it is empty, then those above it, up to the root, which is left. Best effort. */
    void prune(Connections connections, String folderKey) {
        String key = folderKey;
        try {
            while (!key.isEmpty()) {
                RemoteFiles files = connections.files();
                String path = root.path(key);
                if (root.inside(files, path).await().isPresent()
                        && files.attributesOfLink(path).await().isFolder()) {
                    files.removeFolder(path).await();
                }
                key = ObjectKeys.folderOf(key.substring(0, key.length() - 1));
            }
        } catch (IOException e) {
            // Most often it is not empty.
            String left = key;
            LOGGER.log(System.Logger.Level.DEBUG, () -> "folder is left: " + left + " in " + root.location(), e);
        }
    }

    private Optional<Attributes> attributes(RemoteFiles files, String path) throws IOException {
        try {
            return Optional.of(files.attributes(path).await());
        } catch (TailraceException e) {
            throw e;
        } catch (Refusal e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
