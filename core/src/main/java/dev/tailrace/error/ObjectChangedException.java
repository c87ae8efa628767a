// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * An object is not the version that was asked for: it was replaced since it was listed, or, for a conditional write, it is
 * there where it should not be.
 */
public final class ObjectChangedException extends TailraceException {

    private final String key;

    public ObjectChangedException(
            String key, String expected, String actual, String location, @Nullable Throwable cause) {
        super(
                "object changed: " + key + " in " + location + ", expected " + expected + ", found " + actual,
                location,
                cause);
        this.key = requireNonNull(key, "key");
    }

    public String key() {
        return key;
    }
}
