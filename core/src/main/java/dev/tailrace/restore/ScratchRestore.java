// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A restore into a folder of its own, which is gone when it is closed. */
final class ScratchRestore implements Closeable {

    private final Path folder;
    private final Path database;

    private ScratchRestore(Path folder) {
        this.folder = folder;
        database = folder.resolve("scratch.db");
    }

    /** @param parent where to make the folder; empty for the system's folder for temporary files */
    static ScratchRestore in(Optional<Path> parent) throws RestoreTargetException {
        try {
            String prefix = "tailrace-verify-";
            return new ScratchRestore(
                    parent.isPresent()
                            ? Files.createTempDirectory(parent.get(), prefix)
                            : Files.createTempDirectory(prefix));
        } catch (IOException e) {
            throw new RestoreTargetException(
                    "cannot make a scratch folder in "
                            + parent.map(Path::toString).orElse("the folder for temporary files") + ": " + e
                            + "; choose another folder",
                    e);
        }
    }

    /** Restores the newest state, and asks about it. */
    RestoreResult restore(ReplicaClient replica, VerifyOptions options) throws IOException {
        return Restorer.of(replica, options.restore()).restoreTo(database);
    }

    /** The same of LTX files. */
    LtxRestoreResult restore(LtxReplicaClient replica, VerifyOptions options) throws IOException {
        return LtxRestorer.of(replica, options.restore()).restoreTo(database);
    }

    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(database);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new RestoreTargetException("cannot remove the scratch folder " + folder + ": " + e, e);
        }
    }
}
