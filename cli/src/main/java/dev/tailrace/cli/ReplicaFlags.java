// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.ConfiguredDatabase;
import dev.tailrace.cli.configuration.ConfiguredReplica;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags and the argument that say which replicas are meant. */
final class ReplicaFlags {

    /** For the help texts of the commands that list replicas. */
    static final String HELP = ConfigurationFlags.HELP + """
            -replica NAME        the replica of that name in the configuration; default: all
            """;

    @Mixin
    private final ConfigurationFlags configuration = new ConfigurationFlags();

    @Option(names = {"-replica", "--replica"})
    private @Nullable String replica;

    /** Whether one replica was named. */
    boolean namesReplica() {
        return replica != null;
    }

    /**
     * What the only operand means: a URL, a folder that exists, or else a database in the configuration.
     *
     * @param quiet whether to keep warnings to oneself
     */
    ReplicaSources find(List<String> operands, Session session, CommandLine command, boolean quiet) {
        if (operands.isEmpty() || operands.get(0).isEmpty()) {
            throw WrongUsage.of(command, "database path or replica URL required");
        }
        if (operands.size() > 1) {
            throw WrongUsage.of(command, "too many arguments");
        }
        Map<String, String> environment = session.surroundings().environment();
        String operand = operands.get(0);
        Optional<ReplicaUrl> url = ReplicaArgument.parse(operand);
        if (url.isPresent()) {
            refuseBesideUrl(command);
            if (configuration.noExpandEnv() && !quiet) {
                session.messages().line("-no-expand-env means nothing here: no configuration file is read; ignored");
            }
            return new ReplicaSources(Optional.empty(), List.of(ReplicaSource.of(url.get(), environment)));
        }
        if (!configuration.namesFile() && !Files.exists(configuration.file(session))) {
            throw noReplica(operand, configuration.file(session));
        }
        ConfiguredDatabase database = configuration.read(session, quiet).database(operand);
        List<ReplicaSource> sources = database.replicas().stream()
                .filter(configured -> replica == null || configured.name().equals(replica))
                .map(configured -> ReplicaSource.of(configured, environment))
                .toList();
        if (sources.isEmpty()) {
            throw WrongUsage.of(
                    command,
                    "replica \"" + replica + "\" not found for database \"" + database.path() + "\"; it has "
                            + String.join(
                                    ", ",
                                    database.replicas().stream()
                                            .map(ConfiguredReplica::name)
                                            .toList()));
        }
        return new ReplicaSources(Optional.of(database.path()), sources);
    }

    private void refuseBesideUrl(CommandLine command) {
        if (configuration.namesFile()) {
            throw WrongUsage.of(command, "cannot specify a replica URL or folder and the -config flag");
        }
        if (replica != null) {
            throw WrongUsage.of(command, "cannot specify both the replica URL and the -replica flag");
        }
    }

    private static ReplicaUrlException noReplica(String operand, Path file) {
        String problem = Files.exists(Path.of(operand)) ? "not a replica, but a file: " : "no such folder: ";
        return new ReplicaUrlException(problem + operand
                + "; give the replica's URL, such as file:///backup/app, or its folder; or a database that a"
                + " configuration file names (config file not found: " + file + ", name it with -config)");
    }
}
