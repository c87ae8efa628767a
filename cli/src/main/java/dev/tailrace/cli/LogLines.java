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
import java.util.logging.Logger;

/** Brings what libraries log to standard error, one line each. */
final class LogLines extends Handler {

    private static final String CONFIGURATION = "java.util.logging.config.class";

    /** Java's own formatters take long to make. */
    private static final Formatter TEXT = new Formatter() {
        @Override
        public String format(LogRecord logged) {
            return formatMessage(logged);
        }
    };

    private final Messages messages;
    private final boolean verbose;
    /** Held, since the log manager forgets the level of a logger that nobody holds. */
    private final Logger own;

    private LogLines(Messages messages, boolean verbose) {
        this.messages = messages;
        this.verbose = verbose;
        this.own = Logger.getLogger("dev.tailrace");
    }

    /** Takes over the logging of this process. */
    static LogLines install(Messages messages, boolean quiet, boolean verbose) {
        // Any class that can be made will do: then Java does not read its configuration file, which would be undone
        // here.
        System.setProperty(CONFIGURATION, Object.class.getName());
        LogManager.getLogManager().reset();
        LogLines lines = new LogLines(messages, verbose);
        Logger root = Logger.getLogger("");
        // What goes wrong in a vendor's library comes as an error of ours, in one line that says what to do.
        root.setLevel(verbose && !quiet ? Level.INFO : Level.OFF);
        lines.own.setLevel(quiet ? Level.SEVERE : verbose ? Level.FINE : Level.WARNING);
        root.addHandler(lines);
        return lines;
    }

    @Override
    public void publish(LogRecord logged) {
        String text = TEXT.format(logged);
        String level = label(logged.getLevel());
        if (!verbose) {
            messages.line(level + ": " + text);
            return;
        }
        LocalTime time =
                LocalTime.ofInstant(logged.getInstant(), ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        messages.line(time + " " + level + " " + logged.getLoggerName() + ": " + text);
        if (logged.getThrown() != null) {
            messages.lines(Failure.of(logged.getThrown()).stackTrace());
        }
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
