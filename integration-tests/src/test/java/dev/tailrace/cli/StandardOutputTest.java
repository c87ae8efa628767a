// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database, or a long list, on standard output; and what becomes of it when nobody reads on. */
class StandardOutputTest {

    private static final Path EXAMPLE = Path.of("..", "examples", "fruits");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Takes so many bytes, and then fails as the system says it. */
    private static final class Ending extends OutputStream {

        private final OutputStream bytes;
        private final String reason;
        private int left;

        Ending(OutputStream bytes, int left, String reason) {
            this.bytes = bytes;
            this.left = left;
            this.reason = reason;
        }

        @Override
        public void write(int value) throws IOException {
            if (left-- <= 0) {
                throw new IOException(reason);
            }
            bytes.write(value);
        }
    }

    private int run(OutputStream stream, boolean terminal, String... arguments) {
        Surroundings surroundings = new Surroundings(
                StandardOutput.to(stream, StandardCharsets.UTF_8, terminal),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                StandardCharsets.UTF_8,
                Map.of(),
                false,
                100,
                Clock.systemUTC());
        return new CommandLineInterface(surroundings, new LibraryRestore()).run(arguments);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String[] restore(Path replica) {
        return new String[] {
            "restore", "-o", "-", "-temp-dir", folder.toString(), "-integrity-check", "full", "" + replica
        };
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void takesTheWholeDatabaseAndNothingElse() throws IOException {
        assertThat(run(out, false, restore(EXAMPLE))).as(err()).isZero();
        Path file = folder.resolve("file.db");
        assertThat(InProcess.run("restore", "-o", file.toString(), "" + EXAMPLE).exitCode())
                .isZero();
        assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
        Files.delete(file);
        assertThat(err())
                .startsWith("restored the database to 24d7f5fd41f0ef48/00000006:00004080, the state of ")
                .contains("full integrity check: ok");
        assertNothingLeft();
    }

    @Test
    void takesNothingOfADamagedReplica() throws IOException {
        Path replica = folder.resolve("replica");
        copy(EXAMPLE, replica);
        Path segment = replica.resolve("generations/24d7f5fd41f0ef48/wal/00000003_00002050.wal.lz4");
        byte[] bytes = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(run(out, false, restore(replica))).isEqualTo(4);
        assertThat(out.size()).isZero();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(replica);
        }
    }

    @Test
    void isNoPlaceForADatabaseIfItIsATerminal() throws IOException {
        assertThat(run(out, true, restore(EXAMPLE))).isEqualTo(2);
        assertThat(err()).contains("a database is not printed to a terminal");
        assertThat(out.size()).isZero();
        assertNothingLeft();
    }

    @Test
    void failsTheRestoreWhoseReaderHasGone() throws IOException {
        assertThat(run(new Ending(out, 5000, "Broken pipe"), false, restore(EXAMPLE)))
                .isEqualTo(6);
        assertThat(err()).contains("cannot write the database to standard output: Broken pipe");
        assertNothingLeft();
    }

    @Test
    void endsTheLogQuietlyWhoseReaderHasGone() {
        for (String json : new String[] {"-json=false", "-json"}) {
            assertThat(run(new Ending(out, 300, "Broken pipe"), false, "log", json, "" + EXAMPLE))
                    .isZero();
            assertThat(err()).isEmpty();
        }
    }

    @Test
    void saysThatTheLogCannotBeWritten() {
        assertThat(run(new Ending(out, 300, "No space left on device"), false, "log", "" + EXAMPLE))
                .isEqualTo(1);
        assertThat(err()).contains("the result cannot be written to standard output");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThat(run(
                        out,
                        false,
                        "restore",
                        "-o",
                        "-",
                        "-temp-dir",
                        folder.resolve("none").toString(),
                        "" + EXAMPLE))
                .isEqualTo(6);
        assertThat(err()).contains("cannot make a temp folder in ").contains("choose another with -temp-dir");
    }

    @Test
    void saysThatATempFolderMeansNothingForAFile() {
        Path file = folder.resolve("app.db");
        assertThat(run(out, false, "restore", "-o", file.toString(), "-temp-dir", "/nowhere", "" + EXAMPLE))
                .isZero();
        assertThat(err()).contains("-temp-dir means nothing without -o -");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
