// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code tailrace help}. */
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

            """ + ExitCodes.TEXT;

    private final Flags flags = new Flags("tailrace help");
    private final Argument<List<String>> topics = flags.operands();
    private final Function<String, Optional<Command>> commands;

    /** @param commands those there are, by name */
    HelpCommand(Function<String, Optional<Command>> commands) {
        this.commands = commands;
    }

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) {
        String topic = topics.value().isEmpty() ? "help" : topics.value().get(0);
        Command command = commands.apply(topic).orElseThrow(() -> flags.wrong("no such command: " + topic));
        session.surroundings().out().print(command.help());
    }

    @Override
    public String help() {
        return OVERVIEW;
    }
}
