// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files of all levels of a replica. */
final class LtxListing {

    /** What a listed file takes of the heap with its version and times, and what the lists take while they grow. */
    private static final long BYTES_PER_FILE = 200;

    private static final int MEBIBYTE = 1 << 20;

    private LtxListing() {}

    /**
     * Lists each level once, from 0 upwards: what is compacted meanwhile appears above before it disappears below.
     *
     * @throws UnsupportedReplicaException if there are more than the heap can hold
     */
    static List<LtxFileInfo> of(LtxReplicaClient replica) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        // Half of the heap is left for the restore.
        long most = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_FILE;
        for (int level = 0; level < LtxTree.LEVELS; level++) {
            try (ReplicaIterator<LtxFileInfo> files = replica.files(level)) {
                while (files.hasNext()) {
                    if (all.size() == most) {
                        throw tooMany(replica.location(), most);
                    }
                    all.add(files.next());
                }
            }
        }
        return all;
    }

    private static UnsupportedReplicaException tooMany(String location, long most) {
        return new UnsupportedReplicaException(
                location + " lists more than " + most + " LTX files, too many for a heap of "
                        + Runtime.getRuntime().maxMemory() / MEBIBYTE
                        + " MB; give Java more by -Xmx, the command line by TAILRACE_JAVA_OPTS=-Xmx1g",
                location);
    }
}
