// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The destination of a copy holds something else already where an object is to go. It is left as it is. */
public final class CopyConflictException extends TailraceException {

    private final String key;

    /**
     * A conflict.
     *
     * @param key of the object in the destination, or of the folder
     * @param message names both sides, what differs, and what to do
     * @param location of the destination
     */
    public CopyConflictException(String key, String message, String location, @Nullable Throwable cause) {
        super(message, location, cause);
        this.key = requireNonNull(key, "key");
    }

    /** The object in the destination, or the folder. */
    public String key() {
        return key;
    }
}
