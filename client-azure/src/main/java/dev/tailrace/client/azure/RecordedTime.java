// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The time that Litestream keeps as metadata of a blob, under a name without hyphens since Azure allows none. */
final class RecordedTime {

    private static final String NAME = "litestreamtimestamp";

    private RecordedTime() {}

    static Map<String, String> metadata(Optional<Instant> time) {
        return time.map(known -> Map.of(NAME, known.toString())).orElse(Map.of());
    }

    /** Empty where there is none, and where it is no time. Headers may come in other letters than they were sent. */
    static Optional<Instant> in(@Nullable Map<String, String> metadata) {
        return metadata == null
                ? Optional.empty()
                : metadata.entrySet().stream()
                        .filter(entry -> entry.getKey().equalsIgnoreCase(NAME))
                        .findFirst()
                        .flatMap(entry -> parsed(entry.getValue()));
    }

    private static Optional<Instant> parsed(@Nullable String text) {
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
