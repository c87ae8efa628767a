// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every moment gives the bytes that real Litestream gave for it, where it gave any that are right. Its corrupt databases are
 * refused; where it knows no state after the newest data, the newest state is restored.
 */
class FixtureTimestampTest {

    /** Later than every fixture. */
    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir
    Path folder;

    static List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.of("v03-flat").stream()
                .filter(fixture -> fixture.restores().stream()
                        .anyMatch(expected -> expected.timestamp().isPresent()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresTheBytesOfEveryMoment(ReplicaFixture fixture) throws Exception {
        try (ReplicaClient replica = ReplicaClient.over("memory", fixture.inMemory())) {
            int checked = 0;
            for (ExpectedRestore expected : fixture.restores()) {
                if (expected.timestamp().isPresent()) {
                    check(fixture, replica, expected, folder.resolve("restored-" + checked++ + ".db"));
                }
            }
            assertThat(checked).isGreaterThan(10);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("files left behind").isEmpty();
        }
    }

    private static void check(ReplicaFixture fixture, ReplicaClient replica, ExpectedRestore expected, Path database)
            throws Exception {
        Instant timestamp = expected.timestamp().orElseThrow();
        if (expected.mustMatch()) {
            assertGives(fixture, replica, expected, expected, database);
        } else if (expected.exitCode() != 0 && timestamp.isAfter(newest(fixture, expected.generation()))) {
            ExpectedRestore latest = fixture.restores().stream()
                    .filter(each -> each.mustMatch()
                            && each.index().isEmpty()
                            && each.timestamp().isEmpty()
                            && each.generation().equals(expected.generation()))
                    .findFirst()
                    .orElseThrow();
            RestoreResult result = assertGives(fixture, replica, expected, latest, database);
            assertThat(result.timestamp()).isBefore(timestamp);
            assertThat(result.plan().next()).isEmpty();
        } else {
            // Before the oldest data, or with a corrupt database.
            assertThatThrownBy(() -> restore(replica, expected, database))
                    .as("%s %s: %s", fixture, expected, expected.notes())
                    .isInstanceOf(TargetNotAvailableException.class)
                    .hasMessageContaining(
                            expected.mustNotMatch() ? "the nearest later state that can be restored is" : "from 20");
        }
    }

    private static RestoreResult assertGives(
            ReplicaFixture fixture,
            ReplicaClient replica,
            ExpectedRestore arguments,
            ExpectedRestore expected,
            Path database)
            throws Exception {
        RestoreResult result = restore(replica, arguments, database);
        assertThat(FixtureRestoreTest.sha256(database))
                .as("%s %s: %s", fixture, arguments, arguments.notes())
                .isEqualTo(expected.sha256().orElseThrow());
        assertThat(result.timestamp()).isBeforeOrEqualTo(arguments.timestamp().orElseThrow());
        result.plan()
                .next()
                .ifPresent(next -> assertThat(next.timestamp())
                        .isAfter(arguments.timestamp().orElseThrow()));
        Files.delete(database);
        return result;
    }

    private static Instant newest(ReplicaFixture fixture, Optional<String> generation) {
        return fixture.times().entrySet().stream()
                .filter(each -> each.getKey().startsWith("generations/" + generation.orElse("")))
                .map(Map.Entry::getValue)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private static RestoreResult restore(ReplicaClient replica, ExpectedRestore expected, Path database)
            throws IOException {
        RestoreOptions.Builder options = RestoreOptions.builder()
                .clock(() -> NOW)
                .target(RestoreTarget.atTimestamp(expected.timestamp().orElseThrow()));
        expected.generation().ifPresent(name -> options.generation(new Generation(name)));
        return Restorer.of(replica, options.build()).restoreTo(database);
    }
}
