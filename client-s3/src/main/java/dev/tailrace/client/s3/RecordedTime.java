// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/** The time that Litestream keeps as metadata of an object. Listings do not have it, only the object's own head. */
final class RecordedTime {

    private static final String NAME = "litestream-timestamp";

    private RecordedTime() {}

    static Map<String, String> metadata(Optional<Instant> time) {
        return time.map(known -> Map.of(NAME, known.toString())).orElse(Map.of());
    }

    /** Empty where there is none, and where it is no time. */
    static Optional<Instant> in(Map<String, String> metadata) {
        String text = metadata.get(NAME);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
