// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that failed while a replica was read, written or restored. The subclass says what the caller can do next;
 * the message says what failed, where, what was expected and what was found, and the next step, in one line.
 *
 * <p>Messages and {@link #location()} never hold a secret: backends mask them before they make an exception.
 */
public abstract sealed class TailraceException extends IOException
        permits EmptyReplicaException,
                TargetNotAvailableException,
                DamagedReplicaException,
                ObjectMissingException,
                ObjectChangedException,
                StoreAccessException,
                StoreUnavailableException,
                RestoreTargetException,
                CopyConflictException,
                UnsupportedReplicaException,
                RestoreCancelledException {

    private final @Nullable String location;

    TailraceException(String message, @Nullable String location, @Nullable Throwable cause) {
        super(message, cause);
        this.location = location;
    }

    /** The replica or store concerned, as a URL with its secrets masked; empty where none is concerned. */
    public final Optional<String> location() {
        return Optional.ofNullable(location);
    }
}
