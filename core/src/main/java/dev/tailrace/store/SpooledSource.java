// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of a stream that can be read only once, kept in a temporary file so that a store can read them again. Only the
 * owner may read the file, where the file system knows owners; closing deletes it.
 */
public final class SpooledSource implements ObjectSource, Closeable {

    private static final String PREFIX = "tailrace-";
    private static final String SUFFIX = ".tmp";

    private final Path file;
    private final long size;

    private SpooledSource(Path file, long size) {
        this.file = file;
        this.size = size;
    }

    /**
     * Reads a stream to its end, into a file in the folder for temporary files.
     *
     * @param stream not closed
     */
    public static SpooledSource of(InputStream stream) throws IOException {
        return spool(stream, Files.createTempFile(PREFIX, SUFFIX));
    }

    /**
     * Reads a stream to its end.
     *
     * @param stream not closed
     * @param folder where the file is made
     */
    public static SpooledSource of(InputStream stream, Path folder) throws IOException {
        return spool(stream, Files.createTempFile(folder, PREFIX, SUFFIX));
    }

    private static SpooledSource spool(InputStream stream, Path file) throws IOException {
        // createTempFile has given the file to its owner alone.
        SpooledSource source = null;
        try {
            long size;
            try (OutputStream out = Files.newOutputStream(file)) {
                size = stream.transferTo(out);
            }
            source = new SpooledSource(file, size);
            return source;
        } finally {
            if (source == null) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * The bytes from the start.
     *
     * @throws java.nio.file.NoSuchFileException after {@link #close()}
     */
    @Override
    public InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    @Override
    public long size() {
        return size;
    }

    /** Deletes the file. Where open files cannot be deleted, streams of it are to be closed before. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
