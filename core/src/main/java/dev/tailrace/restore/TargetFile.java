// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The place where the restored database is to stand: may it, and how is it told when it may not. */
final class TargetFile {

    static final List<String> SIDECARS = List.of("-wal", "-shm", "-journal");

    private final Disk disk;
    private final Path path;
    private final Path folder;
    private final boolean replaces;

    /**
     * A target.
     *
     * @param replaces whether a database that stands there is to be replaced
     * @throws IllegalArgumentException if {@code path} names no file
     */
    TargetFile(Disk disk, Path path, boolean replaces) {
        if (path.toString().isBlank() || path.getFileName() == null) {
            throw new IllegalArgumentException("restore path required");
        }
        this.disk = disk;
        this.path = path;
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("restore path required, found " + path);
        }
        folder = parent;
        this.replaces = replaces;
    }

    /** Whether a database that stands there is to be replaced. */
    boolean replaces() {
        return replaces;
    }

    Path path() {
        return path;
    }

    Path folder() {
        return folder;
    }

    /** A file beside the target whose name is the target's with something added. */
    Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /**
     * Refuses a target that exists or has sidecar files, which SQLite would replay into what is restored. An empty file
     * counts as absent.
     *
     * @return whether there is an empty file
     */
    boolean check() throws TailraceException {
        try {
            Optional<Disk.Entry> there = disk.entry(path);
            if (replaces) {
                if (there.isPresent() && !there.get().isRegularFile()) {
                    throw new RestoreTargetException(
                            "output path is no file and will not be replaced: " + path + "; choose another one", null);
                }
                return false;
            }
            if (there.isPresent()
                    && !(there.get().isRegularFile() && there.get().size() == 0)) {
                throw exists(null);
            }
            for (String suffix : SIDECARS) {
                Path sidecar = beside(suffix);
                if (disk.entry(sidecar).isPresent()) {
                    throw new RestoreTargetException(
                            "a file of another database is in the way: " + sidecar
                                    + "; SQLite would apply it to the restored one, move it away first",
                            null);
                }
            }
            return there.isPresent();
        } catch (IOException e) {
            throw failed("look at", e);
        }
    }

    /** Ends what a run left that was killed while it replaced a database: goes back, or goes through with it. */
    void settleInterruptedReplacement() throws TailraceException {
        try {
            new Replacement(disk, this).settle();
        } catch (IOException e) {
            throw failed("settle an interrupted replacement of", e);
        }
    }

    /** Puts a file in the place of whatever database stands here. */
    void replaceBy(Path file) throws IOException {
        new Replacement(disk, this).replaceBy(file);
    }

    RestoreTargetException exists(@Nullable Throwable cause) {
        return new RestoreTargetException(
                "output path already exists: " + path + "; choose another one, or move it away first", cause);
    }

    /** The failure of a step on the target or its temporary file, typed and with what can be done. */
    TailraceException failed(String step, IOException e) {
        if (e instanceof TailraceException typed) {
            return typed;
        }
        if (e instanceof ClosedByInterruptException) {
            return new RestoreCancelledException("restore of " + path + " was interrupted", e);
        }
        return new RestoreTargetException("cannot " + step + " " + path + ": " + reason(e) + advice(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied on " + denied.getFile();
        }
        String reason = e instanceof FileSystemException system ? system.getReason() : null;
        return reason != null ? reason : String.valueOf(e.getMessage());
    }

    private String advice(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "; run as a user that may write to " + folder + ", or choose another output path";
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left") || message.contains("quota")) {
            return freeSpace() + "; make room, or choose another output path";
        }
        return "";
    }

    private String freeSpace() {
        try {
            return ", " + disk.usableSpace(folder) + " bytes are free in " + folder;
        } catch (IOException e) {
            return "";
        }
    }
}
