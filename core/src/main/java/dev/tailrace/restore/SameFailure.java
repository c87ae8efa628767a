// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;

/** A failure told once more, by another exception of the same type. */
final class SameFailure {

    private SameFailure() {}

    /**
     * The failure with the step in front of its message, where its type leaves the message open: damage, and an object that
     * is missing or was replaced, name their key already. What has no type of ours is a store that does not answer.
     *
     * @param location of the store
     */
    static TailraceException in(String step, IOException e, String location) {
        String message = step + ": " + e.getMessage();
        if (e instanceof StoreAccessException) {
            return new StoreAccessException(message, location, e);
        }
        if (e instanceof RestoreTargetException) {
            return new RestoreTargetException(message, e);
        }
        if (e instanceof TailraceException typed && !(e instanceof StoreUnavailableException)) {
            return typed;
        }
        return new StoreUnavailableException(message, location, e);
    }

    /** A twin for those who may add it to the first one as suppressed, as try-with-resources does: no exception bears itself. */
    static Exception again(Throwable e, String location) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof DamagedReplicaException damaged) {
            return new DamagedReplicaException(damaged.damage(), e);
        }
        if (e instanceof TargetNotAvailableException) {
            return new TargetNotAvailableException(message, location);
        }
        if (e instanceof StoreUnavailableException) {
            return new StoreUnavailableException(message, location, e);
        }
        if (e instanceof StoreAccessException) {
            return new StoreAccessException(message, location, e);
        }
        if (e instanceof ObjectMissingException missing) {
            return new ObjectMissingException(missing.key(), location, e);
        }
        if (e instanceof UnsupportedReplicaException) {
            return new UnsupportedReplicaException(message, location);
        }
        if (e instanceof IllegalArgumentException) {
            return new IllegalArgumentException(message, e);
        }
        if (e instanceof NoProviderException) {
            return new NoProviderException(message);
        }
        return e instanceof IOException ? new IOException(message, e) : new IllegalStateException(message, e);
    }
}
