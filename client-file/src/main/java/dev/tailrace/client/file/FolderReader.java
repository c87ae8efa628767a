// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads one folder at once, in order. It passes over what is no object: links that lead nowhere or out of the root, devices
 * and pipes (which are never opened), and names that this system cannot turn into a string and back.
 */
final class FolderReader {

    /**
     * A file, or a folder, whose name then ends in a slash: keys below it sort by that.
     *
     * @param size of a file
     * @param time of a file
     */
    record Entry(String name, long size, Instant time) {
        boolean isFolder() {
            return name.endsWith("/");
        }
    }

    private static final Comparator<Entry> BY_NAME = (one, other) -> KeyOrder.BY_UTF8.compare(one.name(), other.name());

    private final Root root;
    private final OpenState state;

    FolderReader(Root root, OpenState state) {
        this.root = root;
        this.state = state;
    }

    /**
     * The entries of a folder by name.
     *
     * @param wanted told by the name alone, without a slash; the others are not looked at
     * @param budget room is taken from it for each entry
     * @return empty if the folder has vanished
     */
    List<Entry> read(Path folder, Predicate<String> wanted, ListingBudget budget) throws TailraceException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                state.requireGoingOn();
                String name = String.valueOf(child.getFileName());
                if (ObjectKeys.isElement(name) && wanted.test(name) && isNameOf(child, folder, name)) {
                    Optional<Entry> entry = entry(child, name);
                    if (entry.isPresent()) {
                        budget.take(1);
                        entries.add(entry.get());
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw FileFailures.typed("cannot list " + folder, requireNonNull(e.getCause()), root.location());
        } catch (IOException e) {
            throw FileFailures.typed("cannot list " + folder, e, root.location());
        }
        entries.sort(BY_NAME);
        return entries;
    }

    private Optional<Entry> entry(Path child, String name) throws IOException {
        try {
            BasicFileAttributes attributes = Root.attributes(child);
            if (attributes.isSymbolicLink()) {
                Optional<Path> target = root.inside(child);
                if (target.isEmpty()) {
                    return Optional.empty();
                }
                attributes = Root.attributes(target.get());
            }
            if (attributes.isDirectory()) {
                return Optional.of(new Entry(name + "/", 0, Instant.EPOCH));
            }
            return attributes.isRegularFile()
                    ? Optional.of(new Entry(
                            name,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    // Bytes that are not text in this system's encoding come as a name that leads to another file, or to none.
    private boolean isNameOf(Path child, Path folder, String name) {
        try {
            return folder.resolve(name).equals(child);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
