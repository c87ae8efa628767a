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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace prune}: what it prints, what it deletes, and how it refuses. */
class PruneCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2027-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private Path replica = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "twogen");
        replica = fixture.unpackInto(Files.createDirectory(folder.resolve("replica")));
    }

    private static InProcess run(String... arguments) {
        return InProcess.at(CLOCK, arguments);
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(replica)) {
            return new TreeSet<>(files.filter(Files::isRegularFile)
                    .map(file -> replica.relativize(file).toString())
                    .toList());
        }
    }

    private static JsonObject json(InProcess run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    @Test
    void aDryRunDeletesNothingAndSaysWhatAndWhy() throws IOException {
        Set<String> before = files();
        InProcess run = run("prune", "-keep", "1d", "-dry-run", replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("would delete ")
                .contains("delete: ")
                .contains("before the window, and the state at the window's start is in another one")
                .contains("keep: 1 snapshot, ")
                .contains("it holds the newest state")
                .contains("of them from before the window, which begins at 2026-12-31T00:00:00Z");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void deletesWhatTheDryRunSaid() throws IOException {
        JsonObject dry = json(run("prune", "-keep", "24h", "-dry-run", "-json", replica.toString()));
        assertThat(dry.keySet())
                .containsExactly(
                        "location",
                        "dry_run",
                        "listed_at",
                        "window_start",
                        "objects_to_delete",
                        "bytes_to_delete",
                        "kept_objects",
                        "kept_bytes",
                        "delete",
                        "keep_outside_window",
                        "notes");
        Set<String> planned = new TreeSet<>();
        JsonArray runs = dry.getAsJsonArray("delete");
        runs.forEach(
                each -> each.getAsJsonObject().getAsJsonArray("keys").forEach(key -> planned.add(key.getAsString())));
        assertThat(planned).hasSize(dry.get("objects_to_delete").getAsInt()).isNotEmpty();
        Set<String> expected = files();
        expected.removeAll(planned);

        JsonObject done = json(run("prune", "-keep", "24h", "-json", replica.toString()));
        assertThat(done.get("deleted_objects").getAsInt()).isEqualTo(planned.size());
        assertThat(done.get("spared_objects").getAsInt()).isZero();
        assertThat(files()).isEqualTo(expected);
        InProcess verified = run("verify", "-level", "restore", "-temp-dir", folder.toString(), replica.toString());
        assertThat(verified.exitCode()).as(verified.out()).isZero();

        InProcess again = run("prune", "-keep", "24h", replica.toString());
        assertThat(again.out()).startsWith("nothing deleted in file://" + replica + "\n");
    }

    @Test
    void saysInTwoLinesWhatItHasDone() {
        InProcess run = run("prune", "-keep-generations", "1", replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("deleted "))
                .anyMatch(line -> line.endsWith(" stay"));
        assertThat(run("prune", "-q", "-keep-generations", "1", replica.toString()))
                .isEqualTo(new InProcess(0, "", ""));
    }

    @Test
    void namesEachObjectIfAskedTo() throws IOException {
        String out = run("prune", "-dry-run", "-v", "-keep", "1w", replica.toString())
                .out();
        JsonObject dry = json(run("prune", "-dry-run", "-json", "-keep", "1w", replica.toString()));
        assertThat(out.lines().filter(line -> line.startsWith("- generations/")))
                .hasSizeGreaterThanOrEqualTo(dry.get("objects_to_delete").getAsInt());
    }

    @Test
    void refusesWhatIsNotMeant() throws IOException {
        Set<String> before = files();
        String place = replica.toString();
        assertUsage("must specify what stays", "prune", place);
        assertUsage("invalid -keep \"soon\"", "prune", "-keep", "soon", place);
        assertUsage("invalid -before \"soon\"", "prune", "-before", "soon", place);
        assertUsage("is not all there yet", "prune", "-before", "2030-01-01T00:00:00Z", place);
        assertUsage("at least one generation must stay", "prune", "-keep-generations", "0", place);
        assertUsage("no level: \"all\"", "prune", "-keep", "1d", "-level", "all", place);
        assertUsage("no generation name", "prune", "-keep", "1d", "-keep-generation", "x", place);
        assertUsage("database path or replica URL required", "prune", "-keep", "1d");
        assertThat(files()).isEqualTo(before);
    }

    private static void assertUsage(String message, String... arguments) {
        InProcess run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void tellsAnEmptyReplicaFromADamagedOne() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("prune", "-keep", "1d", empty.toString()).exitCode()).isEqualTo(3);
        Set<String> snapshots = new TreeSet<>(files());
        snapshots.removeIf(name -> !name.contains("snapshots"));
        String first = snapshots.iterator().next();
        String generation = first.split("/")[1];
        for (String name : snapshots) {
            if (name.contains(generation)) {
                Files.delete(replica.resolve(name));
            }
        }
        Set<String> before = files();
        InProcess damaged = run("prune", "-keep", "1d", replica.toString());
        assertThat(damaged.exitCode()).isEqualTo(4);
        assertThat(damaged.err()).contains("no snapshots available").contains("-keep-generation");
        assertThat(files()).isEqualTo(before);
        InProcess kept = run("prune", "-keep", "1d", "-keep-generation", generation, replica.toString());
        assertThat(kept.exitCode()).as(kept.err()).isZero();
        assertThat(files()).anyMatch(name -> name.contains(generation));
    }
}
