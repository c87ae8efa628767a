// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed command line, killed (SIGKILL: its launcher has become Java by then) at random moments of a restore. */
class PackedKillIT {

    private static final int KILLS = 30;
    private static final int LATEST_MILLIS = 900;

    @TempDir
    Path folder;

    @Test
    void targetIsAbsentOrRightAfterEachKillAndTheNextRunSucceeds() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "manysnap");
        String expected = fixture.restores().get(0).sha256().orElseThrow();
        Path replica = fixture.unpackInto(folder.resolve("replica"));
        Path output = Files.createDirectory(folder.resolve("out"));
        Path database = output.resolve("app.db");
        PackedCommandLine tailrace = PackedCommandLine.built();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = tailrace.start("restore", "-q", "-o", database.toString(), replica.toString());
            process.waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            if (Files.exists(database)) {
                assertThat(FixtureRestoreTest.sha256(database))
                        .as("seed %d, kill %d", seed, kill)
                        .isEqualTo(expected);
                Files.delete(database);
            }
        }
        PackedCommandLine.Run run = tailrace.run("restore", "-o", database.toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(FixtureRestoreTest.sha256(database)).isEqualTo(expected);
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).containsExactly(database);
        }
    }
}
