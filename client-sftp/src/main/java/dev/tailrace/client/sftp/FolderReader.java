// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads one folder at once, in order. It passes over what is no object: links that lead nowhere or out of the root, devices and
 * pipes (which are never opened), names that are not UTF-8, and this store's own temporary files.
 */
final class FolderReader {

    /**
     * A file, or a folder, whose name then ends in a slash: keys below it sort by that.
     *
     * @param real the real path, where it is reached by a link
     */
    record Entry(String name, Attributes attributes, Optional<String> real) {
        boolean isFolder() {
            return name.endsWith("/");
        }
    }

    private static final Comparator<Entry> BY_NAME = Comparator.comparing(Entry::name, KeyOrder.BY_UTF8);
    // A server answers with some hundred names at most: asking ahead saves the way there and back.
    private static final int AHEAD = 8;

    private final Root root;
    private final Connections connections;

    FolderReader(Root root, Connections connections) {
        this.root = root;
        this.connections = connections;
    }

    /**
     * The entries of a folder by name.
     *
     * @param path real, and known to be inside
     * @param wanted told by the name alone, without a slash; the others are not looked at
     * @param budget room is taken from it for each name that is held
     * @return empty if there is no such folder
     */
    Optional<List<Entry>> read(String path, Predicate<String> wanted, ListingBudget budget) throws IOException {
        RemoteFiles files = connections.files();
        byte[] handle;
        try {
            handle = files.openFolder(path).await();
        } catch (Refusal e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
        List<Entry> entries = new ArrayList<>();
        List<RemoteFiles.Name> links = new ArrayList<>();
        try {
            names(files, handle, wanted, budget, entries, links);
        } finally {
            files.close(handle);
        }
        for (RemoteFiles.Name link : links) {
            follow(files, path, link.name().orElseThrow()).ifPresent(entries::add);
        }
        entries.sort(BY_NAME);
        return Optional.of(entries);
    }

    private void names(
            RemoteFiles files,
            byte[] handle,
            Predicate<String> wanted,
            ListingBudget budget,
            List<Entry> entries,
            List<RemoteFiles.Name> links)
            throws IOException {
        Deque<Answer<List<RemoteFiles.Name>>> asked = new ArrayDeque<>();
        while (true) {
            connections.requireGoingOn();
            while (asked.size() < AHEAD) {
                asked.add(files.readFolder(handle));
            }
            List<RemoteFiles.Name> names;
            try {
                names = asked.remove().await();
            } catch (Refusal e) {
                if (e.isEnd()) {
                    return;
                }
                throw e;
            }
            for (RemoteFiles.Name found : names) {
                String name = found.name().orElse("");
                if (!ObjectKeys.isElement(name) || !wanted.test(name)) {
                    continue;
                }
                budget.take(1);
                if (found.attributes().isLinkOrUntold()) {
                    links.add(found);
                } else {
                    entry(name, found.attributes(), Optional.empty()).ifPresent(entries::add);
                }
            }
        }
    }

    private static Optional<Entry> entry(String name, Attributes attributes, Optional<String> real) {
        if (attributes.isFolder()) {
            return Optional.of(new Entry(name + "/", attributes, real));
        }
        return attributes.isRegular() ? Optional.of(new Entry(name, attributes, real)) : Optional.empty();
    }

    private Optional<Entry> follow(RemoteFiles files, String folder, String name) throws IOException {
        String path = folder.endsWith("/") ? folder + name : folder + "/" + name;
        Root.Inside inside = root.inside(files, path);
        Answer<Attributes> attributes = files.attributes(path);
        try {
            Optional<String> real = inside.await();
            return real.isEmpty() ? Optional.empty() : entry(name, attributes.await(), real);
        } catch (StoreAccessException e) {
            connections.requireOpen();
            return Optional.empty();
        } catch (Refusal e) {
            // A link that leads nowhere, or round in a circle.
            return Optional.empty();
        }
    }
}
