// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes to be stored. They can be read again, since a store may have to send them again, or in parts. */
public interface ObjectSource {

    /** The bytes from the start, the same each time. To be closed by the caller. */
    InputStream open() throws IOException;

    /** How many bytes there are. */
    long size();

    /** The bytes of an array, which must not be changed while the source is in use. */
    static ObjectSource of(byte[] bytes) {
        requireNonNull(bytes, "bytes");
        return new ObjectSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public long size() {
                return bytes.length;
            }
        };
    }

    /** The bytes of a file, which must not be changed while the source is in use. */
    static ObjectSource of(Path file) throws IOException {
        long size = Files.size(file);
        return new ObjectSource() {
            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public long size() {
                return size;
            }
        };
    }
}
