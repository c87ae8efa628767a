// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** The packed fixtures of one layout: unpacked once, when they are first asked for, since that takes longer than most tests. */
final class FixtureArchive {

    private static final Map<String, FixtureArchive> ALL = ReplicaFixtures.layouts().stream()
            .collect(Collectors.toUnmodifiableMap(layout -> layout, FixtureArchive::new));

    private final String layout;
    private @Nullable SortedMap<String, byte[]> entries;

    private FixtureArchive(String layout) {
        this.layout = layout;
    }

    /** @throws IllegalArgumentException if there is none of that layout */
    static FixtureArchive of(String layout) {
        FixtureArchive archive = ALL.get(layout);
        if (archive == null) {
            throw new IllegalArgumentException(
                    "no such layout: " + layout + "; there are " + ReplicaFixtures.layouts());
        }
        return archive;
    }

    /** Its name, and that of the archive. */
    String layout() {
        return layout;
    }

    /** Copies of the entries whose name starts with {@code prefix}, by the rest of their name. */
    SortedMap<String, byte[]> read(String prefix) throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        for (Map.Entry<String, byte[]> entry : entries().tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.put(
                    entry.getKey().substring(prefix.length()), entry.getValue().clone());
        }
        return found;
    }

    /** Copies of the entries whose name ends with {@code suffix}, by what is before it. */
    SortedMap<String, byte[]> readEach(String suffix) throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        entries().forEach((name, bytes) -> {
            if (name.endsWith(suffix)) {
                found.put(name.substring(0, name.length() - suffix.length()), bytes.clone());
            }
        });
        return found;
    }

    /** A resource beside the archives. */
    static InputStream open(String name) throws IOException {
        InputStream resource = FixtureArchive.class.getResourceAsStream("fixtures/" + name);
        if (resource == null) {
            throw new FileNotFoundException("not in the test kit: fixtures/" + name);
        }
        return resource;
    }

    private synchronized SortedMap<String, byte[]> entries() throws IOException {
        if (entries == null) {
            SortedMap<String, byte[]> unpacked = new TreeMap<>();
            try (ZipInputStream zip = new ZipInputStream(open(layout + ".zip"))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    unpacked.put(entry.getName(), zip.readAllBytes());
                }
            }
            entries = unpacked;
        }
        return entries;
    }
}
