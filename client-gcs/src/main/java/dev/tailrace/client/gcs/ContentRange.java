// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of an object an answer holds.
 *
 * @param from first byte
 * @param to the byte after the last one
 * @param size of the whole object
 */
record ContentRange(long from, long to, long size) {

    private static final Pattern HEADER = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    /**
     * As an answer says it.
     *
     * @param header null if the answer holds the whole object
     * @param length of the answer
     * @return empty if it says nothing that can be true
     */
    static Optional<ContentRange> of(@Nullable String header, @Nullable Long length) {
        if (header == null) {
            return length == null || length < 0 ? Optional.empty() : Optional.of(new ContentRange(0, length, length));
        }
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ContentRange range = new ContentRange(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)) + 1,
                Long.parseLong(matcher.group(3)));
        boolean sound = range.from < range.to && range.to <= range.size;
        return sound ? Optional.of(range) : Optional.empty();
    }
}
