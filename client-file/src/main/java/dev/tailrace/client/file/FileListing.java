// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Walks a tree in the order of keys. It holds the entries of the folders from the root down to where it is. */
final class FileListing implements ObjectIterator {

    /** @param takenBefore of the budget, before its entries were read */
    private record Level(String key, Path real, Iterator<FolderReader.Entry> entries, long takenBefore) {}

    private final Root root;
    private final OpenState state;
    private final FolderReader reader;
    private final String prefix;
    private final String startAfter;
    private final ListingBudget budget;
    private final Deque<Level> levels = new ArrayDeque<>();
    private Optional<ObjectInfo> upcoming = Optional.empty();
    private boolean started;

    FileListing(Root root, OpenState state, String prefix, String startAfter) {
        this(root, state, prefix, startAfter, ListingBudget.below(prefix, root.location()));
    }

    FileListing(Root root, OpenState state, String prefix, String startAfter, ListingBudget budget) {
        this.root = root;
        this.state = state;
        this.reader = new FolderReader(root, state);
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.budget = budget;
    }

    @Override
    public boolean hasNext() throws IOException {
        state.requireGoingOn();
        if (!started) {
            started = true;
            String folderKey = ObjectKeys.folderOf(prefix);
            Optional<Path> folder = root.folder(folderKey);
            if (folder.isPresent()) {
                descend(folderKey, folder.get());
            }
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
                enter(level, entry.name(), key);
            } else if (isAfterStart(key)) {
                upcoming = Optional.of(FileVersion.info(key, entry.size(), entry.time()));
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

    private void enter(Level level, String name, String key) throws TailraceException {
        if (!isAfterStart(key) && !startAfter.startsWith(key)) {
            return;
        }
        try {
            Path child = level.real().resolve(name);
            Optional<Path> real = root.inside(child);
            // A link to a folder above would lead round and round.
            if (real.isPresent()
                    && levels.stream().noneMatch(above -> above.real().equals(real.get()))) {
                descend(key, real.get());
            }
        } catch (IOException e) {
            throw FileFailures.typed("cannot list " + key + " in " + root.location(), e, root.location());
        }
    }

    private void descend(String folderKey, Path real) throws TailraceException {
        long takenBefore = budget.taken();
        Iterator<FolderReader.Entry> entries = reader.read(
                        real,
                        name -> (folderKey + name).startsWith(prefix) && mayLeadBeyondStart(folderKey + name),
                        budget)
                .iterator();
        levels.push(new Level(folderKey, real, entries, takenBefore));
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
