// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.PrintStream;
import java.util.Collection;

/**
 * Standard error: whole lines, and below them at most one status line that is drawn again and again. Safe for use by many
 * threads. No secret of the arguments gets through.
 */
final class Messages {

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream stream;
    private Secrets secrets;
    private boolean statusShown;

    Messages(PrintStream stream, Secrets secrets) {
        this.stream = stream;
        this.secrets = secrets;
    }

    /** Keeps more secrets out of what is printed from now on. */
    synchronized void hide(Collection<String> more) {
        secrets = secrets.with(more);
    }

    /** A text without secrets, for where it is not printed here. */
    synchronized String masked(String text) {
        return secrets.masked(text);
    }

    /** Prints one line, whatever the text holds. */
    void line(String text) {
        print(oneLine(text));
    }

    /** Prints a failure as JSON. */
    synchronized void json(Failure failure) {
        clearStatus();
        Json.print(stream, failure.json(secrets));
    }

    /** Prints a text of several lines, such as a stack trace. */
    void lines(String text) {
        text.lines().forEach(line -> print((line.startsWith("\t") ? "  " : "") + oneLine(line)));
    }

    /** Draws the status line anew. */
    synchronized void status(String text) {
        stream.print(CLEAR_LINE + text);
        stream.flush();
        statusShown = true;
    }

    synchronized void clearStatus() {
        if (statusShown) {
            stream.print(CLEAR_LINE);
            stream.flush();
            statusShown = false;
        }
    }

    private synchronized void print(String line) {
        clearStatus();
        stream.println(secrets.masked(line));
        stream.flush();
    }

    /** Names in a replica are foreign: no line breaks, and nothing that a terminal would obey. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.strip().replaceAll("\\s*\\R\\s*", " ").codePoints().forEach(character -> {
            if (character == '\t') {
                line.append("  ");
            } else if (Character.isISOControl(character)) {
                line.append('?');
            } else {
                line.appendCodePoint(character);
            }
        });
        return line.toString();
    }
}
