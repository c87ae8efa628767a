// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Walks a tree in the order of keys. It holds the entries of the folders from the root down to where it is. */
final class SftpListing implements ObjectIterator {

    /** @param takenBefore of the budget, before its entries were read */
    private record Level(String key, String real, Iterator<FolderReader.Entry> entries, long takenBefore) {}

    private final Root root;
    private final Connections connections;
    private final FolderReader reader;
    private final String prefix;
    private final String startAfter;
    private final ListingBudget budget;
    private final Deque<Level> levels = new ArrayDeque<>();
    private Optional<ObjectInfo> upcoming = Optional.empty();
    private boolean started;

    SftpListing(Root root, Connections connections, String prefix, String startAfter) {
        this.root = root;
        this.connections = connections;
        this.reader = new FolderReader(root, connections);
        this.prefix = prefix;
        this.startAfter = startAfter;
        budget = ListingBudget.below(prefix, root.location());
    }

    @Override
    public boolean hasNext() throws IOException {
        connections.requireGoingOn();
        if (!started) {
            begin();
            started = true;
        }
        while (upcoming.isEmpty() && !levels.isEmpty()) {
            Level level = levels.element();
            if (!level.entries().hasNext()) {
                budget.giveBackTo(levels.remove().takenBefore());
                continue;
            }
            FolderReader.Entry entry = level.entries().next();
            String key = level.key() + entry.name();
            if (entry.isFolder()) {
                enter(level, entry, key);
            } else if (isAfterStart(key)) {
                upcoming = Optional.of(FileVersion.info(key, entry.attributes()));
            }
        }
        return upcoming.isPresent();
    }

    @Override
    public ObjectInfo next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException("end of the listing of " + root.location());
        }
        ObjectInfo info = upcoming.orElseThrow();
        upcoming = Optional.empty();
        return info;
    }

    @Override
    public void close() {
        started = true;
        levels.clear();
        upcoming = Optional.empty();
    }

    private void begin() throws IOException {
        String folderKey = ObjectKeys.folderOf(prefix);
        Optional<String> real = asking(folderKey, () -> {
            RemoteFiles files = connections.files();
            return root.inside(files, root.path(folderKey)).await();
        });
        if (real.isEmpty() || !descend(folderKey, real.get())) {
            asking(folderKey, () -> {
                root.requireThinkable(connections.files());
                return true;
            });
        }
    }

    private void enter(Level level, FolderReader.Entry entry, String key) throws IOException {
        if (!isAfterStart(key) && !startAfter.startsWith(key)) {
            return;
        }
        String name = entry.name().substring(0, entry.name().length() - 1);
        String real = entry.real().orElse(level.real().endsWith("/") ? level.real() + name : level.real() + "/" + name);
        // A link to a folder above would lead round and round.
        if (levels.stream().noneMatch(above -> above.real().equals(real))) {
            descend(key, real);
        }
    }

    private boolean descend(String folderKey, String real) throws IOException {
        long takenBefore = budget.taken();
        Optional<List<FolderReader.Entry>> entries = asking(folderKey, () -> {
            // Of an attempt that failed nothing is held.
            budget.giveBackTo(takenBefore);
            return reader.read(
                    real,
                    name -> (folderKey + name).startsWith(prefix) && mayLeadBeyondStart(folderKey + name),
                    budget);
        });
        entries.ifPresent(found -> levels.push(new Level(folderKey, real, found.iterator(), takenBefore)));
        return entries.isPresent();
    }

    private <T> T asking(String folderKey, BriefRetries.Question<T> question) throws IOException {
        try {
            return BriefRetries.of(connections, question);
        } catch (IOException e) {
            throw SftpFailures.typed("cannot list \"" + folderKey + "\" in " + root.location(), e, root.location());
        }
    }

    // As a file or as a folder: which of the two it is costs a look at it.
    private boolean mayLeadBeyondStart(String key) {
        String folderKey = key + "/";
        return isAfterStart(key) || isAfterStart(folderKey) || startAfter.startsWith(folderKey);
    }

    private boolean isAfterStart(String key) {
        return KeyOrder.BY_UTF8.compare(key, startAfter) > 0;
    }
}
