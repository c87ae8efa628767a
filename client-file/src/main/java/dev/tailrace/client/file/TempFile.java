// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A new file beside the one it is to become. Closing removes it, if it was not renamed. */
final class TempFile implements Closeable {

    private static final int BUFFER = 128 << 10;
    private static final int ATTEMPTS = 20;

    private final OpenState state;
    private final String location;
    private final Path folder;
    private final Path path;
    private final FileChannel channel;
    private boolean closed;

    private TempFile(OpenState state, String location, Path folder, Path path, FileChannel channel) {
        this.state = state;
        this.location = location;
        this.folder = folder;
        this.path = path;
        this.channel = channel;
    }

    /** An empty one in the folder of {@code key}, which is made. */
    static TempFile create(Root root, Folders folders, OpenState state, String key) throws IOException {
        // A name of its own length, since the object's may be as long as a name can be. Readers of Litestream replicas
        // pass over what ends in .tmp.
        String name = "tailrace-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp";
        for (int attempt = 1; ; attempt++) {
            try {
                Path folder = folders.make(ObjectKeys.folderOf(key));
                Path path = folder.resolve(name);
                FileChannel channel = FileChannel.open(
                        path,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        Folders.permissions("rw-------"));
                return new TempFile(state, root.location(), folder, path, channel);
            } catch (NoSuchFileException e) {
                // A delete in another thread or process has found the new folder empty.
                root.forget();
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The folder it is in, as a real path. */
    Path folder() {
        return folder;
    }

    Path path() {
        return path;
    }

    /**
     * Writes all of a source, sets the time, and makes it durable.
     *
     * @return what the object of that key will be
     */
    ObjectInfo write(String key, ObjectSource source, Instant time) throws IOException {
        long size = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = source.open()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                state.requireGoingOn();
                append(key, ByteBuffer.wrap(buffer, 0, count));
                size += count;
            }
        }
        if (size != source.size()) {
            throw new StoreUnavailableException(
                    "cannot store " + key + " in " + location + ": its source gave " + size + " bytes instead of "
                            + source.size(),
                    location,
                    null);
        }
        try {
            Files.setLastModifiedTime(path, FileTime.from(time));
            channel.force(true);
            return FileVersion.info(key, Root.attributes(path));
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(path);
        }
        // Only now: what could not be removed is tried again.
        closed = true;
    }

    private void append(String key, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    private IOException failure(String key, IOException cause) {
        return FileFailures.typed("cannot store " + key + " in " + location, cause, location);
    }
}
