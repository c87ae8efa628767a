// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * The entries of a zip file. A file that does not exist is an empty store; its folder must exist to write.
 *
 * <p><b>Version</b> is size and CRC-32. <b>Times</b> are kept to the second, as the format does.
 *
 * <p><b>Writing</b> makes a new archive beside the old one and renames it into its place, so each {@link #put} and each
 * {@link #delete} costs as much as copying the archive, and readers never see half of anything. Writers in this and in other
 * processes take turns by a lock on {@code NAME.lock}, which stays; another process must not have two stores of one archive.
 * This is for systems where a file that is open can be replaced; Windows is none.
 */
final class ZipObjectStore implements ObjectStore {

    private static final int MOST_NAMED = 3;

    private final Archive archive;
    private final String location;

    ZipObjectStore(Path file, String location) {
        archive = new Archive(file, location);
        this.location = location;
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        requireOpen();
        try (Contents contents = archive.contents()) {
            boolean fromPrefix = KeyOrder.BY_UTF8.compare(prefix, startAfter) > 0;
            SortedMap<String, ObjectInfo> candidates =
                    contents.objects().tailMap(fromPrefix ? prefix : startAfter, fromPrefix);
            return new Listing(candidates.values().iterator(), prefix);
        }
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        requireOpen();
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("not a folder, it does not end in a slash: " + prefix);
        }
        try (Contents contents = archive.contents()) {
            List<String> folders = new ArrayList<>();
            String key = contents.objects().higherKey(prefix);
            while (key != null && key.startsWith(prefix)) {
                int slash = key.indexOf('/', prefix.length());
                if (slash >= 0) {
                    folders.add(key.substring(prefix.length(), slash));
                    // '0' comes after '/', and so after everything in the folder.
                    key = contents.objects().ceilingKey(key.substring(0, slash) + '0');
                } else {
                    key = contents.objects().higherKey(key);
                }
            }
            // Among keys "a-/" is before "a/", but among names "a" is before "a-".
            folders.sort(KeyOrder.BY_UTF8);
            return folders;
        }
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        requireOpen();
        try (Contents contents = archive.contents()) {
            return Optional.ofNullable(contents.objects().get(key));
        }
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        requireOpen();
        Contents contents = archive.contents();
        ObjectStream stream = null;
        try {
            ObjectInfo info = contents.objects().get(read.key());
            if (info == null) {
                throw new ObjectMissingException(read.key(), location, null);
            }
            if (read.version().isPresent()) {
                requireVersion(read.key(), read.version().get(), info);
            }
            stream = new EntryStream(this, contents, info, read.from(), read.to());
            return stream;
        } finally {
            if (stream == null) {
                contents.close();
            }
        }
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        requireOpen();
        if (key.isEmpty() || key.startsWith("/") || key.endsWith("/")) {
            throw new IllegalArgumentException("not a key: \"" + key + "\"");
        }
        try (NewEntry entry =
                NewEntry.read(this, archive, key, source, options.recordedAt().orElseGet(Instant::now))) {
            archive.change("store " + key, (before, after) -> {
                requireOpen();
                requireHolds(options.condition(), key, before.objects().get(key));
                after.copyAllBut(Set.of(key), before);
                after.add(entry);
                return true;
            });
            return entry.info();
        }
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        requireOpen();
        Set<String> unwanted = new HashSet<>(keys);
        archive.change("delete " + some(keys), (before, after) -> {
            boolean anyThere = unwanted.stream().anyMatch(before.objects()::containsKey);
            if (anyThere) {
                after.copyAllBut(unwanted, before);
            }
            return anyThere;
        });
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }

    /** Fails once the store is closed. */
    void requireOpen() throws StoreAccessException {
        archive.requireOpen();
    }

    private void requireHolds(PutOptions.Condition condition, String key, ObjectInfo there)
            throws ObjectChangedException {
        if (condition instanceof PutOptions.Condition.Absent && there != null) {
            throw new ObjectChangedException(key, "no object", "version " + version(there), location, null);
        }
        if (condition instanceof PutOptions.Condition.Version wanted) {
            requireVersion(key, wanted.version(), there);
        }
    }

    private void requireVersion(String key, String wanted, ObjectInfo there) throws ObjectChangedException {
        String found = there == null ? "no object" : "version " + version(there);
        if (!found.equals("version " + wanted)) {
            throw new ObjectChangedException(key, "version " + wanted, found, location, null);
        }
    }

    private static String some(Collection<String> keys) {
        String first = String.join(", ", keys.stream().limit(MOST_NAMED).toList());
        return keys.size() <= MOST_NAMED ? first : first + " and " + (keys.size() - MOST_NAMED) + " more";
    }

    private static String version(ObjectInfo info) {
        return info.version().orElseThrow();
    }

    /** One state of the archive, whatever becomes of it meanwhile. */
    private final class Listing implements ObjectIterator {

        private final Iterator<ObjectInfo> candidates;
        private final String prefix;
        private ObjectInfo upcoming;
        private boolean done;

        Listing(Iterator<ObjectInfo> candidates, String prefix) {
            this.candidates = candidates;
            this.prefix = prefix;
        }

        @Override
        public boolean hasNext() throws IOException {
            requireOpen();
            if (upcoming == null && !done) {
                upcoming = candidates.hasNext() ? candidates.next() : null;
                done = upcoming == null || !upcoming.key().startsWith(prefix);
            }
            return !done;
        }

        @Override
        public ObjectInfo next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException("end of the listing of " + prefix);
            }
            ObjectInfo next = upcoming;
            upcoming = null;
            return next;
        }

        @Override
        public void close() {
            done = true;
        }
    }
}
