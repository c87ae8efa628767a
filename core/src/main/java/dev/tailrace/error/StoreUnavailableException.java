// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/** The store cannot be reached or does not answer in time, after all retries. A later try may work. */
public final class StoreUnavailableException extends TailraceException {

    public StoreUnavailableException(String message, String location, @Nullable Throwable cause) {
        super(message, location, cause);
    }
}
