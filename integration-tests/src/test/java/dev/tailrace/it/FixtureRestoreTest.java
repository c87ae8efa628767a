// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.Tailrace;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every replica of a generation layout gives the bytes that real Litestream gave for the same choice. */
public class FixtureRestoreTest {

    private static final List<String> LAYOUTS = List.of("v03-flat", "seed-nested", "v04-nested16");

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    static Stream<ReplicaFixture> fixtures() throws IOException {
        List<ReplicaFixture> all = new ArrayList<>();
        for (String layout : LAYOUTS) {
            all.addAll(ReplicaFixtures.of(layout));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresTheBytesOfLatestGenerationAndIndex(ReplicaFixture fixture) throws Exception {
        try (ReplicaClient replica = ReplicaClient.over("memory", fixture.inMemory())) {
            restoresAll(fixture, replica);
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresTheSameFromFolder(ReplicaFixture fixture) throws Exception {
        Path root = fixture.unpackInto(elsewhere.resolve("replica"));
        try (ReplicaClient replica = Tailrace.open(ReplicaUrl.ofFolder(root), StoreSettings.defaults())) {
            restoresAll(fixture, replica);
        }
    }

    private void restoresAll(ReplicaFixture fixture, ReplicaClient replica) throws Exception {
        Map<String, ExpectedRestore> distinct = new LinkedHashMap<>();
        for (ExpectedRestore expected : fixture.restores()) {
            if (expected.timestamp().isEmpty() && expected.txid().isEmpty()) {
                distinct.putIfAbsent(expected.generation() + " " + expected.index(), expected);
            }
        }
        assertThat(distinct).isNotEmpty();
        int number = 0;
        for (ExpectedRestore expected : distinct.values()) {
            Path database = folder.resolve("restored-" + number++ + ".db");
            if (isBeyondTheLastIndex(fixture, expected)) {
                // Litestream 0.3 restores the newest state then, without a word; its successors refuse.
                assertThatThrownBy(() -> restore(replica, expected, database))
                        .as("%s %s: %s", fixture, expected, expected.error())
                        .isInstanceOf(TargetNotAvailableException.class)
                        .hasMessageContaining("to index");
                continue;
            }
            assertThat(expected.exitCode()).as("%s %s", fixture, expected).isZero();
            RestoreResult result = restore(replica, expected, database);
            assertThat(sha256(database))
                    .as("%s %s", fixture, expected)
                    .isEqualTo(expected.sha256().orElseThrow());
            assertThat(result.bytesWritten())
                    .isLessThanOrEqualTo(expected.sizeBytes().orElseThrow());
            assertThat(result.pageSize()).isEqualTo(expected.pageSize().orElseThrow());
            assertThat(result.pageCount()).isEqualTo(expected.pageCount().orElseThrow());
            Files.delete(database);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("files left behind").isEmpty();
        }
    }

    private static boolean isBeyondTheLastIndex(ReplicaFixture fixture, ExpectedRestore expected) {
        Pattern name =
                Pattern.compile(".*/" + expected.generation().orElse(".*") + "/(wal|snapshots)/([0-9a-f]+)[._/].*");
        long last = fixture.times().keySet().stream()
                .map(name::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(2), 16))
                .max()
                .orElseThrow();
        return expected.index().map(hex -> Long.parseLong(hex, 16)).orElse(0L) > last;
    }

    private static RestoreResult restore(ReplicaClient replica, ExpectedRestore expected, Path database)
            throws IOException {
        RestoreOptions.Builder options = RestoreOptions.builder();
        expected.generation().ifPresent(name -> options.generation(new Generation(name)));
        expected.index().ifPresent(hex -> options.target(RestoreTarget.atIndex(Long.parseLong(hex, 16))));
        return Restorer.of(replica, options.build()).restoreTo(database);
    }

    public static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
