// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.prune;

import dev.tailrace.error.UnsupportedReplicaException;

/** How many listed objects the heap holds, with those of another listing that they are compared with. For one thread. */
final class ListingBudget {

    /** What a listed object takes, as measured for listings, and the same again for the other listing. */
    private static final long BYTES_PER_OBJECT = 400;

    private static final int MEBIBYTE = 1 << 20;

    private final String location;
    private final long most;
    private long taken;

    /** @param location of the replica, for messages */
    ListingBudget(String location) {
        this.location = location;
        most = Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_OBJECT;
    }

    /** @throws UnsupportedReplicaException if so many more are too many */
    void take(int objects) throws UnsupportedReplicaException {
        taken += objects;
        if (taken > most) {
            throw new UnsupportedReplicaException(
                    location + " lists more than " + most + " objects, too many for a heap of "
                            + Runtime.getRuntime().maxMemory() / MEBIBYTE
                            + " MB; give Java more by -Xmx, the command line by TAILRACE_JAVA_OPTS=-Xmx1g",
                    location);
        }
    }
}
