// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/** A new file beside the one it is to become. Closing removes it, if it was not renamed. */
final class TempFile implements Closeable {

    private static final System.Logger LOGGER = System.getLogger(TempFile.class.getName());
    private static final int PIECE = 32 << 10;
    private static final int AHEAD = 16;
    private static final int ATTEMPTS = 20;

    private final Connections connections;
    private final String location;
    private final RemoteFiles files;
    private final String path;
    private final byte[] handle;
    private boolean open = true;
    private boolean there = true;

    private TempFile(Connections connections, String location, RemoteFiles files, String path, byte[] handle) {
        this.connections = connections;
        this.location = location;
        this.files = files;
        this.path = path;
        this.handle = handle;
    }

    /** An empty one in the folder of {@code key}, which is made. */
    static TempFile create(Root root, Connections connections, String key) throws IOException {
        String folderKey = ObjectKeys.folderOf(key);
        // A name of its own length, since the object's may be as long as a name can be.
        String name = ObjectKeys.ownName(ThreadLocalRandom.current().nextLong(), "tmp");
        String path = root.path(folderKey + name);
        RemoteFiles files = connections.files();
        for (int attempt = 1; ; attempt++) {
            try {
                if (attempt > 1) {
                    new Folders(root).make(files, folderKey);
                }
                root.inside(files, root.path(folderKey)).await();
                connections.addTemporary(path);
                return new TempFile(
                        connections,
                        root.location(),
                        files,
                        path,
                        files.create(path).await());
            } catch (Refusal e) {
                connections.forgetTemporary(path);
                // Not made yet, or a delete elsewhere has found the new folder empty.
                if (!e.isMissing() || attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (IOException e) {
                connections.forgetTemporary(path);
                throw e;
            }
        }
    }

    String path() {
        return path;
    }

    /** The channel on which it was made. */
    RemoteFiles files() {
        return files;
    }

    /** It has another name now, or an additional one: closing leaves that. */
    void renamed() {
        there = false;
        connections.forgetTemporary(path);
    }

    /**
     * Writes all of a source, sets the time, makes it durable where the server can, and closes it.
     *
     * @param modified seconds since 1970
     * @return what the object of that key will be
     */
    ObjectInfo write(String key, ObjectSource source, long modified) throws IOException {
        long size = 0;
        Deque<Answer<Boolean>> asked = new ArrayDeque<>();
        byte[] buffer = new byte[PIECE];
        try (InputStream in = source.open()) {
            for (int count = in.readNBytes(buffer, 0, PIECE); count > 0; count = in.readNBytes(buffer, 0, PIECE)) {
                connections.requireGoingOn();
                try {
                    asked.add(files.write(handle, size, buffer, count));
                    if (asked.size() == AHEAD) {
                        asked.remove().await();
                    }
                } catch (IOException e) {
                    throw failure(key, e);
                }
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
            for (Answer<Boolean> one : asked) {
                one.await();
            }
            return finish(key, modified);
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    private ObjectInfo finish(String key, long modified) throws IOException {
        Answer<Boolean> timed = files.setModified(handle, modified);
        Answer<Attributes> attributes = files.attributes(handle);
        if (files.canSync()) {
            files.sync(handle).await();
        }
        timed.await();
        ObjectInfo info = FileVersion.info(key, attributes.await());
        open = false;
        files.close(handle).await();
        return info;
    }

    private IOException failure(String key, IOException cause) throws IOException {
        connections.requireOpen();
        return SftpFailures.typed("cannot store " + key + " in " + location, cause, location);
    }

    /** Best effort: what is left of it is never listed. */
    @Override
    public void close() {
        if (open) {
            open = false;
            SftpStream.release(files, handle);
        }
        if (!there) {
            return;
        }
        there = false;
        try {
            Answer<Boolean> removed = files.remove(path);
            if (!Thread.currentThread().isInterrupted()) {
                removed.await();
            }
            connections.forgetTemporary(path);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, () -> "file is left: " + path + " in " + location, e);
        }
    }
}
