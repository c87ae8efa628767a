// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packed jars on the module path; the launcher has them on the class path. Google's libraries have the same packages in
 * several jars, which no module path takes: that backend is for the class path alone.
 */
@Timeout(120)
class ModulePathIT {

    private static final String MAIN = "tailrace.cli/dev.tailrace.cli.Main";

    @TempDir
    Path folder;

    @Test
    void restoresFromAFolder() throws Exception {
        Path examples = Checkout.root().resolve("examples");
        Path database = folder.resolve("fruits.db");
        String said = run(
                "file",
                "restore",
                "-o",
                database.toString(),
                examples.resolve("fruits").toString());
        assertThat(said).startsWith("restored " + database);
        assertThat(Files.readString(examples.resolve("fruits.sha256"))).startsWith(FixtureRestoreTest.sha256(database));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "s3", "azure", "sftp"})
    void findsItsBackendsByTheirServices(String backend) throws Exception {
        assertThat(run(backend, "backends", "-json"))
                .contains("tailrace-client-" + backend)
                .contains("tailrace-codec-lz4");
    }

    private String run(String backend, String... arguments) throws Exception {
        Path home = PackedCommandLine.built().home();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                home.resolve("lib")
                        + File.pathSeparator
                        + home.resolve("backends").resolve(backend),
                "--add-modules",
                "ALL-MODULE-PATH",
                "-m",
                MAIN));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process = ProcessTitles.builder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(errors, StandardCharsets.UTF_8))
                    .isZero();
            return Files.readString(output, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }
}
