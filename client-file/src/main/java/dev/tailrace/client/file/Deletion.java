// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of delete: goes on after a failure and tells at the end what is left. */
final class Deletion {

    private static final int NAMED = 10;

    private final Root root;
    private final List<String> left = new ArrayList<>();
    private @Nullable IOException firstFailure;

    Deletion(Root root) {
        this.root = root;
    }

    void run(Collection<String> keys, Folders folders, OpenState state) throws TailraceException {
        Set<String> emptied = new LinkedHashSet<>();
        for (String key : keys) {
            state.requireGoingOn();
            try {
                delete(key);
                emptied.add(ObjectKeys.folderOf(key));
            } catch (IOException e) {
                left.add(key);
                firstFailure = firstFailure == null ? e : firstFailure;
            }
        }
        emptied.forEach(folders::prune);
        if (firstFailure != null) {
            throw failure(firstFailure, keys.size());
        }
    }

    private void delete(String key) throws IOException {
        Optional<Path> folder = root.folder(ObjectKeys.folderOf(key));
        if (folder.isEmpty()) {
            return;
        }
        Path path = root.child(folder.get(), ObjectKeys.nameOf(key));
        try {
            BasicFileAttributes attributes = Root.attributes(path);
            if (attributes.isSymbolicLink()) {
                // A link to a file inside is deleted as such, its target is another object; find refuses the others.
                if (root.find(key).isPresent()) {
                    Files.deleteIfExists(path);
                }
            } else if (attributes.isRegularFile()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            root.forget();
        }
    }

    private TailraceException failure(IOException cause, int all) {
        String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
        String message = "cannot delete " + left.size() + " of " + all + " objects in " + root.location() + ": "
                + FileFailures.reason(cause) + "; left: "
                + String.join(", ", left.subList(0, Math.min(NAMED, left.size()))) + more;
        return cause instanceof AccessDeniedException || cause instanceof StoreAccessException
                ? new StoreAccessException(message, root.location(), cause)
                : new StoreUnavailableException(message, root.location(), cause);
    }
}
