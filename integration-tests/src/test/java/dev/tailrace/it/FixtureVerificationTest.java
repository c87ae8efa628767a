// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verification.Outcome;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is found to be wrong with any replica that Litestream has written, at any level. */
@Tag("thorough")
class FixtureVerificationTest {

    private static final List<String> LAYOUTS = List.of("v03-flat", "seed-nested", "v04-nested16");

    @TempDir
    Path folder;

    static List<ReplicaFixture> fixtures() throws IOException {
        List<ReplicaFixture> all = new ArrayList<>();
        for (String layout : LAYOUTS) {
            all.addAll(ReplicaFixtures.of(layout));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void findsNothingWrong(ReplicaFixture fixture) throws Exception {
        InMemoryObjectStore store = fixture.inMemory();
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            for (VerifyLevel level : VerifyLevel.values()) {
                Verification verification = Verifier.of(
                                replica,
                                VerifyOptions.builder()
                                        .level(level)
                                        .scratchFolder(folder)
                                        .build())
                        .verify();
                assertThat(verification.damages()).as("%s", level).isEmpty();
                assertThat(verification.openQuestions()).as("%s", level).isEmpty();
                assertThat(verification.outcome()).isEqualTo(Outcome.OK);
                assertThat(Scratch.names(folder)).isEmpty();
                if (level == VerifyLevel.DATA) {
                    isTheStateOfARestore(replica, verification);
                    readsEachObjectOnce(fixture, verification);
                }
            }
        }
    }

    private void isTheStateOfARestore(ReplicaClient replica, Verification verification) throws IOException {
        RestoreResult newest = Restorer.of(replica).restoreTo(folder.resolve("newest.db"));
        assertThat(verification.latest()).hasValue(newest.position());
        assertThat(verification.newest()).hasValue(newest.timestamp());
        RestoreOptions exact = RestoreOptions.builder()
                .target(RestoreTarget.atPosition(newest.position()))
                .build();
        Restorer.of(replica, exact).restoreTo(folder.resolve("exact.db"));
        assertThat(folder.resolve("exact.db")).hasSameBinaryContentAs(folder.resolve("newest.db"));
        Scratch.delete(folder.resolve("newest.db"));
        Scratch.delete(folder.resolve("exact.db"));
    }

    private static void readsEachObjectOnce(ReplicaFixture fixture, Verification verification) throws IOException {
        long unreachable = verification.generations().stream()
                .mapToLong(generation -> generation.unreachable())
                .sum();
        long all = fixture.objects().keySet().stream()
                .filter(key -> Place.of(key).isPresent())
                .count();
        assertThat(verification.objects()).isEqualTo(all - unreachable);
        assertThat(verification.requests()).isEqualTo(all - unreachable);
    }
}
