// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tailrace copy} does, says, and refuses. */
class CopyCommandTest {

    @TempDir
    Path folder;

    private ReplicaFixture fixture;
    private String source = "";
    private String copy = "";

    @BeforeEach
    void unpack() throws IOException {
        fixture = ReplicaFixtures.of("v03-flat", "tiny");
        source = fixture.unpackInto(Files.createDirectory(folder.resolve("replica")))
                .toString();
        copy = folder.resolve("copy").toString();
    }

    private static InProcess run(String... arguments) {
        return InProcess.at(Clock.systemUTC(), arguments);
    }

    @Test
    void copiesAndSaysHowMuch() throws IOException {
        int objects = fixture.objects().size();

        InProcess first = run("copy", source, copy);
        InProcess second = run("copy", source, copy);

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).startsWith("copied " + objects + " objects (");
        assertThat(second.out()).startsWith("copied 0 objects (0 bytes)").contains("; " + objects + " objects (");
        assertThat(files(Path.of(copy))).isEqualTo(files(Path.of(source)));
        for (String name : files(Path.of(copy))) {
            assertThat(Files.getLastModifiedTime(Path.of(copy, name)))
                    .isEqualTo(Files.getLastModifiedTime(Path.of(source, name)));
        }
        assertThat(run("verify", copy).exitCode()).isZero();
        assertThat(run("copy", "-q", source, folder.resolve("quiet").toString()))
                .isEqualTo(new InProcess(0, "", ""));
    }

    @Test
    void saysWhatItWouldDoAndWritesNothing() throws IOException {
        InProcess run = run("copy", "-dry-run", "-layout", "v0.4", source, copy);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("generation ")
                .contains(" (v0.3 to v0.4-beta): " + fixture.objects().size() + " objects (");
        assertThat(Path.of(copy)).doesNotExist();
    }

    @Test
    void givesJson() throws IOException {
        Files.writeString(Path.of(source, "notes"), "not in a folder");
        Files.createDirectory(Path.of(source, "photos"));
        Files.writeString(Path.of(source, "photos", "cat"), "cat");

        InProcess run = run("copy", "-json", source, copy);

        JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(json.get("objects_copied").getAsInt())
                .isEqualTo(fixture.objects().size());
        assertThat(json.get("objects_found").getAsInt()).isZero();
        assertThat(json.get("dry_run").getAsBoolean()).isFalse();
        assertThat(json.getAsJsonArray("foreign").get(0).getAsString()).isEqualTo("photos/");
        assertThat(run.err()).contains("warning: not of a replica, and not copied: photos/");
    }

    @Test
    void refusesOtherBytesWithTheCodeOfOutputs() throws IOException {
        run("copy", source, copy);
        String key = fixture.objects().lastKey();
        Files.write(Path.of(copy, key), new byte[] {1, 2, 3});

        InProcess run = run("copy", "-json", source, copy);

        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("\"name\":\"output\"").contains(key).contains("-replace");
        assertThat(run("copy", "-replace", source, copy).exitCode()).isZero();
        assertThat(run("copy", source, copy).out()).startsWith("copied 0 objects");
    }

    @Test
    void refusesDamage() throws IOException {
        String key = fixture.objects().lastKey();
        byte[] bytes = fixture.objects().get(key);
        bytes[bytes.length / 2] ^= 1;
        Files.write(Path.of(source, key), bytes);

        InProcess run = run("copy", source, copy);

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains(key).contains("the object was not copied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy SRC",
                "copy",
                "copy SRC DST DST",
                "copy SRC SRC",
                "copy -layout v9 SRC DST",
                "copy -parallelism 0 SRC DST",
                "copy -interval 1s SRC DST",
                "copy -follow -interval 0s SRC DST",
                "copy -follow -dry-run SRC DST",
                "copy -progress maybe SRC DST",
                "copy /nowhere/at/all DST"
            })
    void refusesWrongUsage(String line) {
        InProcess run = run(line.replace("SRC", source).replace("DST", copy).split(" "));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(Path.of(copy)).doesNotExist();
    }

    @Test
    void saysThatThereIsNothingToCopy() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("copy", empty.toString(), copy).exitCode()).isEqualTo(3);
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
