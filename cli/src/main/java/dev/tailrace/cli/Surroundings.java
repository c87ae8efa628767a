// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the process it runs in.
 *
 * @param out takes results
 * @param err takes progress, log lines and errors
 * @param charset what {@code out} and {@code err} write
 * @param environment the environment variables
 * @param terminal whether {@code err} is a terminal that can redraw a line
 * @param columns the width of that terminal
 * @param clock tells the age of what was restored
 */
record Surroundings(
        PrintStream out,
        PrintStream err,
        Charset charset,
        Map<String, String> environment,
        boolean terminal,
        int columns,
        Clock clock) {

    private static final int DEFAULT_COLUMNS = 80;

    static Surroundings ofThisProcess() {
        Charset charset = terminalCharset();
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                StandardOutput.to(
                        new FileOutputStream(FileDescriptor.out),
                        charset,
                        // Only the launcher can tell the streams from one another.
                        Boolean.getBoolean("tailrace.terminal.out")),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
                charset,
                environment,
                Boolean.getBoolean("tailrace.terminal") && !"dumb".equals(environment.get("TERM")),
                columns(System.getProperty("tailrace.columns", environment.getOrDefault("COLUMNS", ""))),
                Clock.systemUTC());
    }

    /** Whether block characters can be written. */
    boolean unicode() {
        return charset.newEncoder().canEncode('█');
    }

    static int columns(String text) {
        try {
            int columns = Integer.parseInt(text.strip());
            return columns > 0 ? columns : DEFAULT_COLUMNS;
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }

    /** As the locale says; Java's default charset says so on some versions only. */
    private static Charset terminalCharset() {
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
            String name = System.getProperty(property);
            if (name != null && Charset.isSupported(name)) {
                return Charset.forName(name);
            }
        }
        return Charset.defaultCharset();
    }
}
