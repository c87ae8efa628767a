// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** What a run of the command line left behind. */
record CommandRun(int exitCode, String out, String err) {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    static CommandRun of(ReplicaRestore restore, String... arguments) {
        return of(restore, false, StandardCharsets.UTF_8, arguments);
    }

    static CommandRun inTerminal(ReplicaRestore restore, String... arguments) {
        return of(restore, true, StandardCharsets.UTF_8, arguments);
    }

    static CommandRun of(ReplicaRestore restore, boolean terminal, Charset charset, String... arguments) {
        return of(restore, terminal, charset, Map.of("FROM", "TEST"), arguments);
    }

    static CommandRun with(ReplicaRestore restore, Map<String, String> environment, String... arguments) {
        return of(restore, false, StandardCharsets.UTF_8, environment, arguments);
    }

    private static CommandRun of(
            ReplicaRestore restore,
            boolean terminal,
            Charset charset,
            Map<String, String> environment,
            String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                new PrintStream(out, false, charset),
                new PrintStream(err, true, charset),
                charset,
                environment,
                terminal,
                100,
                Clock.fixed(NOW, ZoneOffset.UTC));
        int exitCode = new CommandLineInterface(surroundings, restore).run(arguments);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
