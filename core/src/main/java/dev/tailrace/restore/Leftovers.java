// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/** Tells of a damaged replica with what is left of it. */
final class Leftovers {

    private static final String NOTHING = "nothing before it can be restored";

    private final String location;

    /** @param location of the replica, for messages */
    Leftovers(String location) {
        this.location = location;
    }

    /** Restores by best effort, but for the writing, and says what came of it as part of a sentence. */
    interface Proof {
        String prove() throws IOException;
    }

    /**
     * The failure with what is left.
     *
     * @param proof empty if the damage cannot be kept away from
     * @throws RestoreCancelledException if the calling thread is interrupted
     */
    DamagedReplicaException told(DamagedReplicaException failure, Optional<Proof> proof)
            throws RestoreCancelledException {
        if (proof.isEmpty()) {
            return failure.told(location, NOTHING, false);
        }
        try {
            return failure.told(location, proof.get().prove(), true);
        } catch (RestoreCancelledException e) {
            e.addSuppressed(failure);
            throw e;
        } catch (TooManyPlansException e) {
            failure.addSuppressed(e);
            return failure.told(
                    location,
                    "perhaps restorable, by best effort: an older state, which was not proved, since there is more damage"
                            + " before it",
                    true);
        } catch (DamagedReplicaException
                | EmptyReplicaException
                | TargetNotAvailableException
                | UnsupportedReplicaException none) {
            failure.addSuppressed(none);
            return failure.told(location, NOTHING, false);
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
        return failure.told(location, "what is restorable before it could not be read: " + reason.getMessage(), false);
    }
}
