// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a restore does to the local file system goes through here, so that a test can make each single step fail,
 * or be the last one. Nothing follows a symbolic link in the last element of a path.
 */
interface Disk {

    /** What stands at a path. */
    record Entry(
            boolean isRegularFile,
            boolean isSymbolicLink,
            long size,
            @Nullable Object identity) {}

    /** What stands at {@code path}; empty if nothing does. */
    Optional<Entry> entry(Path path) throws IOException;

    /** Whether the file at {@code path} has other names (hard links), as far as the file system says. */
    boolean hasOtherNames(Path path) throws IOException;

    /** Makes {@code folder} and what is missing above it; says which ones it made, the outermost first. */
    List<Path> createFolders(Path folder) throws IOException;

    /**
     * Makes a file that did not exist, with exactly these permissions where the file system has any.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    DiskFile create(Path file, Set<PosixFilePermission> permissions) throws IOException;

    /** Opens a file that exists, to take its lock; nothing is changed. */
    DiskFile openExisting(Path file) throws IOException;

    /**
     * Gives the file {@code existing} a second name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if that name is taken
     * @throws UnsupportedOperationException if this file system has no links
     */
    void link(Path name, Path existing) throws IOException;

    /** Renames a file in one step, over {@code target} if that exists. */
    void rename(Path source, Path target) throws IOException;

    /** Deletes a file or an empty folder; absent is no error. */
    void delete(Path path) throws IOException;

    /** Makes durable which names a folder holds. */
    void syncFolder(Path folder) throws IOException;

    /** How many bytes can still be written where {@code path} is, for messages. */
    long usableSpace(Path path) throws IOException;

    /** A file that is open for writing, and, if it was made here, for reading. Safe for use by many threads. */
    interface DiskFile extends Closeable {

        /** Takes the file for this process, if no other has it; held until {@link #close()}. */
        boolean tryLock() throws IOException;

        /** Writes all of {@code bytes} at {@code position}; the file grows as needed, with zeros in between. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Reads from {@code position} until {@code bytes} is full or the file ends. */
        void read(ByteBuffer bytes, long position) throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        /** Makes the contents durable. */
        void force() throws IOException;
    }
}
