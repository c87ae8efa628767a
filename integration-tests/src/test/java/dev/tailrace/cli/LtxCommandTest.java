// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on replicas that Litestream 0.5 wrote, and on those where it went on beside an older one. */
class LtxCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T15:00:00Z"), ZoneOffset.UTC);
    private static final String NEWEST = "0000000000000037";

    @TempDir
    Path folder;

    private ReplicaFixture fixture(String scenario) throws IOException {
        return ReplicaFixtures.of("ltx", scenario);
    }

    private Path unpacked(String scenario) throws IOException {
        return fixture(scenario).unpackInto(folder.resolve(scenario));
    }

    private static InProcess run(Object... words) {
        List<String> texts = new ArrayList<>();
        for (Object word : words) {
            texts.add(word.toString());
        }
        return InProcess.run(Map.of(), CLOCK, texts.toArray(String[]::new));
    }

    private InProcess restore(Path replica, String... flags) {
        List<Object> words = new ArrayList<>(List.of("restore", "-progress", "never", "-o", database()));
        words.addAll(List.of(flags));
        words.add(replica);
        return run(words.toArray());
    }

    private Path database() {
        return folder.resolve("app.db");
    }

    private String digest() throws Exception {
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(database())));
        Files.delete(database());
        return digest;
    }

    private static String expected(ReplicaFixture fixture, String txid) {
        return fixture.restores().stream()
                .filter(each -> each.txid().filter(txid::equals).isPresent())
                .findFirst()
                .flatMap(ExpectedRestore::sha256)
                .orElseThrow();
    }

    @Test
    void restoresTheNewestStateAndOneTransaction() throws Exception {
        Path replica = unpacked("wide");

        InProcess newest = restore(replica);
        assertThat(newest.exitCode()).as(newest.err()).isZero();
        assertThat(newest.out())
                .startsWith("restored " + database() + " to transaction " + NEWEST
                        + ", the state of 2026-11-22T14:52:42Z (7 min 17 s ago)\n")
                .contains("412 pages of 1024 bytes; read ")
                .contains(" from 7 objects in ");
        assertThat(digest()).isEqualTo(expected(fixture("wide"), NEWEST));

        InProcess one = restore(replica, "-txid", "0000000000000020", "-json");
        assertThat(one.exitCode()).as(one.err()).isZero();
        JsonObject json = JsonParser.parseString(one.out()).getAsJsonObject();
        assertThat(json.get("txid").getAsString()).isEqualTo("0000000000000020");
        assertThat(json.get("layout").getAsString()).isEqualTo("ltx");
        assertThat(json.get("page_size").getAsInt()).isEqualTo(1024);
        assertThat(json.has("position")).isFalse();
        assertThat(digest()).isEqualTo(expected(fixture("wide"), "0000000000000020"));
    }

    @Test
    void restoresByThePathOfADatabase() throws Exception {
        Path config = Files.writeString(
                folder.resolve("litestream.yml"),
                "dbs: [{path: /data/app.db, replicas: [{name: here, path: " + unpacked("wide") + "}]}]");
        InProcess run = run("restore", "-q", "-config", config, "-o", database(), "/data/app.db");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(digest()).isEqualTo(expected(fixture("wide"), NEWEST));
    }

    @Test
    void saysHowNearTheStateIsToTheMoment() throws Exception {
        Path replica = unpacked("l0-expired");
        InProcess run = restore(replica, "-timestamp", "2026-11-22T14:48:50Z");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("the state is of 2026-11-22T14:48:\\S+Z; the next one that can be restored is"
                        + " transaction [0-9a-f]{16}, of 2026-11-22T14:48:\\S+Z\n")
                .containsPattern("what was replicated between the two, in [0-9.]+ s, was compacted into one file");
        Files.delete(database());
        InProcess exact = restore(replica, "-exact", "-timestamp", "2026-11-22T14:48:50Z");
        assertThat(exact.exitCode()).isEqualTo(3);
        assertThat(exact.err()).contains("the exact state at 2026-11-22T14:48:50Z is no longer in");
        InProcess after = restore(replica, "-exact", "-timestamp", "2026-11-22T14:59:00Z");
        assertThat(after.exitCode()).isZero();
        assertThat(after.out()).contains("nothing newer was stored until 2026-11-22T14:59:00Z");
    }

    @Test
    void showsWhatADryRunWouldRead() throws Exception {
        Path replica = unpacked("wide");
        InProcess run = restore(replica, "-dry-run");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("would restore transaction " + NEWEST + ", the state of 2026-11-22T14:52:42Z\n")
                .contains("the newest state: the fewest LTX files that lead there\n")
                .contains("\nlevel  file ")
                .containsPattern("\n9 +0000000000000001-0000000000000024.ltx +0000000000000001 +0000000000000024 ");
        JsonObject json = JsonParser.parseString(
                        restore(replica, "-dry-run", "-json").out())
                .getAsJsonObject();
        assertThat(json.get("max_txid").getAsString()).isEqualTo(NEWEST);
        assertThat(json.getAsJsonArray("files")).hasSize(7);
        assertThat(json.getAsJsonArray("files")
                        .get(0)
                        .getAsJsonObject()
                        .get("level")
                        .getAsInt())
                .isEqualTo(9);
        assertThat(Files.exists(database())).isFalse();
    }

    @Test
    void refusesWithAWordWhatOnlyGenerationsHave() throws Exception {
        Path replica = unpacked("tiny");
        for (String[] flags :
                new String[][] {{"-index", "1"}, {"-generation", "0000000000000001"}, {"-tx", "0000000000000001/1:20"}
                }) {
            InProcess run = restore(replica, flags);
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err())
                    .contains("it holds LTX files of Litestream 0.5")
                    .contains("-txid");
        }
        InProcess beyond = restore(replica, "-txid", "00000000000000ff");
        assertThat(beyond.exitCode()).isEqualTo(3);
        assertThat(beyond.err()).contains("the newest is 0000000000000019");
        assertThat(Files.exists(database())).isFalse();
    }

    @Test
    void refusesWithAWordWhatOnlyLtxHas() throws Exception {
        Path replica = ReplicaFixtures.of("v03-flat", "twogen").unpackInto(folder.resolve("v03"));
        InProcess txid = restore(replica, "-txid", "0000000000000001");
        assertThat(txid.exitCode()).isEqualTo(3);
        assertThat(txid.err()).contains("it holds no LTX files of Litestream 0.5");
        InProcess exact = restore(replica, "-exact", "-timestamp", "2026-11-22T14:46:02Z");
        assertThat(exact.exitCode()).isEqualTo(3);
        assertThat(exact.err()).contains("is not known of generations");
        assertThat(run("ltx", replica).err()).contains("no LTX files in").contains("it holds generations");
    }

    @Test
    void theNewerOfTwoFormatsWinsAndEitherCanBeAskedFor() throws Exception {
        for (String scenario : List.of("mixed-v03-ltx", "mixed-v03-ltx-v3newer")) {
            ReplicaFixture fixture = fixture(scenario);
            Path replica = unpacked(scenario);
            InProcess run = restore(replica);
            assertThat(run.exitCode()).as(run.err()).isZero();
            boolean ltx = run.out().contains("to transaction");
            assertThat(ltx).isEqualTo(scenario.equals("mixed-v03-ltx"));
            assertThat(digest())
                    .isEqualTo(fixture.restores().stream()
                            .filter(ExpectedRestore::isLatest)
                            .filter(each -> each.tool().contains("v0.5.16"))
                            .findFirst()
                            .flatMap(ExpectedRestore::sha256)
                            .orElseThrow());
            for (ExpectedRestore expected : fixture.restores()) {
                if (expected.txid().isPresent() && expected.mustMatch()) {
                    assertThat(restore(replica, "-txid", expected.txid().get()).exitCode())
                            .isZero();
                    assertThat(digest()).isEqualTo(expected.sha256().orElseThrow());
                }
            }
            String generation = fixture.times().keySet().stream()
                    .filter(key -> key.startsWith("generations/"))
                    .map(key -> key.split("/")[1])
                    .findFirst()
                    .orElseThrow();
            assertThat(restore(replica, "-generation", generation).out())
                    .as(scenario)
                    .contains(" to " + generation + "/");
            Files.delete(database());
            assertThat(restore(replica, "-index", "1").out()).contains(" to " + generation + "/00000001:");
            Files.delete(database());
        }
    }

    @Test
    void aMomentIsRestoredFromTheFormatThatHeldTheNewestDataThen() throws Exception {
        ReplicaFixture fixture = fixture("mixed-v03-ltx");
        Path replica = unpacked("mixed-v03-ltx");
        Instant lastOfGenerations = newest(fixture, "generations/");
        Instant firstOfLtx = fixture.times().entrySet().stream()
                .filter(each -> each.getKey().startsWith("ltx/"))
                .map(Map.Entry::getValue)
                .min(Instant::compareTo)
                .orElseThrow();
        assertThat(firstOfLtx).isAfter(lastOfGenerations);
        assertThat(restore(replica, "-timestamp", firstOfLtx.minusMillis(1).toString())
                        .out())
                .doesNotContain("transaction")
                .contains("nothing newer was stored until");
        Files.delete(database());
        assertThat(restore(replica, "-timestamp", firstOfLtx.toString()).out())
                .contains("to transaction 0000000000000001");
    }

    private static Instant newest(ReplicaFixture fixture, String prefix) {
        return fixture.times().entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    @Test
    void damagedNewerDataHidesNoOlderState() throws Exception {
        Path replica = unpacked("mixed-v03-ltx");
        for (Path file : files(replica.resolve("ltx"))) {
            FileTime time = Files.getLastModifiedTime(file);
            Files.write(file, new byte[10]);
            Files.setLastModifiedTime(file, time);
        }
        InProcess run = restore(replica);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
        assertThat(run.err()).contains("ltx/").contains("object ends inside the header");
        assertThat(Files.exists(database())).isFalse();
    }

    private static List<Path> files(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void listsFilesWithLitestreamsColumnsFirst() throws Exception {
        Path replica = unpacked("wide");
        InProcess snapshots = run("ltx", "-level", "9", replica);
        assertThat(snapshots.exitCode()).isZero();
        assertThat(snapshots.err()).isEmpty();
        assertThat(snapshots.out().lines().toList().get(0))
                .matches("level +min_txid +max_txid +size +created +replica +object");
        assertThat(snapshots.out().lines().toList().get(1))
                .matches("9 +0000000000000001 +0000000000000001 +[0-9]+ +2026-11-22T14:5\\S+Z +file +ltx/9/"
                        + "0000000000000001-0000000000000001.ltx");
        JsonArray all = JsonParser.parseString(
                        run("ltx", "-level", "all", "-json", replica).out())
                .getAsJsonArray();
        assertThat(all).hasSize((int) fixture("wide").times().keySet().stream()
                .filter(key -> key.endsWith(".ltx"))
                .count());
        assertThat(all.get(0).getAsJsonObject().keySet())
                .startsWith("level", "min_txid", "max_txid", "size", "timestamp");
        assertThat(run("ltx", replica).out().lines().skip(1)).allMatch(line -> line.startsWith("0 "));
    }

    @Test
    void infoTellsOfBothFormats() throws Exception {
        InProcess wide = run("info", unpacked("wide"));
        assertThat(wide.exitCode()).isZero();
        assertThat(wide.err()).isEmpty();
        assertThat(wide.out())
                .contains("layouts      ltx\n")
                .containsPattern("restorable   2026-11-22T14:52:3\\S+Z to 2026-11-22T14:52:42Z\n")
                .containsPattern("LTX          [0-9]+ files, [0-9.]+ kB \\(level 0: [0-9]+, ")
                .contains("transactions 0000000000000001 to " + NEWEST);
        InProcess mixed = run("info", unpacked("mixed-v03-ltx"));
        assertThat(mixed.out()).contains("layouts      v0.3, ltx\n").contains("in 2 stretches");
        Path holed = unpacked("tiny");
        Files.delete(holed.resolve("ltx/0/0000000000000018-0000000000000018.ltx"));
        assertThat(run("info", holed).err()).contains("damaged: ltx/0/0000000000000019-0000000000000019.ltx");
    }

    @Test
    void verifiesAtEveryLevelWhateverLitestreamWrote() throws IOException {
        for (String scenario :
                List.of("wide", "tiny", "levels", "l0-expired", "growshrink", "ps65536", "frames-v0515")) {
            Path replica = unpacked(scenario);
            for (String level : List.of("names", "data", "chain", "restore")) {
                InProcess run = run("verify", "-level", level, replica);
                assertThat(run.exitCode()).as(scenario + " " + level + run).isZero();
                assertThat(run.out()).startsWith("ok: file://" + replica).contains("newest state: transaction ");
            }
        }
    }

    @Test
    void verifyNamesEachDamageAndWhatIsLeft() throws IOException {
        Path replica = unpacked("tiny");
        List<Path> files;
        try (Stream<Path> all = Files.walk(replica)) {
            files = all.filter(file -> file.toString().endsWith(".ltx"))
                    .sorted()
                    .toList();
        }
        Path newest = files.stream()
                .max(Comparator.comparing(file -> file.getFileName().toString().substring(17)))
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest, bytes);
        InProcess run = run("verify", replica);
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(4);
        assertThat(run.out())
                .startsWith("damaged: 1 thing is wrong with file://" + replica)
                .contains("damage: " + replica.relativize(newest))
                .contains("; bring it back with: tailrace restore -best-effort -txid ");
        JsonObject json =
                JsonParser.parseString(run("verify", "-json", replica).out()).getAsJsonObject();
        assertThat(json.get("exit_code").getAsInt()).isEqualTo(4);
        JsonObject one = json.getAsJsonArray("replicas").get(0).getAsJsonObject();
        assertThat(one.getAsJsonArray("damages")).hasSize(1);
        assertThat(one.get("latest_txid").getAsString()).hasSize(16);
    }

    @Test
    void verifyTellsThatNothingIsThereAndThatItIsOld() throws IOException {
        assertThat(run("verify", "-max-age", "1s", unpacked("tiny")).exitCode()).isEqualTo(8);
        assertThat(run("verify", "-since", "0123456789abcdef/00000000:00000000", unpacked("wide"))
                        .exitCode())
                .isEqualTo(3);
    }
}
