// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip files as others make them, and what lies beside them. */
final class ZipFiles {

    private ZipFiles() {}

    /** The names in a folder that are none of these. */
    static List<String> besides(Path folder, String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !List.of(names).contains(name))
                    .toList();
        }
    }

    /** Compresses objects, with their times, and with an entry for a folder, as common tools do. */
    static Path write(Path file, Map<String, byte[]> objects, Map<String, Instant> times) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("generations/"));
            for (Map.Entry<String, byte[]> object : objects.entrySet()) {
                ZipEntry entry = new ZipEntry(object.getKey());
                Instant time = times.getOrDefault(object.getKey(), Instant.now());
                zip.putNextEntry(entry.setLastModifiedTime(FileTime.from(time)));
                zip.write(object.getValue());
            }
        }
        return file;
    }
}
