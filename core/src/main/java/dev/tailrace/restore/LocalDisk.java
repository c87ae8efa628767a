// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The real file system. */
final class LocalDisk implements Disk {

    @Override
    public Optional<Entry> entry(Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Entry(
                    attributes.isRegularFile(), attributes.isSymbolicLink(), attributes.size(), attributes.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean hasOtherNames(Path path) throws IOException {
        try {
            Object links = Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
            return links instanceof Integer count && count > 1;
        } catch (UnsupportedOperationException | IllegalArgumentException | NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public List<Path> createFolders(Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
            missing.add(at);
        }
        Collections.reverse(missing);
        List<Path> made = new ArrayList<>();
        try {
            for (Path at : missing) {
                try {
                    Files.createDirectory(at);
                    made.add(at);
                } catch (FileAlreadyExistsException e) {
                    // Another restore into the same folder may have been faster: then it is not ours to remove.
                    if (!Files.isDirectory(at)) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            Collections.reverse(made);
            try {
                for (Path at : made) {
                    Files.deleteIfExists(at);
                }
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
        return made;
    }

    @Override
    public DiskFile create(Path file, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        if (view == null) {
            return new LocalFile(FileChannel.open(file, options), false);
        }
        FileChannel channel = FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(permissions));
        try {
            // The process's umask may have taken some away at the creation.
            view.setPermissions(permissions);
            return new LocalFile(channel, false);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        try {
            return new LocalFile(FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS), false);
        } catch (AccessDeniedException e) {
            // A mode that gives its owner no right to write: what is only read can be locked together with others only.
            return new LocalFile(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), true);
        }
    }

    @Override
    public void link(Path name, Path existing) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        if (Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null) {
            // Windows cannot open folders; its file systems journal names by themselves.
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /** One open file. */
    private record LocalFile(FileChannel channel, boolean shared) implements DiskFile {

        @Override
        public boolean tryLock() throws IOException {
            try {
                return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
            } catch (OverlappingFileLockException e) {
                // Another restore of this same process has it.
                return false;
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                // A file system without locks: better a restore that two runs could disturb than none.
                return true;
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void read(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, at);
                if (read < 0) {
                    return;
                }
                at += read;
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
