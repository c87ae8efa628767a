// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request has no answer, and will have none: its connection is gone. */
final class ConnectionLost extends IOException {

    private static final long serialVersionUID = 1L;

    ConnectionLost(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
