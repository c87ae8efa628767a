// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file that tells of each operation before it is done. Closing is not watched: a system does it for the dead, too. */
final class WatchedChannel extends FileChannel {

    private final FileChannel real;
    private final Path path;
    private final WatchedFiles.Step step;

    WatchedChannel(FileChannel real, Path path, WatchedFiles.Step step) {
        this.real = real;
        this.path = path;
        this.step = step;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        step.before("read", path);
        return real.read(bytes);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        step.before("read", path);
        return real.read(bytes, position);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        step.before("write", path);
        return real.write(bytes);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        step.before("write", path);
        return real.write(bytes, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        step.before("sync", path);
        real.force(metaData);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        step.before("lock", path);
        return real.tryLock(position, size, shared);
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }

    // What the store has no use for must not go past the watch.

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) {
        throw new UnsupportedOperationException("read into several");
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
        throw new UnsupportedOperationException("write from several");
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException("truncate");
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("transfer");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException("transfer");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException("map");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException("lock");
    }
}
