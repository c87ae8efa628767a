// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace help}. */
@CommandLine.Command(name = "help")
final class HelpCommand implements Command {

    static final String OVERVIEW = """
            tailrace brings SQLite databases back from Litestream replicas.

            Usage:

              tailrace restore [flags] REPLICA -o DB
              tailrace restore [flags] DB

            Commands:

              restore     brings a database back from a replica
              log         lists every transaction, each of which can be restored
              verify      proves that a replica can be restored, or names each damage
              copy        copies a replica to another place, and goes on with that
              prune       deletes from a replica what no restore inside a window needs
              info        says on one page what a replica holds
              generations, snapshots, wal, ltx
                          list what a replica holds
              databases   lists what the configuration file names
              backends    lists the storage backends found, and where they come from
              version     prints the versions of tailrace, Java and the LZ4 library
              help        prints this text, or that of a command: tailrace help restore

            Examples:

              tailrace restore -o app.db file:///backup/app
              tailrace restore -o app.db /backup/app
              tailrace restore -config litestream.yml /data/app.db
              tailrace info /backup/app
              tailrace verify /backup/app

            Exit codes:

            """ + indented(ExitCodes.TEXT);

    private final Map<String, Supplier<Command>> commands;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Parameters(arity = "0..*")
    private final List<String> topics = new ArrayList<>();

    HelpCommand(Map<String, Supplier<Command>> commands) {
        this.commands = commands;
    }

    @Override
    public void run(Session session) {
        String topic = topics.isEmpty() ? "help" : topics.get(0);
        Supplier<Command> command = commands.get(topic);
        if (command == null) {
            throw new ParameterException(spec.commandLine(), "no such command: " + topic);
        }
        session.surroundings().out().print(command.get().help());
    }

    @Override
    public String help() {
        return OVERVIEW;
    }

    private static String indented(String text) {
        return text.indent(2);
    }
}
