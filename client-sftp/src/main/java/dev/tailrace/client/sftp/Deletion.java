// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of delete: goes on after a failure and tells at the end what is left. */
final class Deletion {

    private static final int NAMED = 10;
    private static final int AHEAD = 32;

    private record Asked(String key, RemoteFiles files, Answer<Boolean> removed) {}

    private final Root root;
    private final Connections connections;
    private final Map<String, Boolean> folders = new HashMap<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Set<String> emptied = new LinkedHashSet<>();
    private final List<String> left = new ArrayList<>();
    private @Nullable IOException firstFailure;

    Deletion(Root root, Connections connections) {
        this.root = root;
        this.connections = connections;
    }

    void run(Collection<String> keys) throws TailraceException {
        for (String key : keys) {
            connections.requireGoingOn();
            begin(key);
            if (asked.size() == AHEAD) {
                finish(asked.remove());
            }
        }
        while (!asked.isEmpty()) {
            finish(asked.remove());
        }
        emptied.forEach(folder -> new Folders(root).prune(connections, folder));
        if (firstFailure != null) {
            connections.requireOpen();
            throw failure(firstFailure, keys.size());
        }
    }

    private void begin(String key) {
        try {
            String folder = ObjectKeys.folderOf(key);
            RemoteFiles files = connections.files();
            if (!folders.containsKey(folder)) {
                folders.put(
                        folder, root.inside(files, root.path(folder)).await().isPresent());
            }
            if (folders.get(folder)) {
                asked.add(new Asked(key, files, files.remove(root.path(key))));
            }
        } catch (IOException e) {
            failed(key, e);
        }
    }

    private void finish(Asked one) {
        try {
            one.removed().await();
            emptied.add(ObjectKeys.folderOf(one.key()));
        } catch (Refusal e) {
            if (!e.isMissing() && !isFolder(one)) {
                failed(one.key(), e);
            }
        } catch (IOException e) {
            failed(one.key(), e);
        }
    }

    // There is no object of that name then.
    private boolean isFolder(Asked one) {
        try {
            return one.files().attributesOfLink(root.path(one.key())).await().isFolder();
        } catch (IOException e) {
            return false;
        }
    }

    private void failed(String key, IOException e) {
        left.add(key);
        firstFailure = firstFailure == null ? e : firstFailure;
    }

    private TailraceException failure(IOException cause, int all) {
        String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
        String message = "cannot delete " + left.size() + " of " + all + " objects in " + root.location() + ": "
                + cause.getMessage() + "; left: " + String.join(", ", left.subList(0, Math.min(NAMED, left.size())))
                + more;
        boolean refused =
                cause instanceof StoreAccessException || (cause instanceof Refusal refusal && refusal.isDenied());
        return refused
                ? new StoreAccessException(message, root.location(), cause)
                : new StoreUnavailableException(message, root.location(), cause);
    }
}
