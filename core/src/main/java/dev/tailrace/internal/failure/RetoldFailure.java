// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.failure;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;

/** A failure with more words and of the same type, since the type says what the caller does next. */
public final class RetoldFailure {

    private RetoldFailure() {}

    /** The failure with words before its own, divided by a colon. */
    public static IOException prefixed(String words, IOException cause, String location) {
        return of(cause, words + ": " + cause.getMessage(), location);
    }

    /**
     * A failure of the same type as {@code cause}, or {@code cause} itself where that type has no room for a message: those
     * that name one object, and those of other libraries.
     *
     * @param location for a cause that names none
     */
    public static IOException of(IOException cause, String message, String location) {
        if (cause instanceof TailraceException typed) {
            String place = typed.location().orElse(location);
            if (typed instanceof StoreAccessException) {
                return new StoreAccessException(message, place, cause);
            }
            if (typed instanceof StoreUnavailableException) {
                return new StoreUnavailableException(message, place, cause);
            }
            return cause;
        }
        return cause.getClass() == IOException.class ? new IOException(message, cause) : cause;
    }
}
