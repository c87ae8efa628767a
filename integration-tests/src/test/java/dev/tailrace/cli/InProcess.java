// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/** The command line with the real library behind it, in this process: what it printed, and the exit code it would have. */
public record InProcess(int exitCode, String out, String err) {

    public static InProcess run(String... arguments) {
        return run(Map.of(), Clock.systemUTC(), arguments);
    }

    /** The same on a machine whose clock is that one. */
    public static InProcess at(Clock clock, String... arguments) {
        return run(Map.of(), clock, arguments);
    }

    /** With environment variables, and at another time. */
    public static InProcess run(Map<String, String> environment, Clock clock, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                environment,
                false,
                100,
                clock);
        int exitCode = new CommandLineInterface(surroundings, new LibraryRestore()).run(arguments);
        return new InProcess(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
