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
     * A failure of a store that may ask to be spared.
     *
     * @param retryAfter how long it asks to be left alone, not negative; zero if it asks for fewer requests and does not say
     *     for how long; null where it asks for neither
     */
    public StoreUnavailableException(
            String message, String location, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, location, cause);
        this.retryAfter = retryAfter;
    }

    /**
     * How long the store asks to be left alone (HTTP's {@code Retry-After}); zero if it asks for fewer requests and does not
     * say for how long; empty where it asks for neither.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
