// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * What is to be stored, in a temporary file: size and CRC-32 stand before the bytes in an archive, and the source may be slow
 * or fail while others want to write. Not compressed, since what Litestream stores is.
 */
final class NewEntry implements Closeable {

    private final Path content;
    private final ZipEntry entry;

    private NewEntry(Path content, ZipEntry entry) {
        this.content = content;
        this.entry = entry;
    }

    /** Reads a source to its end. Its own exceptions come out as they are. */
    static NewEntry read(ZipObjectStore store, Archive archive, String key, ObjectSource source, Instant time)
            throws IOException {
        NewEntry entry = new NewEntry(newFile(store, archive, key), new ZipEntry(key));
        try {
            entry.copy(store, source);
            entry.entry.setLastModifiedTime(FileTime.from(time.truncatedTo(ChronoUnit.SECONDS)));
            return entry;
        } catch (IOException | RuntimeException e) {
            entry.close();
            throw e;
        }
    }

    ZipEntry zipEntry() {
        return entry;
    }

    Path content() {
        return content;
    }

    ObjectInfo info() throws IOException {
        return Contents.info(entry);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(content);
    }

    private static Path newFile(ZipObjectStore store, Archive archive, String key) throws IOException {
        try {
            return archive.newFile();
        } catch (IOException e) {
            throw ZipFailures.typed("cannot store " + key + " in " + store.location(), e, store.location());
        }
    }

    private void copy(ZipObjectStore store, ObjectSource source) throws IOException {
        CRC32 crc = new CRC32();
        long size = 0;
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = source.open();
                OutputStream out = Files.newOutputStream(content)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                store.requireOpen();
                out.write(buffer, 0, count);
                crc.update(buffer, 0, count);
                size += count;
            }
        }
        if (size != source.size()) {
            throw new StoreUnavailableException(
                    "cannot store " + entry.getName() + " in " + store.location() + ": its source gave " + size
                            + " bytes of " + source.size(),
                    store.location(),
                    null);
        }
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(crc.getValue());
    }
}
