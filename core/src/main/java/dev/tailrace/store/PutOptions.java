// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * How an object is to be stored.
 *
 * @param recordedAt the time its content came to be, kept with the object: as the modification time by stores that have
 *     one, else as metadata under Litestream's name. Empty leaves it to the store's clock
 * @param condition what must hold for the object to be stored
 */
public record PutOptions(Optional<Instant> recordedAt, Condition condition) {

    /** No recorded time, no condition. */
    public static final PutOptions NONE = new PutOptions(Optional.empty(), new Condition.Always());

    public PutOptions {
        requireNonNull(recordedAt, "recordedAt");
        requireNonNull(condition, "condition");
    }

    /** These options with a recorded time. */
    public PutOptions recordedAt(Instant time) {
        return new PutOptions(Optional.of(time), condition);
    }

    /** These options, storing only where there is no object of that key. */
    public PutOptions ifAbsent() {
        return new PutOptions(recordedAt, new Condition.Absent());
    }

    /** These options, replacing only that version. */
    public PutOptions ifVersion(String version) {
        return new PutOptions(recordedAt, new Condition.Version(version));
    }

    /** What must hold before an object is stored. The check and the write are one step. */
    public sealed interface Condition {

        /** Nothing. */
        record Always() implements Condition {}

        /** There is no object of that key. */
        record Absent() implements Condition {}

        /**
         * The object there has this version.
         *
         * @param version as in {@link ObjectInfo#version()}
         */
        record Version(String version) implements Condition {
            public Version {
                requireNonNull(version, "version");
            }
        }
    }
}
