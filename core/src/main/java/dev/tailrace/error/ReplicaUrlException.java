// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

/** A replica URL that cannot be read. The message quotes it with its secrets masked and gives the accepted forms. */
public final class ReplicaUrlException extends IllegalArgumentException {

    public ReplicaUrlException(String message) {
        super(message);
    }
}
