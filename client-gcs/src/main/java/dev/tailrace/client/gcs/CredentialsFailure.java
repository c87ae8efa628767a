// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No credentials could be had, or no token for them. An {@link IOException}, since it passes through the client. */
final class CredentialsFailure extends IOException {

    private static final long serialVersionUID = 1;

    CredentialsFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
