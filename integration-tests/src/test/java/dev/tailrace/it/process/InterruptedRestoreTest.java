// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals end a restore with the exit code that shells expect, and nothing is left; two restores do not mix. */
@Tag("thorough")
class InterruptedRestoreTest {

    private static final int ROUNDS = 5;

    @TempDir
    static Path shared;

    private static SampleReplica replica;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeReplica() throws Exception {
        replica = SampleReplica.create(shared, 40);
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void signalInTheMiddleLeavesNothing(String signal, int exitCode) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int interrupted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Path place = Files.createDirectory(folder.resolve("place" + i));
            Path target = place.resolve("app.db");
            try (ChildJvm child = start("output" + i, target)) {
                assertThat(child.awaitFile(place.resolve("app.db.tailrace-tmp")))
                        .as(child::told)
                        .isTrue();
                LockSupport.parkNanos(random.nextLong(100_000_000));
                child.signal(signal);
                int ended = child.exitCode();
                String told = "seed " + seed + ", round " + i + ", exit code " + ended + ": " + child.output();
                if (Files.exists(target)) {
                    // The signal came too late.
                    assertThat(Files.mismatch(target, replica.database()))
                            .as(told)
                            .isEqualTo(-1);
                    assertThat(ended).as(told).isIn(0, exitCode);
                    assertThat(names(place)).as(told).containsExactly("app.db");
                } else {
                    interrupted++;
                    assertThat(ended).as(told).isEqualTo(exitCode);
                    assertThat(names(place)).as(told).isEmpty();
                    assertThat(child.output()).contains("interrupted").doesNotContain("Exception");
                }
            }
        }
        assertThat(interrupted).as("interrupted restores, seed " + seed).isPositive();
    }

    @Test
    void ofTwoRestoresToOneTargetExactlyOneIsDone() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Path place = Files.createDirectory(folder.resolve("place" + i));
            Path target = place.resolve("app.db");
            String told = "seed " + seed + ", round " + i;
            try (ChildJvm one = start("one" + i, target)) {
                LockSupport.parkNanos(random.nextLong(300_000_000));
                try (ChildJvm other = start("other" + i, target)) {
                    // Nobody who looks ever sees a part of it.
                    while (one.isAlive() || other.isAlive()) {
                        if (Files.exists(target)) {
                            assertThat(Files.mismatch(target, replica.database()))
                                    .as(told)
                                    .isEqualTo(-1);
                        }
                        LockSupport.parkNanos(ChildJvm.POLL_NANOS);
                    }
                    assertThat(List.of(one.exitCode(), other.exitCode()))
                            .as("%s: %s, %s", told, one.output(), other.output())
                            .containsExactlyInAnyOrder(0, 6);
                    assertThat((one.exitCode() == 6 ? one : other).output())
                            .as(told)
                            .containsAnyOf("another restore", "already exists")
                            .doesNotContain("Exception");
                }
            }
            assertThat(Files.mismatch(target, replica.database())).as(told).isEqualTo(-1);
            assertThat(names(place)).as(told).containsExactly("app.db");
        }
    }

    private ChildJvm start(String output, Path target) throws IOException {
        return ChildJvm.tailrace(
                folder.resolve(output),
                "restore",
                "-o",
                target.toString(),
                replica.folder().toString());
    }

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
