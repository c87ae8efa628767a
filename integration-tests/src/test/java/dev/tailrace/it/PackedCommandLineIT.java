// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as its users have it: packed, started by its launcher, judged by its exit code and what it prints. */
class PackedCommandLineIT {

    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @TempDir
    Path folder;

    private Path output;
    private Path replica;
    private PackedCommandLine tailrace;

    @BeforeEach
    void prepare() throws IOException {
        tailrace = PackedCommandLine.built();
        output = Files.createDirectory(folder.resolve("out"));
        replica = ReplicaFixtures.of("v03-flat", "tiny").unpackInto(folder.resolve("replica"));
    }

    private Path database() {
        return output.resolve("app.db");
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).isEmpty();
        }
    }

    /** One line on standard error that holds all of this, nothing on standard output, and nothing left behind. */
    private void assertRefused(Run run, int exitCode, String... words) throws IOException {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(words).doesNotContain("Exception");
        assertNothingLeft();
    }

    @Test
    void tellsWhatALibraryLogsInOneLineUnlessThereIsToBeQuiet() throws Exception {
        String url = "file://absent/replica";
        String warning = "warning: " + url + " is read as the relative path absent/replica; ";

        Run usual = tailrace.run("restore", "-o", database().toString(), url);
        assertThat(usual.err().lines()).hasSize(2).first().asString().startsWith(warning);

        Run quiet = tailrace.run("restore", "-q", "-o", database().toString(), url);
        assertThat(quiet.err().lines()).hasSize(1).first().asString().startsWith("tailrace: ");

        Run verbose = tailrace.run("restore", "-v", "-o", database().toString(), url);
        assertThat(verbose.err())
                .containsPattern("\\d\\d:\\d\\d:\\S+ warning dev\\.tailrace\\.client\\.file\\.\\w+: " + url);
    }

    @ParameterizedTest
    @CsvSource({"v03-flat,twogen,v0.3", "seed-nested,growshrink,nested", "v04-nested16,spill,v0.4-beta"})
    void restoresEveryLayout(String layout, String scenario, String name) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        Path folderOfReplica = fixture.unpackInto(folder.resolve("more"));
        Run run = tailrace.run("restore", "-json", "-o", database().toString(), "file://" + folderOfReplica);
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonObject result = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(result.get("layout").getAsString()).isEqualTo(name);
        assertThat(FixtureRestoreTest.sha256(database()))
                .isEqualTo(fixture.restores().get(0).sha256().orElseThrow());
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).containsExactly(database());
        }
    }

    @Test
    void saysWhatItDidInTwoLines() throws Exception {
        Run run = tailrace.run("restore", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out()).contains("restored " + database(), "5e8fc105f3df95ee/0000000b:");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void asksSqliteBeforeItPublishes() throws Exception {
        Run run = tailrace.run(
                "restore", "-integrity-check", "full", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("integrity check: ok");
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).containsExactly(database());
        }
    }

    @Test
    void plansWithoutWriting() throws Exception {
        Run run = tailrace.run("restore", "-dry-run", replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("generation 5e8fc105f3df95ee", "snapshot  00000001", "wal       0000000b");
        Run json = tailrace.run("restore", "-dry-run", "-json", replica.toString());
        JsonObject plan = JsonParser.parseString(json.out()).getAsJsonObject();
        assertThat(plan.get("files").getAsJsonArray())
                .hasSize(plan.get("objects").getAsInt());
        assertNothingLeft();
    }

    @Test
    void replacesWithForceOnly() throws Exception {
        Files.writeString(database(), "precious");
        Files.writeString(output.resolve("app.db-wal"), "stale");
        Run refused = tailrace.run("restore", "-o", database().toString(), replica.toString());
        assertThat(refused.exitCode()).isEqualTo(6);
        assertThat(refused.err()).contains("output path already exists", "-force");
        assertThat(database()).hasContent("precious");

        Run run = tailrace.run("restore", "-force", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).containsExactly(database());
        }
    }

    @Test
    void refusesSidecarsOfAnotherDatabase() throws Exception {
        Files.writeString(output.resolve("app.db-wal"), "stale");
        Run run = tailrace.run("restore", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("app.db-wal").hasLineCount(1);
        assertThat(output.resolve("app.db-wal")).hasContent("stale");
        assertThat(database()).doesNotExist();
    }

    @Test
    void namesDamageAndWhatIsLeftAndBringsThatBack() throws Exception {
        Path damaged = replica.resolve("generations/5e8fc105f3df95ee/wal/00000007_00001038.wal.lz4");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 4;
        Files.write(damaged, bytes);
        Run run = tailrace.run("restore", "-o", database().toString(), replica.toString());
        assertRefused(run, 4, "wal/00000007_00001038.wal.lz4", "still restorable", "-best-effort");

        Run salvaged = tailrace.run(
                "restore", "-best-effort", "-json", "-o", database().toString(), replica.toString());
        assertThat(salvaged.exitCode()).as(salvaged.err()).isZero();
        JsonObject result = JsonParser.parseString(salvaged.out()).getAsJsonObject();
        assertThat(result.get("position").getAsString()).isEqualTo("5e8fc105f3df95ee/00000007:00001038");
        assertThat(result.get("damage").getAsJsonArray()).hasSize(1);
        assertThat(salvaged.err()).contains("warning:");
    }

    @Test
    void refusesMissingAndEmptyReplicas() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (String location : List.of("file://" + folder.resolve("missing"), empty.toString())) {
            Run run = tailrace.run("restore", "-o", database().toString(), location);
            assertRefused(run, 3, "no matching backups found");
            Run forgiven = tailrace.run(
                    "restore", "-if-replica-exists", "-o", database().toString(), location);
            assertThat(forgiven.exitCode()).isZero();
            assertNothingLeft();
        }
    }

    @Test
    void refusesIndexBeyondTheLastWithTheTrueRange() throws Exception {
        Run run = tailrace.run("restore", "-index", "ff", "-o", database().toString(), replica.toString());
        assertRefused(run, 3, "index 000000ff", "00000001 to index 0000000b");
    }

    @Test
    void refusesWrongUsage() throws Exception {
        String out = database().toString();
        assertRefused(
                tailrace.run("restore", "-o", out, "nope://x"),
                2,
                "nope",
                "schemes present: abs, file, gcs, gs, s3, sftp");
        assertRefused(tailrace.run("restore", "-o", out, "file://"), 2, "file replica path required");
        assertRefused(tailrace.run("restore", "-o", out, "-frobnicate", replica.toString()), 2, "-frobnicate");
        assertRefused(tailrace.run("restore", "-index", "zz", "-o", out, replica.toString()), 2, "zz");
        assertRefused(tailrace.run("restore", replica.toString()), 2, "output path required");
    }

    @Test
    void refusesFormatsThatItCannotRead() throws Exception {
        Path ltx = ReplicaFixtures.of("ltx", "tiny").unpackInto(folder.resolve("ltx"));
        Path newest = ltx.resolve("ltx/0/0000000000000019-0000000000000019.ltx");
        byte[] versionTwo = Files.readAllBytes(newest);
        // A page's number, and its LZ4 frame at once.
        ByteBuffer.wrap(versionTwo).putInt(100, 1).putInt(104, 0x04224d18);
        Files.write(newest, versionTwo);
        assertRefused(tailrace.run("restore", "-o", database().toString(), ltx.toString()), 7, "LTX version 2");

        Path segment = replica.resolve("generations/5e8fc105f3df95ee/wal/0000000b_00000000.wal.lz4");
        Files.writeString(segment, "age-encryption.org/v1\n-> X25519 abc\n--- def\n");
        Run encrypted = tailrace.run("restore", "-o", database().toString(), replica.toString());
        assertRefused(encrypted, 7, "age");
    }

    @Test
    void refusesWhatItMayNotReadOrWrite() throws Exception {
        Path open = Files.createTempDirectory("tailrace-open");
        try {
            // Nobody may look into the folders of root, so everything is laid where nobody may.
            open.toFile().setExecutable(true, false);
            open.toFile().setReadable(true, false);
            PackedCommandLine copy = tailrace.copyTo(open.resolve("tailrace"));
            Path readable = ReplicaFixtures.of("v03-flat", "tiny").unpackInto(open.resolve("replica"));
            Path closed = Files.createDirectory(open.resolve("closed"));
            boolean root = "root".equals(System.getProperty("user.name"));
            List<String> nobody = root ? AS_NOBODY : List.of();
            closed.toFile().setWritable(false, false);
            closed.toFile().setReadable(true, false);
            closed.toFile().setExecutable(true, false);
            try (Stream<Path> files = Files.walk(open.resolve("replica"))) {
                files.forEach(path -> {
                    path.toFile().setReadable(true, false);
                    path.toFile().setExecutable(Files.isDirectory(path), false);
                });
            }

            Run unwritable = copy.run(
                    nobody, Map.of(), "restore", "-o", closed.resolve("app.db").toString(), readable.toString());
            assertRefused(unwritable, 6, "permission denied", closed.toString());

            Path segment = readable.resolve("generations/5e8fc105f3df95ee/wal/00000007_00001038.wal.lz4");
            segment.toFile().setReadable(false, false);
            Path writable = Files.createDirectory(open.resolve("writable"));
            writable.toFile().setWritable(true, false);
            writable.toFile().setExecutable(true, false);
            writable.toFile().setReadable(true, false);
            Run unreadable = copy.run(
                    nobody,
                    Map.of(),
                    "restore",
                    "-o",
                    writable.resolve("app.db").toString(),
                    readable.toString());
            assertRefused(unreadable, 5, "00000007_00001038.wal.lz4");
            try (Stream<Path> left = Files.list(writable)) {
                assertThat(left).isEmpty();
            }
        } finally {
            deleteTree(open);
        }
    }

    @Test
    void refusesFullDisk() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("small"));
        Path wide = ReplicaFixtures.of("v03-flat", "wide").unpackInto(folder.resolve("wide"));
        // A mount of its own, in a name space that ends with the command: nothing is left mounted.
        String script = "mount -t tmpfs -o size=64k,mode=777 tmpfs \"$1\" && shift && "
                + "\"$0\" restore -o \"$1\" \"$2\"; code=$?; ls -A \"$(dirname \"$1\")\" >&2; exit $code";
        List<String> command = List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                tailrace.home().resolve("bin/tailrace").toString(),
                mount.toString(),
                mount.resolve("app.db").toString(),
                wide.toString());
        Process process =
                ProcessTitles.builder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(6);
        assertThat(printed)
                .contains("No space left on device", "bytes are free")
                .hasLineCount(1);
    }

    @Test
    void losesOnlyTheSchemesOfBackendThatIsDeleted() throws Exception {
        PackedCommandLine copy = tailrace.copyTo(folder.resolve("tailrace"));
        deleteTree(copy.home().resolve("backends/file"));
        assertThat(copy.run("version").exitCode()).isZero();
        Run run = copy.run("restore", "-o", database().toString(), "file://" + replica);
        assertRefused(run, 2, "tailrace-client-file", "schemes present: abs, gcs, gs, s3, sftp");
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
