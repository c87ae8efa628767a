// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.Configuration;
import dev.tailrace.cli.configuration.ConfigurationFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how the configuration file is read. */
final class ConfigurationFlags {

    /** For the help texts of the commands that have them. */
    static final String HELP = """
            -config PATH         the configuration file; default: $LITESTREAM_CONFIG, /etc/litestream.yml
                                 or ./litestream.yml
            -no-expand-env       leave $NAME and ${NAME} in the configuration file as they are
            """;

    @Option(names = {"-config", "--config"})
    private @Nullable String config;

    @Option(
            names = {"-no-expand-env", "--no-expand-env"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean noExpandEnv;

    /** Whether a file was named. */
    boolean namesFile() {
        return config != null && !config.isEmpty();
    }

    boolean noExpandEnv() {
        return noExpandEnv;
    }

    /** Where the file is looked for; it need not be there. */
    Path file(Session session) {
        return ConfigurationFile.find(
                Optional.ofNullable(config), session.surroundings().environment());
    }

    /**
     * Reads the file, tells its warnings and hides its secrets.
     *
     * @param quiet whether to keep the warnings to oneself
     */
    Configuration read(Session session, boolean quiet) {
        Map<String, String> environment = session.surroundings().environment();
        Configuration configuration = Configuration.read(file(session), environment, !noExpandEnv);
        session.messages().hide(configuration.secrets());
        if (!quiet) {
            configuration.warnings().forEach(warning -> session.messages().line("warning: " + warning));
        }
        return configuration;
    }
}
