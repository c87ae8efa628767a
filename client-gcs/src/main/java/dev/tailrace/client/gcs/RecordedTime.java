// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The time that Litestream keeps as metadata of an object; listings have it, too. */
final class RecordedTime {

    private static final String NAME = "litestream-timestamp";

    /** The header that has it where an answer with content has metadata at all. */
    static final String HEADER = "x-goog-meta-" + NAME;

    private RecordedTime() {}

    static Map<String, String> metadata(Optional<Instant> time) {
        return time.map(known -> Map.of(NAME, known.toString())).orElse(Map.of());
    }

    /** Empty where there is none, and where it is no time. */
    static Optional<Instant> in(@Nullable Map<String, String> metadata) {
        return metadata == null ? Optional.empty() : read(metadata.get(NAME));
    }

    /** Empty for what is no time. */
    static Optional<Instant> read(@Nullable String text) {
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
