// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tailrace} without a command. */
@CommandLine.Command(name = "tailrace")
final class RootCommand implements Command {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Option(names = {"-version", "--version"})
    private boolean version;

    @Override
    public void run(Session session) {
        if (!version) {
            throw new ParameterException(spec.commandLine(), "command required");
        }
        new VersionCommand().run(session);
    }

    @Override
    public String help() {
        return HelpCommand.OVERVIEW;
    }
}
