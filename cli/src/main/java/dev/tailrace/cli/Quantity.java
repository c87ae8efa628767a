// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;

/** Sizes and times as people read them. */
final class Quantity {

    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    private Quantity() {}

    /** Such as {@code 512 bytes} or {@code 12.3 MB}, in powers of 1000. */
    static String bytes(long count) {
        int unit = 0;
        long size = 1;
        // Not what would be shown as 1000.0.
        while (count >= 1000 * size - size / 20 && unit < UNITS.length - 1) {
            size *= 1000;
            unit++;
        }
        return (unit == 0 ? String.valueOf(count) : tenths(count, size)) + " " + UNITS[unit];
    }

    /** Such as {@code 1.2 s}, {@code 2 min 5 s}, {@code 3 h 20 min} or {@code 4 days}. */
    static String time(Duration duration) {
        if (duration.isNegative()) {
            return "-" + time(duration.negated());
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            long milliseconds = duration.toMillis();
            return (milliseconds < 10_000 ? tenths(milliseconds, 1000) : String.valueOf((milliseconds + 500) / 1000))
                    + " s";
        }
        if (seconds < 3600) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        if (duration.toHours() < 48) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toDays() + " days";
    }

    /** For what is not known better than to a second. */
    static String roughTime(Duration duration) {
        return duration.toSeconds() < 60 ? duration.toSeconds() + " s" : time(duration);
    }

    /** "1 page", "2 pages". */
    static String count(long number, String noun) {
        return count(number, noun, noun + "s");
    }

    /** "1 index", "2 indexes". */
    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** A quotient to one digit behind the point. What the format of a string would need of the locale takes long to load. */
    private static String tenths(long dividend, long divisor) {
        long tenth = divisor / 10;
        long tenths = dividend / tenth + (dividend % tenth >= tenth / 2 ? 1 : 0);
        return tenths / 10 + "." + tenths % 10;
    }
}
