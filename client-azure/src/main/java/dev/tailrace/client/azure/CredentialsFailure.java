// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import org.jspecify.annotations.Nullable;

/** No credentials could be had, or such that cannot be used. The message holds none of them. */
final class CredentialsFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CredentialsFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
