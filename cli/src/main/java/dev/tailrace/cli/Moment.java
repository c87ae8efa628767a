// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A moment as {@code -timestamp} takes it. The machine's time zone and locale have no say in it.
 *
 * @param instant which one
 * @param zoneAssumed whether it was written without a zone, and taken as UTC
 */
record Moment(Instant instant, boolean zoneAssumed) {

    private static final int DATE = "2026-01-31".length();

    private static final Pattern ZONE = Pattern.compile("([Zz]|[+-][0-9:]+)$");
    private static final String AGO = " ago";

    // Possessive: a repeated group that can give back takes stack for each repetition.
    private static final Pattern LENGTH = Pattern.compile("(?:[0-9]{1,9} ?[a-z]+ ?)++");
    private static final Pattern PART = Pattern.compile("([0-9]{1,9}) ?([a-z]+) ?");

    /**
     * Reads RFC 3339 with any offset, the same without one, or a time back such as {@code 15m ago}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static Moment parse(String text, Instant now) {
        String back = text.endsWith(AGO) ? text.substring(0, text.length() - AGO.length()) : "";
        try {
            if (LENGTH.matcher(back).matches()) {
                return new Moment(now.minus(duration(back, text)), false);
            }
            // RFC 3339 lets a space stand for the T.
            boolean spaced = text.length() > DATE && text.charAt(DATE) == ' ';
            String iso = spaced ? text.substring(0, DATE) + "T" + text.substring(DATE + 1) : text;
            return ZONE.matcher(iso).find()
                    ? new Moment(OffsetDateTime.parse(iso).toInstant(), false)
                    : new Moment(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC), true);
        } catch (DateTimeException | ArithmeticException e) {
            throw malformed(text);
        }
    }

    /** A length of time such as {@code 1h30m}; empty if it is none. */
    static Optional<Duration> lengthOf(String text) {
        try {
            return LENGTH.matcher(text).matches() ? Optional.of(duration(text, text)) : Optional.empty();
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Duration duration(String parts, String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(parts);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "s", "sec", "second", "seconds" -> Duration.ofSeconds(number);
                        case "m", "min", "minute", "minutes" -> Duration.ofMinutes(number);
                        case "h", "hour", "hours" -> Duration.ofHours(number);
                        case "d", "day", "days" -> Duration.ofDays(number);
                        case "w", "week", "weeks" -> Duration.ofDays(Math.multiplyExact(7, number));
                        default -> throw malformed(text);
                    });
        }
        return sum;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("invalid -timestamp \"" + text
                + "\", expected RFC 3339, such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00, or a time back,"
                + " such as \"15m ago\"");
    }
}
