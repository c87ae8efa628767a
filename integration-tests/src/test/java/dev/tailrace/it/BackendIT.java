// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.Tailrace;
import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ObjectStoreContract;
import dev.tailrace.testkit.ReplicaClientContract;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds for every backend against a server of its kind: both contracts of the test kit, restores with the library and
 * with the packed command line, and what its folder is in the distribution. A subclass says which server, and adds what only
 * that kind can do wrong.
 */
abstract class BackendIT {

    @TempDir
    Path folder;

    /** The server, which runs. */
    abstract StoreUnderTest subject() throws Exception;

    /** The backend's folder in the distribution. */
    abstract String backend();

    /** Changes to the contract of stores: each with a sentence that says why. */
    abstract static class StoreContract extends ObjectStoreContract {

        abstract StoreUnderTest subject() throws Exception;

        @Override
        protected ObjectStore openStore() throws Exception {
            return subject().open("store-contract");
        }

        @Override
        protected List<String> secrets() {
            try {
                return subject().secrets();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Nested
    class ReplicaClients extends ReplicaClientContract {

        @Override
        protected ObjectStore openStore() throws Exception {
            return subject().open("client-contract");
        }

        @Override
        protected boolean listsRecordedTimes() {
            return BackendIT.this.listsRecordedTimes();
        }

        @Override
        protected ChronoUnit recordedTimePrecision() {
            return BackendIT.this.recordedTimePrecision();
        }

        @Override
        protected boolean mayStay(Thread thread) {
            return BackendIT.this.mayStay(thread);
        }
    }

    /** Threads of a vendor's client that end later than its store. */
    boolean mayStay(Thread thread) {
        return false;
    }

    /** Whether a listing tells recorded times. */
    boolean listsRecordedTimes() {
        return false;
    }

    /** What is kept of a recorded time. */
    ChronoUnit recordedTimePrecision() {
        return ChronoUnit.NANOS;
    }

    @ParameterizedTest
    @ValueSource(strings = {"v03-flat", "seed-nested", "v04-nested16"})
    void restoresEveryFixtureOfALayout(String layout) throws Exception {
        for (ReplicaFixture fixture : ReplicaFixtures.of(layout)) {
            String place = "fixtures/" + fixture;
            try (ObjectStore store = subject().open(place)) {
                fixture.copyTo(store);
            }
            try (ReplicaClient replica = Tailrace.open(
                    ReplicaUrl.parse(subject().urlOf(place)), subject().settings())) {
                for (ExpectedRestore expected : newestOfEachGeneration(fixture)) {
                    restores(replica, fixture, expected);
                }
            }
        }
    }

    private void restores(ReplicaClient replica, ReplicaFixture fixture, ExpectedRestore expected) throws Exception {
        Path database = folder.resolve("restored.db");
        RestoreOptions.Builder options = RestoreOptions.builder();
        expected.generation().ifPresent(name -> options.generation(new Generation(name)));
        Restorer.of(replica, options.build()).restoreTo(database);
        assertThat(FixtureRestoreTest.sha256(database))
                .as("%s %s", fixture, expected)
                .isEqualTo(expected.sha256().orElseThrow());
        Files.delete(database);
    }

    /** Which generation is the newest of all, only a store can tell that was given the times of its objects. */
    private static List<ExpectedRestore> newestOfEachGeneration(ReplicaFixture fixture) {
        boolean one = fixture.times().keySet().stream()
                        .map(key -> key.split("/")[1])
                        .distinct()
                        .count()
                == 1;
        List<ExpectedRestore> newest = fixture.restores().stream()
                .filter(expected -> expected.generation().isPresent() || one)
                .filter(expected -> expected.index().isEmpty()
                        && expected.timestamp().isEmpty()
                        && expected.txid().isEmpty()
                        && expected.sha256().isPresent())
                .toList();
        assertThat(newest).as(fixture.toString()).isNotEmpty();
        return newest;
    }

    @Test
    void packedCommandLineRestores() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        try (ObjectStore store = subject().open("packed")) {
            fixture.copyTo(store);
        }
        Path database = folder.resolve("app.db");

        Run run = PackedCommandLine.built()
                .run(
                        List.of(),
                        subject().environment(),
                        "restore",
                        "-o",
                        database.toString(),
                        subject().urlOf("packed"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(FixtureRestoreTest.sha256(database))
                .isEqualTo(newestOfEachGeneration(fixture).get(0).sha256().orElseThrow());
    }

    @Test
    void emptyPlaceIsAnEmptyReplica() throws Exception {
        assertRefused(
                3, List.of("no matching backups found"), subject(), subject().urlOf("nothing-here"));
    }

    @Test
    void losesOnlyItsSchemesWithItsFolder() throws Exception {
        PackedCommandLine copy = PackedCommandLine.built().copyTo(folder.resolve("tailrace"));
        String before = copy.run("backends").out();
        delete(copy.home().resolve("backends").resolve(backend()));

        Run run = copy.run(
                "restore", "-o", folder.resolve("app.db").toString(), subject().urlOf("packed"));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains("tailrace-client-" + backend()).hasLineCount(1);
        List<String> lost = new ArrayList<>(before.lines().toList());
        List<String> left = copy.run("backends").out().lines().toList();
        lost.removeIf(line -> words(left).contains(words(List.of(line)).get(0)));
        assertThat(lost).hasSize(1);
        assertThat(lost.get(0)).contains("tailrace-client-" + backend());
    }

    /** Without the spaces that align a table's columns. */
    private static List<String> words(List<String> lines) {
        return lines.stream().map(line -> line.replaceAll("\\s+", " ")).toList();
    }

    /** The packed command line ends with that code, with one line that holds these words and no secret, and leaves nothing. */
    final void assertRefused(int exitCode, List<String> words, StoreUnderTest asked, String url) throws Exception {
        Path output = Files.createDirectories(folder.resolve("out"));
        Run run = PackedCommandLine.built()
                .run(
                        List.of(),
                        asked.environment(),
                        "restore",
                        "-o",
                        output.resolve("app.db").toString(),
                        url);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(words).doesNotContain("Exception");
        for (String secret : asked.secrets()) {
            assertThat(run.err()).doesNotContain(secret);
        }
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).isEmpty();
        }
    }

    static List<String> keys(ObjectStore store, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try (ObjectIterator objects = store.list(prefix, "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                keys.add(object.key());
            }
        }
        return keys;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
