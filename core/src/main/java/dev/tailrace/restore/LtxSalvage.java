// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.util.Optional;

/** What a restore by best effort would bring of a damaged replica of LTX files; as {@link Salvage} for generations. */
final class LtxSalvage {

    private final LtxReplicaClient replica;
    private final RestoreOptions options;
    private final long mostRead;
    private long read;

    LtxSalvage(LtxReplicaClient replica, RestoreOptions options) {
        this(replica, options, Salvage.MOST_READ);
    }

    LtxSalvage(LtxReplicaClient replica, RestoreOptions options, long mostRead) {
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
    DamagedReplicaException told(DamagedReplicaException failure, Optional<LtxBounds> bounds)
            throws RestoreCancelledException {
        return new Leftovers(replica.location())
                .told(
                        failure,
                        bounds.map(closer ->
                                () -> new LtxAttempts(replica, options, closer, Salvage.MOST_PLANS).run(this::prove)));
    }

    private String prove(LtxRestorePlan plan) throws IOException {
        if (plan.bytes() > mostRead - read) {
            return "perhaps restorable, by best effort: up to transaction " + plan.txid()
                    + ", which was not proved, since that takes reading " + plan.bytes() + " bytes";
        }
        LtxRun run = new LtxRun(plan, replica, options, BlockCompressions.installed(), DatabaseOutput.NOWHERE);
        try {
            run.run();
        } finally {
            read += run.bytesRead();
        }
        return "still restorable, by best effort: up to transaction " + plan.txid();
    }
}
