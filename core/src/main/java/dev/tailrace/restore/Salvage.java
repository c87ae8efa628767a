// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.io.InterruptedIOException;
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
        String nothing = "nothing before it can be restored";
        if (bounds.isEmpty()) {
            return failure.told(replica.location(), nothing, false);
        }
        try {
            String left = new RestoreAttempts(replica, options, bounds.get(), MOST_PLANS).run(this::prove);
            return failure.told(replica.location(), left, true);
        } catch (RestoreCancelledException e) {
            e.addSuppressed(failure);
            throw e;
        } catch (RestoreAttempts.TooManyException e) {
            failure.addSuppressed(e);
            return failure.told(
                    replica.location(),
                    "perhaps restorable, by best effort: an older state, which was not proved, since there is more damage"
                            + " before it",
                    true);
        } catch (DamagedReplicaException
                | EmptyReplicaException
                | TargetNotAvailableException
                | UnsupportedReplicaException none) {
            failure.addSuppressed(none);
            return failure.told(replica.location(), nothing, false);
        } catch (IOException e) {
            if (e instanceof InterruptedIOException || Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
                RestoreCancelledException cancelled = new RestoreCancelledException("restore was interrupted", e);
                cancelled.addSuppressed(failure);
                throw cancelled;
            }
            return unknown(failure, e);
        } catch (NoProviderException e) {
            return unknown(failure, e);
        }
    }

    private DamagedReplicaException unknown(DamagedReplicaException failure, Exception reason) {
        failure.addSuppressed(reason);
        return failure.told(
                replica.location(), "what is restorable before it could not be read: " + reason.getMessage(), false);
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
        return "still restorable, by best effort: " + text(run.assembly().position());
    }

    private static String text(Position state) {
        return state.offset() == 0
                ? "snapshot " + state.generation() + "/" + String.format("%08x", state.index())
                : "up to " + state;
    }
}
