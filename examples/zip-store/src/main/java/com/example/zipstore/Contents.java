// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * One state of an archive: an open file, which can be read on when another has taken its name. Each user closes it once; the
 * last one closes the file.
 */
final class Contents implements Closeable {

    private final ZipFile zip;
    private final NavigableMap<String, ObjectInfo> objects;
    private final AtomicInteger users = new AtomicInteger(1);

    private Contents(ZipFile zip, NavigableMap<String, ObjectInfo> objects) {
        this.zip = zip;
        this.objects = Collections.unmodifiableNavigableMap(objects);
    }

    /** Of an archive that does not exist. */
    static Contents none() {
        return new Contents(null, new TreeMap<>());
    }

    static Contents open(Path file) throws IOException {
        ZipFile zip = new ZipFile(file.toFile());
        try {
            NavigableMap<String, ObjectInfo> objects = new TreeMap<>(KeyOrder.BY_UTF8);
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!entry.isDirectory()) {
                    objects.put(entry.getName(), info(entry));
                }
            }
            return new Contents(zip, objects);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    static ObjectInfo info(ZipEntry entry) throws ZipException {
        if (entry.getSize() < 0) {
            throw new ZipException("no size of entry " + entry.getName());
        }
        String version = String.format("%d-%08x", entry.getSize(), entry.getCrc());
        return new ObjectInfo(
                entry.getName(),
                entry.getSize(),
                entry.getLastModifiedTime().toInstant(),
                Optional.empty(),
                Optional.of(version));
    }

    /** By key, ascending. */
    NavigableMap<String, ObjectInfo> objects() {
        return objects;
    }

    ZipEntry entry(String key) {
        return zip.getEntry(key);
    }

    InputStream read(String key) throws IOException {
        return zip.getInputStream(zip.getEntry(key));
    }

    /** For another user. To be called by one. */
    Contents share() {
        users.incrementAndGet();
        return this;
    }

    @Override
    public void close() throws IOException {
        if (users.decrementAndGet() == 0 && zip != null) {
            zip.close();
        }
    }
}
