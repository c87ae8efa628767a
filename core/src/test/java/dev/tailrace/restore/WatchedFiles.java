// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Real files, below the {@link Disk}: tells what the operating system is asked for, lets it refuse, and can be as file
 * systems are that others have. It does what {@link LocalDisk} needs.
 */
final class WatchedFiles {

    /** Is asked before each step. */
    interface Hook {
        void before(String step, Path path) throws IOException;
    }

    private final FileSystemProvider provider = new Provider();
    private final FileSystem fileSystem = new System();
    private final List<String> steps = new ArrayList<>();
    private Hook hook = (step, path) -> {};
    private boolean withoutAttributes;
    private boolean lockedElsewhere;
    private int most = Integer.MAX_VALUE;

    /** The same file, seen by this. */
    Path watched(Path real) {
        return (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "getFileSystem":
                            return fileSystem;
                        case "getParent":
                            Path parent = real.getParent();
                            return parent == null ? null : watched(parent);
                        case "equals":
                            return arguments[0] instanceof Path other
                                    && other.toString().equals(real.toString());
                        default:
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                    }
                });
    }

    /** What was asked for, in its order: the step and the name of the file. */
    List<String> steps() {
        return steps;
    }

    void hook(Hook before) {
        hook = before;
    }

    /** From now on there are no views of POSIX or Unix attributes, as on Windows. */
    void withoutAttributes() {
        withoutAttributes = true;
    }

    /** From now on another process has all locks. */
    void lockedElsewhere() {
        lockedElsewhere = true;
    }

    /** From now on no read and no write does more than so many bytes. */
    void atMost(int bytes) {
        most = bytes;
    }

    private static Path real(Path watched) {
        return Path.of(watched.toString());
    }

    private void step(String step, Path path) throws IOException {
        steps.add(step + " " + path.getFileName());
        hook.before(step, real(path));
    }

    private final class Channel extends FileChannel {

        private final Path path;
        private final FileChannel channel;

        Channel(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            step("read", path);
            ByteBuffer part = target.slice(target.position(), Math.min(most, target.remaining()));
            int read = channel.read(part, position);
            target.position(target.position() + Math.max(0, read));
            return read;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            step("write", path);
            ByteBuffer part = source.slice(source.position(), Math.min(most, source.remaining()));
            int written = channel.write(part, position);
            source.position(source.position() + written);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            step(metaData ? "force with metadata" : "force", path);
            channel.force(metaData);
        }

        @Override
        public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
            step(shared ? "lock shared" : "lock", path);
            return lockedElsewhere ? null : channel.tryLock(position, size, shared);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            step("truncate", path);
            channel.truncate(size);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
            step("close", path);
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Provider extends FileSystemProvider {

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            step(options.contains(StandardOpenOption.WRITE) ? "open to write" : "open to read", path);
            return new Channel(path, FileChannel.open(real(path), options, attributes));
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            step("createDirectory", folder);
            Files.createDirectory(real(folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            step("delete", path);
            Files.delete(real(path));
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            step("move", source);
            Files.move(real(source), real(target), options);
        }

        @Override
        public <V extends FileAttributeView> @Nullable V getFileAttributeView(
                Path path, Class<V> type, LinkOption... options) {
            V view = Files.getFileAttributeView(real(path), type, options);
            if (withoutAttributes || view == null) {
                return null;
            }
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        step(method.getName(), path);
                        try {
                            return method.invoke(view, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            step("readAttributes", path);
            return Files.readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            step("readAttributes", path);
            if (withoutAttributes) {
                throw new UnsupportedOperationException("no view of that name");
            }
            return Files.readAttributes(real(path), attributes, options);
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real(path).getFileSystem().provider().checkAccess(real(path), modes);
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return Files.getFileStore(real(path));
        }

        @Override
        public String getScheme() {
            return "watched";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isSameFile(Path one, Path other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isHidden(Path path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
            throw new UnsupportedOperationException();
        }
    }

    private final class System extends FileSystem {

        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return "/";
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return Set.of("basic", "posix", "unix");
        }

        @Override
        public Path getPath(String first, String... more) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PathMatcher getPathMatcher(String syntaxAndPattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
