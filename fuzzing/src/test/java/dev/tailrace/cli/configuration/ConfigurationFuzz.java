// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.fuzzing.Bounds;
import dev.tailrace.fuzzing.InputBytes;
import java.util.Map;

/** Configuration files: read, or refused by a typed exception, and never a value of the environment in what is said. */
public final class ConfigurationFuzz {

    private static final String SECRET = "Planted-7f3a9c";
    private static final Map<String, String> ENVIRONMENT =
            Map.of("A", "value", "B", "a: [b", "EMPTY", "", "SECRET", SECRET);

    private ConfigurationFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = InputBytes.text(input);
        Bounds.within((16 << 20) + 16_384L * input.length, () -> {
            read(text, true);
            read(text, false);
        });
    }

    private static void read(String text, boolean expand) {
        Configuration configuration;
        try {
            configuration = Configuration.of(text, "fuzzed.yml", ENVIRONMENT, expand);
        } catch (ConfigurationException e) {
            return;
        }
        for (String warning : configuration.warnings()) {
            require(!warning.contains("\n") || text.contains("\n"), "%s", warning);
        }
        configuration.databases().forEach(database -> read(configuration, database));
    }

    private static void read(Configuration configuration, ConfiguredDatabase database) {
        String path = database.path() + (database.folder() ? "/below/app?.db" : "");
        try {
            configuration.database(path).replicas().forEach(ConfigurationFuzz::address);
        } catch (ConfigurationException e) {
            require(e.getMessage().contains("fuzzed.yml"), "%s", e.getMessage());
        }
    }

    private static void address(ConfiguredReplica replica) {
        try {
            ReplicaAddress address = replica.address();
            String password = address.settings().getOrDefault("password", "");
            require(!password.equals(SECRET) || !address.toString().contains(SECRET), "shows a secret: %s", address);
        } catch (ConfigurationException | ReplicaUrlException e) {
            require(e.getMessage() != null, "no message");
        }
    }
}
