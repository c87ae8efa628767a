// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.SpooledSource;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object on their way: read once, and kept until they are proved and written. Small ones are kept in memory,
 * others in a temporary file, which closing deletes.
 */
final class HeldObject implements ObjectSource, Closeable {

    /** So that all that are on their way at once take some megabytes. */
    private static final int IN_MEMORY = 256 << 10;

    private final ObjectSource bytes;
    private final @Nullable SpooledSource file;
    private final Instant createdAt;

    private HeldObject(ObjectSource bytes, @Nullable SpooledSource file, Instant createdAt) {
        this.bytes = bytes;
        this.file = file;
        this.createdAt = createdAt;
    }

    /**
     * Reads an object to its end.
     *
     * @throws ObjectChangedException if it has another size than listed
     */
    static HeldObject read(ResumingStore store, ObjectInfo object, Optional<Path> scratchFolder) throws IOException {
        HeldObject held = null;
        try (ObjectStream stream = store.open(object, 0, Long.MAX_VALUE)) {
            byte[] start = stream.readNBytes(IN_MEMORY + 1);
            Instant createdAt = stream.info().createdAt();
            if (start.length <= IN_MEMORY) {
                held = new HeldObject(ObjectSource.of(start), null, createdAt);
            } else {
                InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), stream);
                SpooledSource file = scratchFolder.isPresent()
                        ? SpooledSource.of(whole, scratchFolder.get())
                        : SpooledSource.of(whole);
                held = new HeldObject(file, file, createdAt);
            }
            if (held.size() != object.size()) {
                throw new ObjectChangedException(
                        object.key(), object.size() + " bytes", held.size() + " bytes", store.location(), null);
            }
            return held;
        } catch (IOException | RuntimeException | Error e) {
            if (held != null) {
                held.close();
            }
            throw e;
        }
    }

    /** When its content came to be, as its own head tells it or the listing does. */
    Instant createdAt() {
        return createdAt;
    }

    @Override
    public InputStream open() throws IOException {
        return bytes.open();
    }

    @Override
    public long size() {
        return bytes.size();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
