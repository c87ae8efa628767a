// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** One object is not there. */
public final class ObjectMissingException extends TailraceException {

    private final String key;

    public ObjectMissingException(String key, String location, @Nullable Throwable cause) {
        super("object does not exist: " + key + " in " + location, location, cause);
        this.key = requireNonNull(key, "key");
    }

    public String key() {
        return key;
    }
}
