// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The packed fixtures of one layout.
 *
 * @param layout its name, and that of the archive
 */
record FixtureArchive(String layout) {

    /** The entries whose name starts with {@code prefix}, by the rest of their name. */
    SortedMap<String, byte[]> read(String prefix) throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        readMatching(name -> name.startsWith(prefix))
                .forEach((name, bytes) -> found.put(name.substring(prefix.length()), bytes));
        return found;
    }

    /** The entries whose name ends with {@code suffix}, by what is before it. */
    SortedMap<String, byte[]> readEach(String suffix) throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        readMatching(name -> name.endsWith(suffix))
                .forEach((name, bytes) -> found.put(name.substring(0, name.length() - suffix.length()), bytes));
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

    private SortedMap<String, byte[]> readMatching(Predicate<String> wanted) throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(open(layout + ".zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (wanted.test(entry.getName())) {
                    found.put(entry.getName(), zip.readAllBytes());
                }
            }
        }
        return found;
    }
}
