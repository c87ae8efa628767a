// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;
import java.util.Locale;

/** Sizes and times as people read them. */
final class Quantity {

    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    private Quantity() {}

    /** Such as {@code 512 bytes} or {@code 12.3 MB}, in powers of 1000. */
    static String bytes(long count) {
        int unit = 0;
        double value = count;
        while (value >= 999.95 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Such as {@code 1.2 s}, {@code 2 min 5 s}, {@code 3 h 20 min} or {@code 4 days}. */
    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            double exact = duration.toMillis() / 1000.0;
            return String.format(Locale.ROOT, exact < 10 ? "%.1f s" : "%.0f s", exact);
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
}
