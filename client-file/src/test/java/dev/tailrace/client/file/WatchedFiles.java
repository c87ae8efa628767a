// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The system's own files by paths that tell of each operation before it is done: for what takes any {@link Path}. */
final class WatchedFiles extends FileSystemProvider {

    /** Is told of an operation; if it throws, that is not done. */
    interface Step {
        void before(String operation, Path path) throws IOException;
    }

    private final FileSystemProvider real;
    private final FileSystem system;
    private final Step step;

    private WatchedFiles(Path path, Step step) {
        real = path.getFileSystem().provider();
        system = new WatchedFileSystem(this, path.getFileSystem());
        this.step = step;
    }

    /** The same path, watched, as is all that is found from it. */
    static Path watch(Path path, Step step) {
        return new WatchedFiles(path, step).wrap(path);
    }

    private Path wrap(Path path) {
        return (Path) Proxy.newProxyInstance(
                WatchedFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Wrapped.class},
                (proxy, method, arguments) -> called(path, method, arguments));
    }

    /** A path of this kind. */
    private interface Wrapped {
        Path unwrapped();
    }

    private static Path unwrap(Path path) {
        return path instanceof Wrapped wrapped ? wrapped.unwrapped() : path;
    }

    private @Nullable Object called(Path path, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "unwrapped" -> {
                return path;
            }
            case "getFileSystem" -> {
                return system;
            }
            case "toRealPath" -> step.before("resolve", path);
            case "iterator" -> {
                Iterator<Path> names = StreamSupport.stream(path.spliterator(), false)
                        .map(this::wrap)
                        .iterator();
                return names;
            }
            default -> {
                // As the path itself has it.
            }
        }
        Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
        for (int i = 0; i < unwrapped.length; i++) {
            unwrapped[i] = unwrapped[i] instanceof Path other ? unwrap(other) : unwrapped[i];
        }
        try {
            Object result = method.invoke(path, unwrapped);
            return result instanceof Path found ? wrap(found) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private Path seen(String operation, Path path) throws IOException {
        Path unwrapped = unwrap(path);
        step.before(operation, unwrapped);
        return unwrapped;
    }

    private static boolean writes(Set<? extends OpenOption> options) {
        return options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path file = seen(writes(options) ? "open to write" : "open to read", path);
        return new WatchedChannel(real.newFileChannel(file, options, attributes), file, step);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> stream = real.newDirectoryStream(seen("list", folder), filter);
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return StreamSupport.stream(stream.spliterator(), false)
                        .map(WatchedFiles.this::wrap)
                        .iterator();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        real.createDirectory(seen("make folder", folder), attributes);
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        real.createLink(seen("link", link), unwrap(existing));
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(seen("delete", path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        real.move(unwrap(source), seen("rename", target), options);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(seen("look", path), modes);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(seen("look", path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return real.readAttributes(seen("look", path), names, options);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        Path file = unwrap(path);
        BasicFileAttributeView view = real.getFileAttributeView(file, BasicFileAttributeView.class, options);
        return type.cast(new BasicFileAttributeView() {
            @Override
            public String name() {
                return view.name();
            }

            @Override
            public BasicFileAttributes readAttributes() throws IOException {
                step.before("look", file);
                return view.readAttributes();
            }

            @Override
            public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
                    throws IOException {
                step.before("set time", file);
                view.setTimes(modified, accessed, created);
            }
        });
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return real.isSameFile(seen("look", path), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(seen("look", path));
    }

    @Override
    public String getScheme() {
        return real.getScheme();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return wrap(real.getPath(uri));
    }

    // What the store has no use for must not go past the watch.

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("new file system");
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("copy " + Arrays.toString(options));
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("file store");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("set " + attribute);
    }
}
