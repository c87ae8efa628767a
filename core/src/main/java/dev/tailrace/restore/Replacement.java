// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreTargetException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts a database in the place of another one, so that at no moment the new one stands beside the sidecar files of the old
 * one, which SQLite would apply to it.
 *
 * <p>First the old database gets a second name, then its sidecars are renamed, then the new one is renamed over it, then all
 * that is old is deleted; each is durable before the next begins. While the second name exists it tells how far a killed run
 * has come: if the target is still the same file, the sidecars belong to it and go back; otherwise they are of no use any
 * more. The old database is never opened: closing it would drop the locks of an SQLite that uses it in this process.
 */
final class Replacement {

    private static final String ASIDE = ".replaced-by-tailrace";

    private final Disk disk;
    private final TargetFile target;
    private final Path oldDatabase;

    Replacement(Disk disk, TargetFile target) {
        this.disk = disk;
        this.target = target;
        oldDatabase = target.beside(ASIDE);
    }

    void replaceBy(Path file) throws IOException {
        settle();
        boolean replaced = false;
        try {
            nameOldDatabase();
            for (String suffix : TargetFile.SIDECARS) {
                Path sidecar = target.beside(suffix);
                if (disk.entry(sidecar).isPresent()) {
                    disk.rename(sidecar, target.beside(suffix + ASIDE));
                }
            }
            disk.syncFolder(target.folder());
            disk.rename(file, target.path());
            replaced = true;
            disk.syncFolder(target.folder());
            deleteOld();
        } catch (IOException e) {
            if (!replaced) {
                goBack(e);
            }
            throw e;
        }
    }

    private void nameOldDatabase() throws IOException {
        Optional<Disk.Entry> there = disk.entry(target.path());
        if (there.isEmpty()) {
            return;
        }
        try {
            disk.link(oldDatabase, target.path());
        } catch (FileSystemException | UnsupportedOperationException e) {
            boolean hasSidecars = false;
            for (String suffix : TargetFile.SIDECARS) {
                hasSidecars |= disk.entry(target.beside(suffix)).isPresent();
            }
            if (hasSidecars) {
                throw new RestoreTargetException(
                        "cannot replace " + target.path() + " safely, its file system has no links; delete it and its"
                                + " -wal, -shm and -journal first",
                        e);
            }
            return;
        }
        // Before any sidecar is moved: without the second name the next run would take those aside for old ones.
        disk.syncFolder(target.folder());
    }

    /** Ends what a killed run left, one way or the other. Nothing is done where nothing was left. */
    void settle() throws IOException {
        List<String> aside = new ArrayList<>();
        for (String suffix : TargetFile.SIDECARS) {
            if (disk.entry(target.beside(suffix + ASIDE)).isPresent()) {
                aside.add(suffix);
            }
        }
        Optional<Disk.Entry> old = disk.entry(oldDatabase);
        if (aside.isEmpty() && old.isEmpty()) {
            return;
        }
        Optional<Disk.Entry> present = disk.entry(target.path());
        boolean oldStillThere = old.isPresent()
                && present.isPresent()
                && Objects.equals(old.get().identity(), present.get().identity());
        boolean nothingThere = old.isEmpty() && present.isEmpty();
        if (oldStillThere || nothingThere) {
            for (String suffix : aside) {
                if (disk.entry(target.beside(suffix)).isPresent()) {
                    throw new RestoreTargetException(
                            "an interrupted replacement left " + target.beside(suffix + ASIDE) + ", and there is a new "
                                    + target.beside(suffix)
                                    + "; keep the one that belongs to the database, delete the other",
                            null);
                }
                disk.rename(target.beside(suffix + ASIDE), target.beside(suffix));
            }
            // Before the second name goes, for the same reason.
            disk.syncFolder(target.folder());
            disk.delete(oldDatabase);
            disk.syncFolder(target.folder());
        } else {
            deleteOld();
        }
    }

    /** The second name goes last: while it is there, a killed run can be told from a finished one. */
    private void deleteOld() throws IOException {
        for (String suffix : TargetFile.SIDECARS) {
            disk.delete(target.beside(suffix + ASIDE));
        }
        disk.delete(oldDatabase);
        disk.syncFolder(target.folder());
    }

    private void goBack(IOException failure) {
        try {
            settle();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
