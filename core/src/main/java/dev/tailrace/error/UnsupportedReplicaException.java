// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/** The data is recognised, but this version cannot read it. The message says what it is and what can read it. */
public final class UnsupportedReplicaException extends TailraceException {

    public UnsupportedReplicaException(String message, @Nullable String location) {
        super(message, location, null);
    }
}
