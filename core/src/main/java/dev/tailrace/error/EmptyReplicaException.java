// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

/**
 * Listing worked, and there is no object of any known layout. The only failure that {@code -if-replica-exists} forgives.
 */
public final class EmptyReplicaException extends TailraceException {

    public EmptyReplicaException(String message, String location) {
        super(message, location, null);
    }
}
