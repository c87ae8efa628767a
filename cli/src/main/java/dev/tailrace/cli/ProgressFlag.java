// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The flag of how progress is shown. */
final class ProgressFlag {

    @Option(names = {"-progress", "--progress"})
    private String progress = "auto";

    /**
     * What shows it, once there is something to show.
     *
     * @param task what goes on, for people
     * @param delay before a bar appears in a terminal: what ends sooner needs none
     * @throws CommandLine.ParameterException if the flag says what it cannot
     */
    Supplier<ProgressDisplay> display(
            String task, Duration delay, Session session, OutputFlags output, CommandLine command) {
        ProgressMode mode;
        try {
            mode = ProgressMode.parse(progress);
        } catch (IllegalArgumentException e) {
            throw WrongUsage.of(command, String.valueOf(e.getMessage()));
        }
        return () -> {
            if (output.quiet() || mode == ProgressMode.NEVER) {
                return ProgressDisplay.NONE;
            }
            boolean always = mode == ProgressMode.ALWAYS;
            return always || session.surroundings().terminal()
                    ? new ProgressDrawing(
                            task,
                            session.messages(),
                            session.surroundings(),
                            System::nanoTime,
                            always ? Duration.ZERO : delay)
                    : new ProgressLines(session.messages(), System::nanoTime);
        };
    }
}
