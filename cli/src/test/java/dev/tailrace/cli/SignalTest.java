// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalTest {

    @TempDir
    Path folder;

    @Test
    void terminationCancelsTheRestoreAndWaitsForItsCleanUp() throws Exception {
        Path temp = folder.resolve("x.db.tmp");
        Path errors = folder.resolve("err");
        Process process = ProcessTitles.builder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Endless.class.getName(),
                        temp.toString())
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            for (int i = 0; i < 300 && !Files.exists(temp); i++) {
                Thread.sleep(100);
            }
            assertThat(temp).exists();
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(temp).doesNotExist();
        assertThat(errors).hasContent("tailrace: restore cancelled, nothing was left behind");
    }

    /** Restores without end, as the library would: an interrupt makes it clean up. */
    static final class Endless {

        private Endless() {}

        public static void main(String[] arguments) {
            Path temp = Path.of(arguments[0]);
            OnlyRestoring endless = (replica, environment, options, database) -> {
                Files.createFile(temp);
                try {
                    Thread.sleep(60_000);
                    throw new IOException("not cancelled");
                } catch (InterruptedException e) {
                    cleanUp(temp);
                    throw new RestoreCancelledException("restore cancelled, nothing was left behind", e);
                }
            };
            Main.run(endless, "restore", "-o", "x.db", "file:///backup/app");
        }

        private static void cleanUp(Path temp) throws IOException {
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Files.delete(temp);
        }
    }
}
