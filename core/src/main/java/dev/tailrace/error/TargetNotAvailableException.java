// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

/** The state asked for lies outside what the replica holds. The message gives the range that it does hold. */
public final class TargetNotAvailableException extends TailraceException {

    public TargetNotAvailableException(String message, String location) {
        super(message, location, null);
    }
}
