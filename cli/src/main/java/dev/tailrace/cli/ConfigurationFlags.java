// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.Configuration;
import dev.tailrace.cli.configuration.ConfigurationFile;
import java.nio.file.Path;
import java.util.Map;

/** The flags that say how the configuration file is read. */
final class ConfigurationFlags {

    /** For the help texts of the commands that have them. */
    static final String HELP = """
              -config PATH         the configuration file; default: $LITESTREAM_CONFIG, /etc/litestream.yml
                                   or ./litestream.yml
              -no-expand-env       leave $NAME and ${NAME} in the configuration file as they are
            """;

    private final Argument<String> config;
    private final Argument<Boolean> noExpandEnv;

    ConfigurationFlags(Flags flags) {
        config = flags.text("config");
        noExpandEnv = flags.toggle("no-expand-env");
    }

    /** Whether a file was named. */
    boolean namesFile() {
        return config.isGiven() && !config.value().isEmpty();
    }

    boolean noExpandEnv() {
        return noExpandEnv.value();
    }

    /** Where the file is looked for; it need not be there. */
    Path file(Session session) {
        return ConfigurationFile.find(config.given(), session.surroundings().environment());
    }

    /**
     * Reads the file, tells its warnings and hides its secrets.
     *
     * @param quiet whether to keep the warnings to oneself
     */
    Configuration read(Session session, boolean quiet) {
        Map<String, String> environment = session.surroundings().environment();
        Configuration configuration = Configuration.read(file(session), environment, !noExpandEnv());
        session.messages().hide(configuration.secrets());
        if (!quiet) {
            configuration.warnings().forEach(warning -> session.messages().line("warning: " + warning));
        }
        return configuration;
    }
}
