// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** {@code tailrace} without a command. */
final class RootCommand implements Command {

    private final Flags flags = new Flags("tailrace");
    private final Argument<Boolean> version = flags.toggle("version");

    RootCommand() {
        flags.commands(Commands.NAMES);
    }

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) {
        if (!version.value()) {
            throw flags.wrong("command required");
        }
        new VersionCommand().run(session);
    }

    @Override
    public String help() {
        return HelpCommand.OVERVIEW;
    }
}
