// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import dev.tailrace.error.UnsupportedReplicaException;

/**
 * How many listed objects half of the heap holds; the other half is for what is done with them. Who holds what a store lists
 * takes room here first, so that a store with too many names is refused with advice, and memory does not run out. For one
 * thread.
 */
public final class ListingBudget {

    /**
     * What a listed object takes of the heap with its version and times: a WAL segment 156 to 172 as measured, by the store
     * that names the versions, and what the lists take while they grow.
     */
    private static final long BYTES_PER_OBJECT = 200;

    private static final int MEBIBYTE = 1 << 20;

    private final String listed;
    private final String location;
    private final long most;
    private long taken;

    /**
     * Room for one listing.
     *
     * @param listed what is listed, for messages
     * @param location of the replica, without secrets
     */
    public ListingBudget(String listed, String location) {
        this(listed, location, 1);
    }

    /**
     * Room for a listing of what is below a folder.
     *
     * @param prefix of the folder, for messages; may be empty
     * @param location of the store, without secrets
     */
    public static ListingBudget below(String prefix, String location) {
        return new ListingBudget("\"" + prefix + "\" in " + location, location);
    }

    /**
     * Room for one listing with what is noted beside it.
     *
     * @param times how many times as much as a listed object alone takes
     */
    public ListingBudget(String listed, String location, int times) {
        this.listed = listed;
        this.location = location;
        most = most(2 * times);
    }

    /**
     * How many objects fit into one of so many equal parts of the heap.
     *
     * @param parts at least 1
     */
    public static long most(int parts) {
        return Runtime.getRuntime().maxMemory() / parts / BYTES_PER_OBJECT;
    }

    /**
     * Takes room for more objects.
     *
     * @throws UnsupportedReplicaException if so many are too many: not unavailable, since trying again later does not help,
     *     but another setting does
     */
    public void take(long objects) throws UnsupportedReplicaException {
        taken += objects;
        if (taken > most) {
            throw new UnsupportedReplicaException(
                    listed + " lists more than " + most + " objects, too many for a heap of "
                            + Runtime.getRuntime().maxMemory() / MEBIBYTE
                            + " MB; give Java more by -Xmx, the command line by TAILRACE_JAVA_OPTS=-Xmx1g",
                    location);
        }
    }

    /** For how many objects room is taken now. */
    public long taken() {
        return taken;
    }

    /**
     * Gives room back for what is no longer held.
     *
     * @param earlier what {@link #taken()} was before that was taken
     * @throws IllegalArgumentException if it is more than is taken, or less than nothing
     */
    public void giveBackTo(long earlier) {
        if (earlier < 0 || earlier > taken) {
            throw new IllegalArgumentException("room for " + earlier + " objects, where it is taken for " + taken);
        }
        taken = earlier;
    }
}
