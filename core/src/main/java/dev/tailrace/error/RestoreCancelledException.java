// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/**
 * The restore was interrupted, its replica client closed, or its executor refused work, before it was done. Nothing is left
 * behind.
 */
public final class RestoreCancelledException extends TailraceException {

    public RestoreCancelledException(String message, @Nullable Throwable cause) {
        super(message, null, cause);
    }
}
