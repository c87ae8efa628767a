// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/** The restore was interrupted, or its replica client closed, before it was done. Nothing is left behind. */
public final class RestoreCancelledException extends TailraceException {

    public RestoreCancelledException(String message, @Nullable Throwable cause) {
        super(message, null, cause);
    }
}
