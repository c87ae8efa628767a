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

/** The flags and the argument that say which replicas are meant. */
final class ReplicaFlags {

    /** For the help texts of the commands that list replicas. */
    static final String HELP = ConfigurationFlags.HELP + """
              -replica NAME        the replica of that name in the configuration; default: all
            """;

    private final Flags flags;
    private final ConfigurationFlags configuration;
    private final Argument<String> replica;

    ReplicaFlags(Flags flags) {
        this.flags = flags;
        this.configuration = new ConfigurationFlags(flags);
        this.replica = flags.text("replica");
    }

    /** Whether one replica was named. */
    boolean namesReplica() {
        return replica.isGiven();
    }

    /**
     * What the only operand means: a URL, a folder that exists, or else a database in the configuration.
     *
     * @param quiet whether to keep warnings to oneself
     */
    ReplicaSources find(List<String> operands, Session session, boolean quiet) {
        if (operands.isEmpty() || operands.get(0).isEmpty()) {
            throw flags.wrong("database path or replica URL required");
        }
        if (operands.size() > 1) {
            throw flags.wrong("too many arguments");
        }
        Map<String, String> environment = session.surroundings().environment();
        String operand = operands.get(0);
        Optional<ReplicaUrl> url = ReplicaArgument.parse(operand);
        if (url.isPresent()) {
            refuseBesideUrl();
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
                .filter(configured -> !replica.isGiven() || configured.name().equals(replica.value()))
                .map(configured -> ReplicaSource.of(configured, environment))
                .toList();
        if (sources.isEmpty()) {
            throw flags.wrong(
                    "replica \"" + replica.value() + "\" not found for database \"" + database.path() + "\"; it has "
                            + String.join(
                                    ", ",
                                    database.replicas().stream()
                                            .map(ConfiguredReplica::name)
                                            .toList()));
        }
        return new ReplicaSources(Optional.of(database.path()), sources);
    }

    private void refuseBesideUrl() {
        if (configuration.namesFile()) {
            throw flags.wrong("cannot specify a replica URL or folder and the -config flag");
        }
        if (replica.isGiven()) {
            throw flags.wrong("cannot specify both the replica URL and the -replica flag");
        }
    }

    private static ReplicaUrlException noReplica(String operand, Path file) {
        String problem = Files.exists(Path.of(operand)) ? "not a replica, but a file: " : "no such folder: ";
        return new ReplicaUrlException(problem + operand
                + "; give the replica's URL, such as file:///backup/app, or its folder; or a database that a"
                + " configuration file names (config file not found: " + file + ", name it with -config)");
    }
}
