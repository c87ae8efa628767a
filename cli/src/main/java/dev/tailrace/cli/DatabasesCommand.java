// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.cli.configuration.Configuration;
import dev.tailrace.cli.configuration.ConfigurationException;
import dev.tailrace.cli.configuration.ConfiguredDatabase;
import dev.tailrace.cli.configuration.ConfiguredReplica;
import dev.tailrace.error.ReplicaUrlException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code tailrace databases}. */
final class DatabasesCommand implements Command {

    private final Flags flags = new Flags("tailrace databases");
    private final Argument<List<String>> operands = flags.operands();
    private final ConfigurationFlags configuration = new ConfigurationFlags(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        if (!operands.value().isEmpty()) {
            throw flags.wrong("too many arguments");
        }
        Configuration read = configuration.read(session, false);
        Consumer<String> warnings = problem -> session.messages().line("warning: " + problem);
        if (json.value()) {
            session.result(out -> write(out, read.databases(), warnings));
            return;
        }
        Table table = new Table("path", "replicas", "urls");
        for (ConfiguredDatabase database : read.databases()) {
            List<ConfiguredReplica> replicas = database.replicas();
            table.row(
                    shownPath(database),
                    joined(replicas.stream().map(ConfiguredReplica::name).toList()),
                    joined(replicas.stream()
                            .map(replica -> url(replica, warnings).orElse("?"))
                            .toList()));
        }
        table.lines().forEach(session::result);
    }

    private static String shownPath(ConfiguredDatabase database) {
        return database.path() + (database.folder() ? "/..." : "");
    }

    private static String joined(List<String> words) {
        return words.isEmpty() ? Shown.NOTHING : String.join(",", words);
    }

    /** Where a replica is, without secrets; empty, and a warning, if the configuration does not say. */
    private static Optional<String> url(ConfiguredReplica replica, Consumer<String> warnings) {
        try {
            return Optional.of(replica.address().url().toString());
        } catch (ConfigurationException | ReplicaUrlException e) {
            warnings.accept(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static void write(JsonWriter json, List<ConfiguredDatabase> databases, Consumer<String> warnings)
            throws IOException {
        json.beginArray();
        for (ConfiguredDatabase database : databases) {
            json.beginObject();
            json.name("path").value(database.path().toString());
            json.name("folder").value(database.folder());
            json.name("replicas").beginArray();
            for (ConfiguredReplica replica : database.replicas()) {
                json.beginObject();
                json.name("name").value(replica.name());
                json.name("type").value(replica.type());
                Optional<String> url = url(replica, warnings);
                if (url.isPresent()) {
                    json.name("url").value(url.get());
                }
                json.name("encrypted").value(replica.encrypted());
                json.endObject();
            }
            json.endArray();
            json.endObject();
        }
        json.endArray();
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the databases that the configuration file of Litestream names. Nothing else is read.

            Usage:

              tailrace databases [flags]

            Flags:

            """ + ConfigurationFlags.HELP + """
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              path       the database; a folder that is replicated as a whole ends in /...
              replicas   their names, or the kinds of their storage
              urls       where they are, as other commands take them; passwords are masked
            """;
}
