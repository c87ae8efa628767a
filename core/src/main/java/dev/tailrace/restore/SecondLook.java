// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import java.io.IOException;

/**
 * Takes a second look at what seems to be damage, since retention deletes while a restore goes on: only what a fresh plan
 * shows again is damage.
 *
 * @param <P> what is planned
 */
abstract class SecondLook<P> {

    /** For a replica that changes faster than it is read there is no end to it. */
    private static final int MOST_EXECUTIONS = 5;

    private final RestoreListener listener;

    SecondLook(RestoreListener listener) {
        this.listener = listener;
    }

    /** What is done with a plan. */
    interface Execution<P, T> {
        T execute(P plan) throws IOException;
    }

    /** Plans from a fresh listing. */
    abstract P fresh() throws IOException;

    /** Whether the two read the same and stop at the same place. */
    abstract boolean sameReading(P one, P other);

    /**
     * Executes a plan and, where that fails for what may have changed meanwhile, a fresh one if it is another; again and again
     * while it is.
     *
     * @throws DamagedReplicaException also for a listed object that is missing
     */
    <T> T execute(P plan, Execution<P, T> execution) throws IOException {
        P current = plan;
        for (int executions = 1; ; executions++) {
            try {
                return execution.execute(current);
            } catch (DamagedReplicaException | ObjectMissingException | ObjectChangedException e) {
                P other = after(e);
                if (executions == MOST_EXECUTIONS || sameReading(other, current)) {
                    throw e instanceof ObjectMissingException missing ? missing(missing) : e;
                }
                listener.warning("the replica changed while it was read; restoring from a new plan");
                current = other;
            }
        }
    }

    private static DamagedReplicaException missing(ObjectMissingException e) {
        return new DamagedReplicaException(
                Damage.of(e.key(), "object is listed but cannot be opened, it does not exist"), e);
    }

    private P after(IOException failure) throws IOException {
        try {
            return fresh();
        } catch (IOException e) {
            e.addSuppressed(failure);
            throw e;
        }
    }
}
