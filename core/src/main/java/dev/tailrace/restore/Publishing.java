// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What every restore does around the writing of pages: looks at the target before it, and puts the whole file there after it. */
final class Publishing {

    private final Disk disk;
    private final RestoreOptions options;

    Publishing(Disk disk, RestoreOptions options) {
        this.disk = disk;
        this.options = options;
    }

    /** Writes the whole database. */
    interface Filling<R> {

        /** Writes all pages, and gives what then tells of it when the database stands. */
        Supplier<R> fill(DatabaseOutput database) throws IOException;
    }

    /**
     * Looks whether a database may be put at a path, and ends what an interrupted restore left there.
     *
     * @throws dev.tailrace.error.RestoreTargetException if it may not
     */
    TargetFile prepare(Path path) throws TailraceException {
        TargetFile target = new TargetFile(disk, path, options.replaceExisting());
        target.settleInterruptedReplacement();
        TemporaryDatabase.removeSecondName(disk, target);
        target.check();
        return target;
    }

    /** Lets a temporary file be filled and checked, and makes it the target; whatever fails, nothing of it is left. */
    <R> R publish(TargetFile target, Filling<R> filling) throws IOException {
        try (TemporaryDatabase database = TemporaryDatabase.create(disk, target, options.fileMode())) {
            Supplier<R> done = filling.fill(database);
            options.listener().publishing();
            options.check().check(database.path());
            database.publish();
            return done.get();
        }
    }
}
