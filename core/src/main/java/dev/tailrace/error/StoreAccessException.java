// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/**
 * The store refuses: credentials, permissions, an unknown host key, a bucket that does not exist. Never retried, since the
 * next try would be refused as well.
 */
public final class StoreAccessException extends TailraceException {

    public StoreAccessException(String message, String location, @Nullable Throwable cause) {
        super(message, location, cause);
    }
}
