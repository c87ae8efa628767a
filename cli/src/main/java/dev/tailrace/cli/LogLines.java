// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

/** Brings what libraries log to standard error, one line each. Made by Java, as {@link LogConfiguration} says. */
public final class LogLines extends Handler {

    /** The log manager's property for whether all is told of a line. */
    static final String VERBOSE = "dev.tailrace.cli.LogLines.verbose";

    /** Java's own formatters take long to make. */
    private static final Formatter TEXT = new Formatter() {
        @Override
        public String format(LogRecord logged) {
            return formatMessage(logged);
        }
    };

    private final boolean verbose;

    /** A handler as the log manager's properties want it. */
    public LogLines() {
        verbose = Boolean.parseBoolean(LogManager.getLogManager().getProperty(VERBOSE));
    }

    @Override
    public void publish(LogRecord logged) {
        String text = TEXT.format(logged);
        String level = label(logged.getLevel());
        if (!verbose) {
            print(level + ": " + text);
            return;
        }
        LocalTime time =
                LocalTime.ofInstant(logged.getInstant(), ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        print(time + " " + level + " " + logged.getLoggerName() + ": " + text);
        if (logged.getThrown() != null) {
            System.err.println(Failure.of(logged.getThrown()).stackTrace());
        }
    }

    private static void print(String line) {
        System.err.println(Messages.oneLine(line));
    }

    private static String label(Level level) {
        if (level.intValue() < Level.INFO.intValue()) {
            return "debug";
        }
        return level.equals(Level.SEVERE) ? "error" : level.getName().toLowerCase(Locale.ROOT);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
