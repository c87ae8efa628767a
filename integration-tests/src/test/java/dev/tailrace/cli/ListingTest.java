// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the listing commands print of replicas that real Litestream versions wrote. */
class ListingTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
    private static final String GENERATIONS = """
            name  generation        lag  start                 end                   layout  snapshots  segments  size
            file  0004844052c3670c  -    2026-11-22T14:45:59Z  2026-11-22T14:46:01Z  v0.3    1          12        16319
            file  6295e55f45cb6323  -    2026-11-22T14:46:02Z  2026-11-22T14:46:04Z  v0.3    1          13        38587
            """;

    @TempDir
    Path folder;

    private final TimeZone zone = TimeZone.getDefault();
    private final Locale locale = Locale.getDefault();
    private Path replica;

    @BeforeEach
    void unpack() throws IOException {
        replica = ReplicaFixtures.of("v03-flat", "twogen").unpackInto(folder.resolve("replica"));
    }

    @AfterEach
    void resetZoneAndLocale() {
        TimeZone.setDefault(zone);
        Locale.setDefault(locale);
    }

    private static InProcess run(String... arguments) {
        return InProcess.run(Map.of(), CLOCK, arguments);
    }

    private static JsonArray json(String... arguments) {
        InProcess run = run(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(1);
        return JsonParser.parseString(run.out()).getAsJsonArray();
    }

    @ParameterizedTest
    @CsvSource({"UTC, en-US", "America/St_Johns, de-DE", "Pacific/Kiritimati, ar-EG-u-nu-arab", "Asia/Kolkata, tr-TR"})
    void generationsAreTheSameInEveryZoneAndLocale(String id, String tag) {
        TimeZone.setDefault(TimeZone.getTimeZone(id));
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(run("generations", replica.toString())).isEqualTo(new InProcess(0, GENERATIONS, ""));
        assertThat(run("generations", "file://" + replica)).isEqualTo(new InProcess(0, GENERATIONS, ""));
        assertThat(run("info", replica.toString()).out()).isEqualTo(INFO.replace("REPLICA", replica.toString()));
        assertThat(run("snapshots", replica.toString()).out()).isEqualTo(SNAPSHOTS);
    }

    private static final String INFO = """
            replica      file://REPLICA
            layouts      v0.3
            generations  2
            restorable   2026-11-22T14:45:59Z to 2026-11-22T14:46:04Z, in 2 stretches
            newest data  2026-11-22T14:46:04Z (9 h 13 min ago)
            snapshots    2, 5.0 kB
            WAL          25 segments, 50.0 kB

            generation        layout  from                  to                    first index  last index
            0004844052c3670c  v0.3    2026-11-22T14:45:59Z  2026-11-22T14:46:01Z  00000001     00000004
            6295e55f45cb6323  v0.3    2026-11-22T14:46:02Z  2026-11-22T14:46:04Z  00000000     00000004
            """;

    private static final String SNAPSHOTS = """
            replica  generation        index     size  created               object
            file     6295e55f45cb6323  00000000  4405  2026-11-22T14:46:02Z  generations/6295e55f45cb6323/snapshots/00000000.snapshot.lz4
            file     0004844052c3670c  00000001  549   2026-11-22T14:45:59Z  generations/0004844052c3670c/snapshots/00000001.snapshot.lz4
            """;

    @Test
    void walIsListedNewestFirst() {
        InProcess run = run("wal", "-generation", "0004844052c3670c", replica.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSize(13);
        assertThat(run.out()).startsWith("""
                        replica  generation        index     offset    size  created               object
                        file     0004844052c3670c  00000004  00000000  119   2026-11-22T14:46:01Z  generations/0004844052c3670c/wal/00000004_00000000.wal.lz4
                        file     0004844052c3670c  00000003  000070c8  3099  2026-11-22T14:46:01Z  generations/0004844052c3670c/wal/00000003_000070c8.wal.lz4
                        """).endsWith("""
                        file     0004844052c3670c  00000001  00000000  119   2026-11-22T14:45:59Z  generations/0004844052c3670c/wal/00000001_00000000.wal.lz4
                        """);
    }

    @Test
    void listsAreJsonArrays() {
        String location = "file://" + replica;
        assertThat(json("generations", "-json", replica.toString()).get(0))
                .hasToString("{\"name\":\"file\",\"replica\":\""
                        + location
                        + "\",\"generation\":\"0004844052c3670c\",\"start\":\"2026-11-22T14:45:59.331439133Z\","
                        + "\"end\":\"2026-11-22T14:46:01.285993383Z\",\"layout\":\"v0.3\",\"snapshots\":1,\"segments\":12,"
                        + "\"size\":16319}");
        assertThat(json("snapshots", "-json", replica.toString()).get(0))
                .hasToString("{\"replica\":\"file\",\"generation\":\"6295e55f45cb6323\",\"index\":0,"
                        + "\"position\":\"6295e55f45cb6323/00000000:00000000\",\"size\":4405,"
                        + "\"created\":\"2026-11-22T14:46:02.511439281Z\","
                        + "\"object\":\"generations/6295e55f45cb6323/snapshots/00000000.snapshot.lz4\"}");
        assertThat(json("wal", "-json", replica.toString()).get(0))
                .hasToString("{\"replica\":\"file\",\"generation\":\"6295e55f45cb6323\",\"index\":4,\"offset\":4152,"
                        + "\"position\":\"6295e55f45cb6323/00000004:00001038\",\"size\":2767,"
                        + "\"created\":\"2026-11-22T14:46:04.543439375Z\","
                        + "\"object\":\"generations/6295e55f45cb6323/wal/00000004_00001038.wal.lz4\"}");
        JsonObject info = json("info", "-json", replica.toString()).get(0).getAsJsonObject();
        assertThat(info.get("replica").getAsString()).isEqualTo(location);
        assertThat(info.get("age_ms").getAsLong()).isEqualTo(33_235_456);
        assertThat(info.getAsJsonArray("generations").get(1).getAsJsonObject().get("ranges"))
                .hasToString("[{\"from\":\"2026-11-22T14:46:02.511439281Z\",\"to\":\"2026-11-22T14:46:04.543439375Z\","
                        + "\"first_position\":\"6295e55f45cb6323/00000000:00000000\","
                        + "\"last_segment\":\"6295e55f45cb6323/00000004:00001038\"}]");
    }

    static Stream<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.all().stream()
                .filter(fixture -> !fixture.layout().equals("ltx"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyObjectOfEveryFixtureIsListedOnce(ReplicaFixture fixture) throws IOException {
        String root = fixture.unpackInto(folder.resolve("any")).toString();
        Stream<String> listed = Stream.of("snapshots", "wal")
                .flatMap(command -> json(command, "-json", root).asList().stream())
                .map(JsonElement::getAsJsonObject)
                .map(row -> row.get("object").getAsString());
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(fixture.times().keySet().stream()
                        .filter(key -> key.endsWith(".lz4"))
                        .toList());
        assertThat(json("info", "-json", root)
                        .get(0)
                        .getAsJsonObject()
                        .get("segments")
                        .getAsLong())
                .isEqualTo(json("wal", "-json", root).size());
    }

    @Test
    void lagIsToldByTheDatabaseOfTheConfiguration() throws IOException {
        Path database = Files.writeString(folder.resolve("app.db"), "x");
        Files.setLastModifiedTime(database, FileTime.from(Instant.parse("2026-11-22T14:46:06Z")));
        Path wal = Files.writeString(folder.resolve("app.db-wal"), "x");
        Files.setLastModifiedTime(wal, FileTime.from(Instant.parse("2026-11-22T15:47:07.600Z")));
        Path config = Files.writeString(
                folder.resolve("c.yml"),
                "dbs: [{path: " + database + ", replicas: [{name: near, path: " + replica + "}]}]");
        InProcess run = run("generations", "-config", config.toString(), database.toString());
        assertThat(run.out().lines().map(line -> line.replaceAll("  .*Z", "").strip()))
                .hasSize(3);
        assertThat(run.out()).contains("near  0004844052c3670c  1h1m6s  ").contains("near  6295e55f45cb6323  1h1m3s  ");
        assertThat(run("generations", "-json", "-config", config.toString(), database.toString())
                        .out())
                .contains("\"lag_ms\":3663056");
    }

    @Test
    void holesAndMissingSnapshotsShow() throws IOException {
        Path root = ReplicaFixtures.of("v03-flat", "manysnap").unpackInto(folder.resolve("holes"));
        Path generation = root.resolve("generations/50fa174bb9d95f84");
        Files.delete(generation.resolve("wal/00000009_00000000.wal.lz4"));
        Path orphan = root.resolve("generations/0000000000000001/wal/00000000_00000000.wal.lz4");
        Files.createDirectories(orphan.getParent());
        Files.writeString(orphan, "x");
        InProcess run = run("info", root.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("in 2 stretches").containsPattern("50fa174bb9d95f84 .* 00000001 +00000008\n");
        assertThat(run.out()).containsPattern("50fa174bb9d95f84 .* 00000012 +[0-9a-f]{8}\n");
        assertThat(run.err())
                .isEqualTo("warning: generation 0000000000000001 has no snapshot: nothing of it can be restored\n");
        assertThat(run("generations", root.toString()).out()).contains("file  0000000000000001  -    -  ");
    }

    @Test
    void otherFormatsAreNamed() throws IOException {
        Path ltx = ReplicaFixtures.of("ltx").get(0).unpackInto(folder.resolve("ltx"));
        InProcess run = run("generations", ltx.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("holds Litestream 0.5 (LTX) data, which has no generations");
        InProcess info = run("info", ltx.toString());
        assertThat(info.exitCode()).isZero();
        assertThat(info.out()).contains("layouts      ltx\n").contains("restorable   2026-11-22T15:09:01Z to");
    }

    @Test
    void nothingIsNoSuccessWithoutAWord() {
        InProcess list = run("wal", "file://" + folder.resolve("typo"));
        assertThat(list.exitCode()).isZero();
        assertThat(list.out().lines()).hasSize(1);
        assertThat(list.err()).contains("warning: no matching backups found in").contains("check the path");
        assertThat(run("snapshots", "-generation", "00000000000000ff", replica.toString())
                        .err())
                .contains("no generation 00000000000000ff in");
        assertThat(run("info", "file://" + folder.resolve("typo")).exitCode()).isEqualTo(3);
    }

    @Test
    void oneReplicaThatFailsDoesNotHideTheOthers() throws IOException {
        Path config = Files.writeString(
                folder.resolve("c.yml"),
                "dbs: [{path: /x.db, replicas: [{name: far, url: 'nats://b/a'}, {name: near, path: " + replica
                        + "}]}]");
        InProcess run = run("generations", "-config", config.toString(), "/x.db");
        assertThat(run.out()).contains("near  0004844052c3670c");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("warning: replica far is not listed: no backend for scheme nats")
                .contains("tailrace: no backend for scheme nats");
        assertThat(run("info", "-replica", "near", "-config", config.toString(), "/x.db"))
                .satisfies(near -> assertThat(near.exitCode()).isZero())
                .satisfies(near -> assertThat(near.out()).startsWith("replica      file://" + replica + " (near)\n"));
    }
}
