// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.PackedCommandLine;
import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.testkit.ReplicaFixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder, by the same tests as every server. */
class FileContractIT extends BackendIT {

    @TempDir
    static Path root;

    @Override
    StoreUnderTest subject() {
        return new StoreUnderTest("file://" + root, "", Map.of(), List.of());
    }

    @Override
    String backend() {
        return "file";
    }

    @Override
    boolean listsRecordedTimes() {
        return true;
    }

    @Override
    boolean triesEveryFixture() {
        return true;
    }

    @Nested
    class Stores extends StoreContract {
        @Override
        StoreUnderTest subject() {
            return FileContractIT.this.subject();
        }

        @Override
        protected boolean listsRecordedTimes() {
            return true;
        }
    }

    @Test
    void loadsNoClassOfAnyVendor() throws Exception {
        Path replica = ReplicaFixtures.of("v03-flat", "tiny").unpackInto(folder.resolve("replica"));
        Path classes = folder.resolve("classes.log");
        Run run = PackedCommandLine.built()
                .run(
                        List.of(),
                        Map.of("TAILRACE_JAVA_OPTS", "-Xlog:class+load:file=" + classes),
                        "restore",
                        "-o",
                        folder.resolve("app.db").toString(),
                        "file://" + replica);

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> loaded = Files.readAllLines(classes);
        assertThat(loaded).anyMatch(line -> line.contains("dev.tailrace.client.file.FileObjectStore "));
        assertThat(loaded)
                .filteredOn(line -> line.contains("/backends/") && !line.contains("/backends/file/"))
                .as("the other backends' providers are asked for their schemes, and no more")
                .allMatch(line -> line.matches(".*dev\\.tailrace\\.client\\.[a-z0-9]+\\.[A-Za-z0-9]+Provider .*"));
        assertThat(loaded).noneMatch(line -> line.contains("software.amazon"));
    }
}
