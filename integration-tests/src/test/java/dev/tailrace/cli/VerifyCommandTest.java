// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace verify} and {@code tailrace log}: what they print, and the exit codes that monitoring asks for. */
class VerifyCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T15:00:00Z"), ZoneOffset.UTC);
    private static final String GENERATION = "9017fc5f6c93fdfa";

    @TempDir
    Path folder;

    private Path replica = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "wide");
        replica = fixture.unpackInto(Files.createDirectory(folder.resolve("replica")));
    }

    private static InProcess run(String... arguments) {
        return InProcess.at(CLOCK, arguments);
    }

    private void damage() throws IOException {
        Path segment = replica.resolve("generations/" + GENERATION + "/wal/0000000a_00000438.wal.lz4");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, bytes);
        // Not as new as all of a change: times must stay in order.
        try (Stream<Path> others = Files.list(segment.getParent())) {
            Path before = others.filter(path -> path.getFileName().toString().startsWith("0000000a_00000000"))
                    .findFirst()
                    .orElseThrow();
            Files.setLastModifiedTime(segment, Files.getLastModifiedTime(before));
        }
    }

    @Test
    void saysThatAllIsWell() {
        InProcess run = run("verify", replica.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .hasSize(3)
                .contains("ok: file://" + replica + " can be restored")
                .contains(
                        "newest state: " + GENERATION + "/00000014:00008320, of 2026-11-22T14:52:42Z (7 min 17 s ago)")
                .anyMatch(line -> line.startsWith("1 generation, 1 snapshot, 21 WAL indexes in 61 segments, "));
        assertThat(run("verify", "-q", replica.toString())).isEqualTo(new InProcess(0, "", ""));
    }

    @Test
    void saysWhatIsDamagedAndWhatIsLeft() throws IOException {
        damage();
        InProcess run = run("verify", replica.toString());
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("damaged: 1 thing is wrong with file://" + replica + "\n")
                .contains("damage: generations/" + GENERATION + "/wal/0000000a_00000438.wal.lz4: ")
                .contains("before it: can be restored up to " + GENERATION + "/0000000a:00000438\n")
                .contains("after it: nothing can be restored\n")
                .contains("restore -best-effort -tx " + GENERATION + "/0000000a:00000438");
        assertThat(run("verify", "-q", replica.toString()).out()).startsWith("damaged: ");
        Path database = folder.resolve("left.db");
        InProcess left = run(
                "restore",
                "-best-effort",
                "-tx",
                GENERATION + "/0000000a:00000438",
                "-integrity-check",
                "full",
                "-o",
                database.toString(),
                replica.toString());
        assertThat(left.exitCode()).as(left.err()).isZero();
    }

    @Test
    void givesOneObjectToMonitoring() throws IOException {
        JsonObject well = json(0, "-max-age", "10m");
        assertThat(well.keySet()).containsExactly("outcome", "exit_code", "level", "replicas");
        assertThat(well.get("outcome").getAsString()).isEqualTo("ok");
        JsonObject one = well.getAsJsonArray("replicas").get(0).getAsJsonObject();
        assertThat(one.keySet())
                .containsExactly(
                        "replica",
                        "outcome",
                        "exit_code",
                        "location",
                        "latest_position",
                        "latest_timestamp",
                        "age_seconds",
                        "damages",
                        "open_questions",
                        "notes",
                        "generations",
                        "objects_read",
                        "requests",
                        "bytes_read",
                        "duration_ms");
        assertThat(one.get("age_seconds").getAsLong()).isEqualTo(437);
        assertThat(json(8, "-max-age", "5m").get("outcome").getAsString()).isEqualTo("stale");

        String latest = one.get("latest_position").getAsString();
        JsonObject again =
                json(0, "-since", latest).getAsJsonArray("replicas").get(0).getAsJsonObject();
        assertThat(again.get("since").getAsString()).isEqualTo(latest);
        assertThat(again.get("objects_read").getAsInt()).isEqualTo(2);

        damage();
        JsonObject damaged = json(4).getAsJsonArray("replicas").get(0).getAsJsonObject();
        JsonObject first = damaged.getAsJsonArray("damages").get(0).getAsJsonObject();
        assertThat(first.keySet()).containsExactly("generation", "damage", "restorable_before");
        assertThat(first.getAsJsonObject("damage").get("key").getAsString()).contains("0000000a_00000438");
    }

    @Test
    void restoresIntoTheFolderThatIsNamedAndLeavesNothingThere() throws IOException {
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        InProcess run = run("verify", "-level", "restore", "-temp-dir", scratch.toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
        run = run(
                "verify", "-level", "restore", "-temp-dir", folder.resolve("no").toString(), replica.toString());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("cannot make a scratch folder in " + folder.resolve("no"));
    }

    @Test
    void saysThatThereIsNothing() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("verify", empty.toString()))
                .isEqualTo(new InProcess(
                        3,
                        "empty: no matching backups found in file://" + empty
                                + "; check the path, or whether replication has begun\n",
                        ""));
    }

    @Test
    void looksAtEachReplicaOfADatabase() throws IOException {
        Path config = folder.resolve("litestream.yml");
        Files.writeString(config, """
                dbs:
                  - path: %s/app.db
                    replicas:
                      - name: good
                        path: %s
                      - name: gone
                        path: %s/gone
                """.formatted(folder, replica, folder));
        InProcess run = run("verify", "-config", config.toString(), folder + "/app.db");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.out()).contains("good: ok: ").contains("gone: empty: ");
        InProcess one = run("verify", "-config", config.toString(), "-replica", "good", folder + "/app.db");
        assertThat(one.exitCode()).isZero();
        assertThat(run("verify", "-config", config.toString(), "-generation", GENERATION, folder + "/app.db")
                        .err())
                .contains("must specify -replica flag");
    }

    @Test
    void listsTheTransactionsOfLitestream05ByTheirNumbers() throws IOException {
        Path ltx = ReplicaFixtures.of("ltx", "wide").unpackInto(Files.createDirectory(folder.resolve("ltx")));
        InProcess run = run("log", ltx.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).matches("replica +position +after +created +pages +size");
        assertThat(lines.get(1)).matches("file +0{15}1 +- +2026-11-[0-9T:.-]+Z +[0-9]+ +[0-9]+");
        assertThat(lines.get(2)).matches("file +[0-9a-f]{16}( +2026-11-[0-9T:.-]+Z){2} +[0-9]+ +[0-9]+");
        String second = lines.get(2).split(" +")[1];
        String fourth = lines.get(4).split(" +")[1];

        JsonArray list = JsonParser.parseString(run("log", "-json", "-since", second, "-until", fourth, ltx.toString())
                        .out())
                .getAsJsonArray();
        assertThat(list).hasSize(2);
        assertThat(list.get(1).getAsJsonObject().keySet())
                .containsExactly("replica", "txid", "min_txid", "after", "created", "pages", "page_size", "page_count");
        assertThat(list.get(1).getAsJsonObject().get("txid").getAsString()).isEqualTo(fourth);
        assertThat(run("log", "-last", "3", ltx.toString()).out().lines().skip(2))
                .containsExactlyElementsOf(lines.subList(lines.size() - 2, lines.size()));
    }

    @Test
    void tellsTransactionNumbersFromPositionsInTheLog() throws IOException {
        Path ltx = ReplicaFixtures.of("ltx", "wide").unpackInto(Files.createDirectory(folder.resolve("ltx")));
        String number = "0000000000000003";
        String position = GENERATION + "/00000001:00000000";

        InProcess of03 = run("log", "-since", number, replica.toString());
        assertThat(of03.exitCode()).isEqualTo(3);
        assertThat(of03.err()).contains("holds no LTX files");
        InProcess of05 = run("log", "-since", position, ltx.toString());
        assertThat(of05.exitCode()).isEqualTo(3);
        assertThat(of05.err()).contains("numbers, and no generations or positions");
        InProcess both = run("log", "-since", position, "-until", number, ltx.toString());
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("of different formats");
        assertThat(run("log", "-since", "3", ltx.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void listsBothFormatsOfOnePlaceTheOlderFirst() throws IOException {
        Path mixed =
                ReplicaFixtures.of("ltx", "mixed-v03-ltx").unpackInto(Files.createDirectory(folder.resolve("mixed")));
        InProcess run = run("log", mixed.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> positions = run.out()
                .lines()
                .skip(1)
                .map(line -> line.split(" +")[1])
                .map(position -> position.contains("/") ? "position" : "number")
                .distinct()
                .toList();
        assertThat(positions).containsExactly("position", "number");
    }

    @Test
    void listsTransactions() {
        InProcess run = run("log", "-last", "2", replica.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("""
                replica  position                            after                     created                      pages  size
                file     9017fc5f6c93fdfa/00000014:00000438  2026-11-22T14:52:42.227Z  2026-11-22T14:52:42.228Z         1  404480
                file     9017fc5f6c93fdfa/00000014:00008320  2026-11-22T14:52:42.228Z  2026-11-22T14:52:42.424Z        31  414720
                """);
        JsonArray list = JsonParser.parseString(
                        run("log", "-json", "-last", "3", replica.toString()).out())
                .getAsJsonArray();
        assertThat(list).hasSize(3);
        assertThat(list.get(1).getAsJsonObject().keySet())
                .containsExactly("replica", "position", "after", "created", "pages", "page_size", "page_count");
    }

    @Test
    void endsTheLogAtDamageWithAWholeArray() throws IOException {
        damage();
        InProcess run = run("log", "-json", replica.toString());
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).startsWith("{\"error\":{\"code\":4,");
        JsonArray list = JsonParser.parseString(run.out()).getAsJsonArray();
        assertThat(list.get(list.size() - 1).getAsJsonObject().get("position").getAsString())
                .isEqualTo(GENERATION + "/0000000a:00000438");
    }

    private JsonObject json(int exitCode, String... flags) {
        String[] arguments = Stream.of(
                        Stream.of("verify", "-json"), Arrays.stream(flags), Stream.of(replica.toString()))
                .flatMap(words -> words)
                .toArray(String[]::new);
        InProcess run = run(arguments);
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        assertThat(run.out().lines()).hasSize(1);
        JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(json.get("exit_code").getAsInt()).isEqualTo(exitCode);
        return json;
    }
}
