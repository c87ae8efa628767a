// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.ParameterException;

/** The flag of how progress is shown. */
final class ProgressFlag {

    private final Flags flags;
    private final Argument<String> progress;

    ProgressFlag(Flags flags) {
        this.flags = flags;
        this.progress = flags.text("progress", "auto");
    }

    /**
     * What shows it, once there is something to show.
     *
     * @param task what goes on, for people
     * @param delay before a bar appears in a terminal: what ends sooner needs none
     * @throws ParameterException if the flag says what it cannot
     */
    Supplier<ProgressDisplay> display(String task, Duration delay, Session session, OutputFlags output) {
        ProgressMode mode;
        try {
            mode = ProgressMode.parse(progress.value());
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
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
