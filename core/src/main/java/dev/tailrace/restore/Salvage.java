// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.util.Optional;

/**
 * What a restore by best effort would bring of a damaged replica. Names do not tell, since what they promise may be damaged
 * as well: so it is done as such a restore does it, but for the writing.
 */
final class Salvage {

    /** What is read at most to prove it, in stored bytes: a message is not worth another download of a large replica. */
    static final long MOST_READ = 256L << 20;

    /** How many plans are tried at most: each takes a listing or two, and a replica may be damaged all over. */
    static final int MOST_PLANS = 24;

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final long mostRead;
    private long read;

    Salvage(ReplicaClient replica, RestoreOptions options) {
        this(replica, options, MOST_READ);
    }

    Salvage(ReplicaClient replica, RestoreOptions options, long mostRead) {
        this.replica = replica;
        this.options = options.withoutListener();
        this.mostRead = mostRead;
    }

    /**
     * The failure with what is left.
     *
     * @param bounds which keep away from the damage; empty if that cannot be done
     * @throws RestoreCancelledException if the calling thread is interrupted
     */
    DamagedReplicaException told(DamagedReplicaException failure, Optional<PlanBounds> bounds)
            throws RestoreCancelledException {
        return new Leftovers(replica.location())
                .told(
                        failure,
                        bounds.map(closer ->
                                () -> new RestoreAttempts(replica, options, closer, MOST_PLANS).run(this::prove)));
    }

    private String prove(RestorePlan plan) throws IOException {
        if (plan.bytes() > mostRead - read) {
            return "perhaps restorable, by best effort: " + plan.end()
                    + ", which was not proved, since that takes reading " + plan.bytes() + " bytes";
        }
        RestoreRun run = new RestoreRun(plan, replica, options, BlockCompressions.installed(), DatabaseOutput.NOWHERE);
        try {
            run.run();
        } finally {
            read += run.bytesRead();
        }
        String state = text(run.assembly().position());
        return "still restorable, by best effort: " + state
                + (plan.isSnapshotUnproved() ? ", if its snapshot is a whole state, which nothing proves" : "");
    }

    private static String text(Position state) {
        return state.offset() == 0
                ? "snapshot " + state.generation() + "/" + String.format("%08x", state.index())
                : "up to " + state;
    }
}
