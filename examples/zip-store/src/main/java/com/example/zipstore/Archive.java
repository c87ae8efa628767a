// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.ReentrantLock;

/** A zip file: what is in it now, and one change of it after the other. */
final class Archive implements Closeable {

    private static final int LOCK_PAUSE_MILLIS = 5;

    private final Path file;
    private final String location;
    private final ReentrantLock writers = new ReentrantLock();

    // Guarded by this.
    private Contents current = Contents.none();
    private String stamp = "";

    private volatile boolean closed;

    Archive(Path file, String location) {
        this.file = file.toAbsolutePath();
        this.location = location;
    }

    /** What is to become of an archive. */
    interface Change {
        /**
         * Writes what is to be in {@code after}.
         *
         * @return false if nothing is to be changed
         */
        boolean make(Contents before, NextArchive after) throws IOException;
    }

    /** What is in it now, to be closed by the caller. */
    synchronized Contents contents() throws TailraceException {
        requireOpen();
        try {
            String now = stampNow();
            if (!now.equals(stamp)) {
                Contents newer = now.isEmpty() ? Contents.none() : Contents.open(file);
                current.close();
                current = newer;
                stamp = now;
            }
            return current.share();
        } catch (IOException e) {
            throw ZipFailures.typed("cannot open " + location, e, location);
        }
    }

    /**
     * Makes a change, as a whole or not at all.
     *
     * @param what for messages, such as "store app/1"
     */
    void change(String what, Change change) throws IOException {
        writers.lock();
        try (FileChannel channel = lock();
                Contents before = contents();
                NextArchive after = new NextArchive(file, newFile())) {
            if (change.make(before, after)) {
                after.publish();
            }
        } catch (IOException e) {
            throw ZipFailures.typed("cannot " + what + " in " + location, e, location);
        } finally {
            writers.unlock();
        }
    }

    /** A new, empty file in the archive's folder. */
    Path newFile() throws IOException {
        return Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp");
    }

    /** To be called before each step, so that closing ends what is under way. */
    void requireOpen() throws StoreAccessException {
        if (closed) {
            throw new StoreAccessException("store is closed: " + location + "; open it again", location, null);
        }
    }

    /** What was given out of its contents stays open until its users close it. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            current.close();
        }
    }

    // Closing the channel gives the lock back.
    private FileChannel lock() throws IOException {
        FileChannel channel = FileChannel.open(
                file.resolveSibling(file.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        while (true) {
            try {
                channel.lock();
                return channel;
            } catch (OverlappingFileLockException anotherStoreHere) {
                try {
                    Thread.sleep(LOCK_PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    // The next attempt fails with it.
                    Thread.currentThread().interrupt();
                }
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    private String stampNow() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.fileKey() + " " + now.size() + " " + now.lastModifiedTime();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
