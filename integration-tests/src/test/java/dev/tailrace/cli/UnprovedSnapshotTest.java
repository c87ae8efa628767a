// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.it.Lz4;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that stands alone, as between its upload and that of the first WAL: SQLite is asked what nothing else proves. */
class UnprovedSnapshotTest {

    @TempDir
    Path folder;

    private Path replica = Path.of("");
    private Path snapshot = Path.of("");
    private Path database = Path.of("");

    @BeforeEach
    void leaveTheSnapshotAlone() throws IOException {
        replica = ReplicaFixtures.of("v03-flat", "wide").unpackInto(Files.createDirectory(folder.resolve("replica")));
        for (Path path : below(replica)) {
            if (path.toString().endsWith(".wal.lz4")) {
                Files.delete(path);
            } else if (path.toString().endsWith(".snapshot.lz4")) {
                snapshot = path;
            }
        }
        database = folder.resolve("app.db");
    }

    private static List<Path> below(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Like a file into which a checkpoint has put newer pages, and left out others. */
    private void tear() throws IOException {
        byte[] bytes = Lz4.decode(Files.readAllBytes(snapshot));
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0x5a);
        Files.write(snapshot, Lz4.encode(bytes));
    }

    private InProcess restore(String... more) {
        String[] all = Stream.concat(
                        Stream.of("restore", "-o", database.toString(), replica.toString()), Stream.of(more))
                .toArray(String[]::new);
        return InProcess.at(Clock.systemUTC(), all);
    }

    private InProcess verify(String... more) {
        String[] all = Stream.concat(Stream.of("verify", replica.toString()), Stream.of(more))
                .toArray(String[]::new);
        return InProcess.at(Clock.systemUTC(), all);
    }

    @Test
    void isRestoredWithAWarningIfSqliteFindsNothing() {
        InProcess run = restore();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("warning: nothing proves that snapshot 00000000 is a whole state");
        assertThat(run.out()).contains("SQLite's full integrity check: ok");
        assertThat(verify().exitCode()).isEqualTo(5);
        assertThat(verify().out()).contains("open question: ", "nothing proves that the snapshot is a whole state");
    }

    @Test
    void isRefusedIfItIsTornAndTheMessageIsOfOneScreen() throws IOException {
        tear();
        for (String effort : new String[] {"-best-effort=false", "-best-effort"}) {
            InProcess run = restore(effort);

            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.err())
                    .contains(
                            replica.relativize(snapshot).toString(),
                            "the snapshot is no whole state",
                            "PRAGMA integrity_check finds",
                            "try again when more is stored")
                    .hasSizeLessThan(2_500);
            assertThat(database).doesNotExist();
            assertThat(folder.toFile().list()).containsExactly("replica");
        }
    }

    @Test
    void isNotLookedAtForWhoWantsNoCheck() throws IOException {
        tear();
        InProcess run = restore("-integrity-check", "none");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("nothing proves that snapshot 00000000 is a whole state");
        assertThat(run.out()).doesNotContain("integrity check");
        assertThat(database).exists();
    }
}
