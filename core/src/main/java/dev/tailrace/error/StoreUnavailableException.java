// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store cannot be reached or does not answer in time, after all retries. A later try may work. */
public final class StoreUnavailableException extends TailraceException {

    private final @Nullable Duration retryAfter;

    public StoreUnavailableException(String message, String location, @Nullable Throwable cause) {
        this(message, location, null, cause);
    }

    /**
     * A failure of a store that says when to come back.
     *
     * @param retryAfter how long it asks to be left alone, not negative; null where it does not say
     */
    public StoreUnavailableException(
            String message, String location, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, location, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the store asks to be left alone (HTTP's {@code Retry-After}); empty where it does not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
