// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's backend, the example {@code examples/zip-store}, dropped into the packed command line. */
class PackedBackendIT {

    @TempDir
    Path folder;

    private PackedCommandLine tailrace;
    private Path installed;

    @BeforeEach
    void installExample() throws IOException {
        tailrace = PackedCommandLine.built().copyTo(folder.resolve("tailrace"));
        installed = Files.createDirectory(tailrace.home().resolve("backends/zip"));
        Path jar = exampleJar();
        Files.copy(jar, installed.resolve(String.valueOf(jar.getFileName())));
    }

    @Test
    void restoresFromSchemeOfBackendThatWasDroppedIn() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "twogen");
        Path zip = zip(fixture);
        Path database = folder.resolve("app.db");

        Run run = tailrace.run("restore", "-o", database.toString(), "zip:" + zip);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(FixtureRestoreTest.sha256(database))
                .isEqualTo(fixture.restores().get(0).sha256().orElseThrow());
    }

    @Test
    void tellsWhatSuchBackendRefuses() throws Exception {
        Path zip = folder.resolve("app.zip");
        Files.writeString(zip, "no archive");
        Run run = tailrace.run("restore", "-o", folder.resolve("app.db").toString(), "zip:" + zip);
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("zip:" + zip, "not a zip file").hasLineCount(1);
        assertThat(folder.resolve("app.db")).doesNotExist();
    }

    @Test
    void listsBackendThatWasDroppedIn() throws Exception {
        Run run = tailrace.run("backends", "-json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        List<JsonObject> serving = new ArrayList<>();
        for (JsonElement each : JsonParser.parseString(run.out()).getAsJsonArray()) {
            if (each.toString().contains("[\"zip\"]")) {
                serving.add(each.getAsJsonObject());
            }
        }
        assertThat(serving).hasSize(1);
        assertThat(serving.get(0).get("kind").getAsString()).isEqualTo("backend");
        assertThat(serving.get(0).get("version").getAsString()).isEqualTo("1.0.0");
        assertThat(Path.of(serving.get(0).get("place").getAsString())).hasParentRaw(installed.toRealPath());
    }

    @Test
    void losesItsSchemeWithItsFolder() throws Exception {
        Path zip = zip(ReplicaFixtures.of("v03-flat", "tiny"));
        Scratch.delete(installed);

        Run run = tailrace.run("restore", "-o", folder.resolve("app.db").toString(), "zip:" + zip);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("no backend for scheme zip", "schemes present: ")
                .hasLineCount(1);
        assertThat(tailrace.run("backends").out()).contains("file").doesNotContain("zip");
    }

    /** The replica as a zip file, with its times, as far as the format keeps them. */
    private Path zip(ReplicaFixture fixture) throws IOException {
        Path file = folder.resolve("app.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> object : fixture.objects().entrySet()) {
                FileTime time = FileTime.from(fixture.times().get(object.getKey()));
                zip.putNextEntry(new ZipEntry(object.getKey()).setLastModifiedTime(time));
                zip.write(object.getValue());
            }
        }
        return file;
    }

    private static Path exampleJar() throws IOException {
        Path target = Checkout.root().resolve("examples/zip-store/target");
        try (Stream<Path> files = Files.list(target)) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith(".jar")).toList();
            assertThat(jars).as("jars in " + target).hasSize(1);
            return jars.get(0);
        }
    }
}
