// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

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
public record ContentRange(long from, long to, long size) {

    private static final Pattern HEADER = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    /**
     * As an answer says it.
     *
     * @param header {@code Content-Range}; null if the answer holds the whole object
     * @param length {@code Content-Length}; null if it is not told
     * @return empty if it says nothing that can be true
     */
    public static Optional<ContentRange> of(@Nullable String header, @Nullable Long length) {
        if (header == null) {
            return length == null || length < 0 ? Optional.empty() : Optional.of(new ContentRange(0, length, length));
        }
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        long size = Long.parseLong(matcher.group(3));
        // Some servers repeat the range that was asked for, also where the object ends before it does, or before it
        // begins.
        long to = Math.min(last + 1, size);
        return first <= last + 1 ? Optional.of(new ContentRange(Math.min(first, to), to, size)) : Optional.empty();
    }
}
