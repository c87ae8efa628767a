// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpHeaders;
import com.google.api.services.storage.model.StorageObject;
import dev.tailrace.store.ObjectInfo;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the store's answers tell of an object. */
final class ObjectInfos {

    /** What is asked for. */
    static final String FIELDS = "name,size,generation,timeCreated,metadata";

    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private ObjectInfos() {}

    /** Empty where size, time or generation are missing or cannot be true. */
    static Optional<ObjectInfo> of(String key, StorageObject object) {
        BigInteger size = object.getSize();
        if (size == null
                || size.signum() < 0
                || size.compareTo(LARGEST) > 0
                || object.getGeneration() == null
                || object.getTimeCreated() == null) {
            return Optional.empty();
        }
        return Optional.of(new ObjectInfo(
                key,
                size.longValue(),
                Instant.ofEpochMilli(object.getTimeCreated().getValue()),
                RecordedTime.in(object.getMetadata()),
                Optional.of(object.getGeneration().toString())));
    }

    /** From the head of an answer with content. Empty where time or generation are missing. */
    static Optional<ObjectInfo> of(String key, long size, HttpHeaders headers) {
        Optional<Instant> storedAt = time(headers.getLastModified());
        String generation = headers.getFirstHeaderStringValue("x-goog-generation");
        if (storedAt.isEmpty() || generation == null) {
            return Optional.empty();
        }
        return Optional.of(new ObjectInfo(
                key,
                size,
                storedAt.get(),
                RecordedTime.read(headers.getFirstHeaderStringValue(RecordedTime.HEADER)),
                Optional.of(generation)));
    }

    /** The number that a version is; empty for what no object has. Zero is none: to the store it means that there is no object. */
    static Optional<Long> generation(String version) {
        return version.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(version)) : Optional.empty();
    }

    private static Optional<Instant> time(@Nullable String header) {
        try {
            return header == null
                    ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
