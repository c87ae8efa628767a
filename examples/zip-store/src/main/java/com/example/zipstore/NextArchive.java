// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The next state of an archive, in a file of its own until it is published. */
final class NextArchive implements Closeable {

    private static final int BUFFER = 64 << 10;

    private final Path archive;
    private final Path file;
    private final ZipOutputStream zip;

    NextArchive(Path archive, Path file) throws IOException {
        this.archive = archive;
        this.file = file;
        zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
    }

    void copyAllBut(Set<String> keys, Contents before) throws IOException {
        for (String key : before.objects().keySet()) {
            if (!keys.contains(key)) {
                ZipEntry entry = new ZipEntry(before.entry(key));
                if (entry.getMethod() == ZipEntry.DEFLATED) {
                    // Not necessarily the same when it is compressed again.
                    entry.setCompressedSize(-1);
                }
                zip.putNextEntry(entry);
                try (InputStream in = before.read(key)) {
                    in.transferTo(zip);
                }
                zip.closeEntry();
            }
        }
    }

    void add(NewEntry entry) throws IOException {
        zip.putNextEntry(entry.zipEntry());
        Files.copy(entry.content(), zip);
        zip.closeEntry();
    }

    /** Puts it into the place of the archive, durably. */
    void publish() throws IOException {
        zip.close();
        sync(file);
        Files.move(file, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(archive.getParent());
    }

    @Override
    public void close() throws IOException {
        try {
            // What was not published may be no zip file at all.
            if (Files.deleteIfExists(file)) {
                zip.close();
            }
        } catch (IOException incomplete) {
            Files.deleteIfExists(file);
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
