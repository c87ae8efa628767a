// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Bytes of an open file. After each read, and before its bytes are given to the caller, the file must still have the size
 * and time it had when it was opened. One that was deleted goes on being read: its bytes cannot change any more.
 */
final class FileStream extends ObjectStream {

    // The channel copies through a direct buffer of its own, one for each thread.
    private static final int MOST_AT_ONCE = 256 << 10;

    private final OpenState state;
    private final String location;
    private final Path path;
    private final FileChannel channel;
    private final ObjectInfo info;
    private final long end;
    private long position;

    FileStream(OpenState state, String location, Path path, FileChannel channel, ObjectInfo info, long from, long to) {
        this.state = state;
        this.location = location;
        this.path = path;
        this.channel = channel;
        this.info = info;
        end = Math.min(to, info.size());
        position = Math.min(from, end);
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        requireOpen();
        if (length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(Math.min(length, MOST_AT_ONCE), end - position);
        if (wanted == 0) {
            return -1;
        }
        try {
            int count = channel.read(ByteBuffer.wrap(target, offset, wanted), position);
            requireUnchanged();
            if (count <= 0) {
                throw changed("an end at byte " + position);
            }
            position += count;
            return count;
        } catch (ClosedByInterruptException e) {
            throw FileFailures.typed("cannot read " + info.key() + " in " + location, e, location);
        } catch (ClosedChannelException e) {
            requireOpen();
            throw e;
        } catch (IOException e) {
            throw FileFailures.typed("cannot read " + info.key() + " in " + location, e, location);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        requireOpen();
        long skipped = Math.max(0, Math.min(count, end - position));
        position += skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        requireOpen();
        return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
        state.remove(this);
        channel.close();
    }

    private void requireUnchanged() throws IOException {
        if (channel.size() != info.size()) {
            throw changed("a size of " + channel.size());
        }
        BasicFileAttributes attributes;
        try {
            attributes = Root.attributes(path);
        } catch (NoSuchFileException e) {
            return;
        }
        String version = FileVersion.of(attributes);
        if (!info.version().orElseThrow().equals(version)) {
            throw changed("version " + version);
        }
    }

    private ObjectChangedException changed(String found) {
        return new ObjectChangedException(
                info.key(), "version " + info.version().orElseThrow(), found, location, null);
    }

    private void requireOpen() throws IOException {
        state.requireOpen();
        if (!channel.isOpen()) {
            throw new IOException("stream is closed: " + info.key() + " in " + location);
        }
    }
}
