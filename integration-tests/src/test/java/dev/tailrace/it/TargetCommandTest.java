// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.cli.InProcess;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moments and transactions on the command line, on a replica of two generations that Litestream wrote. */
class TargetCommandTest {

    private static final String FIRST = "0004844052c3670c";
    private static final String SECOND = "6295e55f45cb6323";
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T14:56:04.543439375Z"), ZoneId.of("Asia/Kathmandu"));

    @TempDir
    Path folder;

    private Path replica;
    private Path database;

    @BeforeEach
    void unpack() throws IOException {
        replica = ReplicaFixtures.of("v03-flat", "twogen").unpackInto(folder.resolve("replica"));
        database = folder.resolve("app.db");
    }

    private InProcess restore(String... flags) {
        List<String> words = new ArrayList<>(List.of("restore", "-o", database.toString()));
        words.addAll(List.of(flags));
        words.add(replica.toString());
        return InProcess.at(CLOCK, words.toArray(String[]::new));
    }

    @Test
    void restoresTheSameMomentHoweverItIsWritten() throws Exception {
        for (String timestamp : List.of(
                "2026-11-22T14:46:04.348449922Z",
                "2026-11-22T20:31:04.348449922+05:45",
                "2026-11-22 14:46:04.348449922Z",
                "2026-11-22T14:46:04.348449922")) {
            InProcess run = restore("-progress", "never", "-timestamp", timestamp);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("to " + SECOND + "/00000003:00005098, the state of 2026-11-22T14:46:04Z (10 min 0 s ago)")
                    .contains("what follows on it is of 2026-11-22T14:46:04.401460480Z, from " + SECOND
                            + "/00000003:00005098 on");
            assertThat(FixtureRestoreTest.sha256(database)).startsWith("8fd6f8dd");
            Files.delete(database);
        }
    }

    @Test
    void restoresTheNewestStateAndSaysHowOldItIs() throws Exception {
        InProcess run = restore("-timestamp", "5m ago");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("the state of 2026-11-22T14:46:04Z (10 min 0 s ago)")
                .contains("nothing newer was stored until 2026-11-22T14:51:04.543439375Z");
        assertThat(FixtureRestoreTest.sha256(database)).startsWith("b8ced364");
    }

    @Test
    void restoresOneTransactionAsJson() throws Exception {
        InProcess run = restore("-json", "-q", "-tx", SECOND + "/3:5098");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonObject result = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(result.get("position").getAsString()).isEqualTo(SECOND + "/00000003:00005098");
        assertThat(result.get("timestamp").getAsString()).isEqualTo("2026-11-22T14:46:04.295439364Z");
        assertThat(result.get("next_position").getAsString()).isEqualTo(SECOND + "/00000003:00005098");
        assertThat(result.get("next_timestamp").getAsString()).isEqualTo("2026-11-22T14:46:04.401460480Z");
        assertThat(FixtureRestoreTest.sha256(database)).startsWith("8fd6f8dd");
    }

    @Test
    void comparesTheGenerationsOfADryRun() {
        InProcess run = restore("-dry-run", "-timestamp", "2026-11-22T14:46:02Z");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern(
                        FIRST + " +v0.3 +1 +12 .* this one: it holds the newest data before 2026-11-22T14:46:02Z")
                .containsPattern(SECOND + " +v0.3 +1 +13 .* not: it begins after the timestamp")
                .contains("the state at 2026-11-22T14:46:02Z: a snapshot that leads there");
        JsonArray candidates = JsonParser.parseString(
                        restore("-dry-run", "-json").out())
                .getAsJsonObject()
                .getAsJsonArray("candidates");
        assertThat(candidates).hasSize(2);
        assertThat(candidates.get(0).getAsJsonObject().get("chosen").getAsBoolean())
                .isFalse();
        assertThat(candidates.get(1).getAsJsonObject().get("reason").getAsString())
                .isEqualTo("it holds the newest data");
    }

    @Test
    void refusesWhatTheReplicaDoesNotHold() throws IOException {
        assertRefused(
                3,
                restore("-timestamp", "2026-11-22T14:45:59Z"),
                "from 2026-11-22T14:45:59.331439133Z to 2026-11-22T14:46:04.543439375Z");
        assertRefused(2, restore("-timestamp", "2026-11-22T14:56:05Z"), "lies in the future");
        assertRefused(3, restore("-tx", SECOND + "/3:5000"), "the nearest end at " + SECOND + "/00000003:");
        assertRefused(3, restore("-tx", SECOND + "/9:5000"), "from index 00000000 to index 00000004");
        assertRefused(3, restore("-tx", "0000000000000000/9:5000"), "no generation 0000000000000000");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(replica);
        }
    }

    private static void assertRefused(int exitCode, InProcess run, String message) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message);
        assertThat(run.out()).isEmpty();
    }
}
