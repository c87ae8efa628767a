// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Generation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Values as tables show them, the same in every zone and locale. */
final class Shown {

    static final String NOTHING = "-";

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Shown() {}

    /** RFC 3339 in UTC, to the second. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** RFC 3339 in UTC, to the millisecond, so that all have the same width. */
    static String preciseTime(Instant instant) {
        return MILLISECONDS.format(instant);
    }

    /** How long ago a moment was. */
    static String age(Instant at, Clock clock) {
        Duration age = Duration.between(at, clock.instant());
        // The clocks of two machines differ.
        return age.isNegative() ? "just now" : Quantity.time(age) + " ago";
    }

    /** As names and {@code -index} write indexes and offsets: hexadecimal, at least 8 digits. */
    static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(Math.max(0, 8 - digits.length())) + digits;
    }

    /** A position, as {@code restore} prints it. */
    static String position(Generation generation, long index, long offset) {
        return generation + "/" + hex(index) + ":" + hex(offset);
    }

    /** As Litestream writes a lag: {@code 250ms}, {@code 3s}, {@code 1h2m3s}, with a minus where the replica is newer. */
    static String lag(Duration lag) {
        Duration size = lag.abs();
        String sign = lag.isNegative() ? "-" : "";
        if (size.toSeconds() == 0) {
            return size.toMillis() == 0 ? "0s" : sign + size.toMillis() + "ms";
        }
        StringBuilder text = new StringBuilder(sign);
        if (size.toHours() > 0) {
            text.append(size.toHours()).append('h');
        }
        if (size.toMinutes() > 0) {
            text.append(size.toMinutesPart()).append('m');
        }
        return text.append(size.toSecondsPart()).append('s').toString();
    }
}
