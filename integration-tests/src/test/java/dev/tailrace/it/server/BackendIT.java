// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.Tailrace;
import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.CopyResult;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.it.FixtureRestoreTest;
import dev.tailrace.it.PackedCommandLine;
import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.it.SomePoints;
import dev.tailrace.it.StoredLayout;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.LtxTransactionLog;
import dev.tailrace.restore.LtxTransactionRange;
import dev.tailrace.restore.LtxVerification;
import dev.tailrace.restore.LtxVerifier;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ObjectStoreContract;
import dev.tailrace.testkit.ReplicaClientContract;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What holds for every backend against a server of its kind: both contracts of the test kit, restores with the library and
 * with the packed command line, and what its folder is in the distribution. A subclass says which server, and adds what only
 * that kind can do wrong.
 */
abstract class BackendIT {

    private static final int FIXTURES_AT_ONCE = 4;

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

    /** Whether every fixture is restored, also in the usual check; else {@link SomePoints} of them, and the small ones. */
    boolean triesEveryFixture() {
        return false;
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

    /** Everything that can be done with a replica, in each layout: what the table of the documentation is made of. */
    @Nested
    @ExtendWith(MatrixRecorder.class)
    class Operations {

        /** Stores a fixture, and opens the replica. */
        private ReplicaClient replica(StoredLayout layout, ReplicaFixture fixture) throws Exception {
            String place = "operations/" + layout.name() + "/" + fixture.scenario();
            try (ObjectStore store = subject().open(place)) {
                if (store.listFolders("").isEmpty()) {
                    layout.copy(fixture, store);
                }
            }
            return Tailrace.open(
                    ReplicaUrl.parse(subject().urlOf(place)), subject().settings());
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("list")
        void lists(StoredLayout layout) throws Exception {
            ReplicaFixture fixture = layout.small();
            try (ReplicaClient replica = replica(layout, fixture);
                    ReplicaClient expected = ReplicaClient.over("memory", layout.inMemory(fixture))) {
                assertThat(keys(replica)).isNotEmpty().containsExactlyElementsOf(keys(expected));
            }
        }

        private List<String> keys(ReplicaClient replica) throws IOException {
            List<String> keys = new ArrayList<>();
            for (Generation generation : replica.generations()) {
                GenerationCatalog catalog = replica.catalog(generation);
                catalog.snapshots()
                        .forEach(snapshot -> keys.add(snapshot.object().key()));
                catalog.segments().forEach(segment -> keys.add(segment.object().key()));
            }
            for (LtxReplicaClient ltx : replica.ltxReplicas()) {
                for (int level = 0; level < LtxTree.LEVELS; level++) {
                    ltx.files(level).toList().forEach(file -> keys.add(file.key()));
                }
            }
            return keys;
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("restore the newest")
        void restoresTheNewestStateOfEveryFixture(StoredLayout layout) throws Exception {
            // A server answers one while it is asked for the next.
            ExecutorService several = Executors.newFixedThreadPool(FIXTURES_AT_ONCE);
            try {
                List<Future<?>> restored = new ArrayList<>();
                for (ReplicaFixture fixture : fixtures(layout)) {
                    restored.add(several.submit(() -> {
                        restoresTheNewestState(layout, fixture);
                        return null;
                    }));
                }
                for (Future<?> one : restored) {
                    one.get();
                }
            } finally {
                several.shutdownNow();
                assertThat(several.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            }
        }

        private List<ReplicaFixture> fixtures(StoredLayout layout) throws IOException {
            ReplicaFixture small = layout.small();
            SomePoints some = new SomePoints();
            return layout.fixtures().stream()
                    .filter(fixture -> some.next() || triesEveryFixture() || fixture.equals(small))
                    .toList();
        }

        private void restoresTheNewestState(StoredLayout layout, ReplicaFixture fixture) throws Exception {
            try (ReplicaClient replica = replica(layout, fixture)) {
                List<ExpectedRestore> newest =
                        layout.tree().isPresent() ? newestOfLtx(fixture) : newestOfEachGeneration(fixture);
                for (ExpectedRestore expected : newest) {
                    RestoreOptions.Builder options = RestoreOptions.builder();
                    expected.generation().ifPresent(name -> options.generation(new Generation(name)));
                    assertThat(restored(layout, replica, options.build()))
                            .as("%s %s", fixture, expected)
                            .isEqualTo(expected.sha256().orElseThrow());
                }
            }
        }

        private String restored(StoredLayout layout, ReplicaClient replica, RestoreOptions options) throws Exception {
            Path database = Files.createTempDirectory(folder, "restored").resolve("restored.db");
            if (layout.tree().isPresent()) {
                LtxRestorer.of(replica.ltxReplicas().get(0), options).restoreTo(database);
            } else {
                Restorer.of(replica, options).restoreTo(database);
            }
            String digest = FixtureRestoreTest.sha256(database);
            Files.delete(database);
            return digest;
        }

        /** What is asked of times and positions is the same wherever a replica lies. */
        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("restore any point")
        void restoresAnyPointAsFromMemory(StoredLayout layout) throws Exception {
            ReplicaFixture fixture = layout.small();
            try (ReplicaClient replica = replica(layout, fixture);
                    ReplicaClient expected = ReplicaClient.over("memory", layout.inMemory(fixture))) {
                for (RestoreTarget target : points(layout, expected)) {
                    RestoreOptions options =
                            RestoreOptions.builder().target(target).build();
                    assertThat(restored(layout, replica, options))
                            .as("%s", target)
                            .isEqualTo(restored(layout, expected, options));
                }
            }
        }

        private List<RestoreTarget> points(StoredLayout layout, ReplicaClient replica) throws IOException {
            List<RestoreTarget> points = new ArrayList<>();
            if (layout.tree().isPresent()) {
                LtxTransactionLog.of(replica.ltxReplicas().get(0), LtxTransactionRange.all())
                        .read(transaction -> points.add(RestoreTarget.atTxid(transaction.txid()))
                                && points.add(RestoreTarget.atTimestamp(transaction.timestamp())));
            } else {
                TransactionLog.of(replica, TransactionRange.all())
                        .read(transaction -> points.add(RestoreTarget.atPosition(transaction.position()))
                                && points.add(RestoreTarget.atTimestamp(transaction.createdAt())));
            }
            // A few of them, the first and the last among them.
            int apart = Math.max(1, points.size() / 8);
            return IntStream.range(0, points.size())
                    .filter(i -> i % apart == 0 || i >= points.size() - 2)
                    .mapToObj(points::get)
                    .toList();
        }

        /** A client goes on after the failure of one restore, whose reads were ended in their midst. */
        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("restore around damage")
        void restoresAroundDamageAsFromMemory(StoredLayout layout) throws Exception {
            RestoreOptions strict = RestoreOptions.defaults();
            RestoreOptions bestEffort =
                    RestoreOptions.builder().bestEffort(true).build();
            String place = "damaged/" + layout.name();
            try (InMemoryObjectStore memory = layout.inMemory(layout.small());
                    ObjectStore store = subject().open(place);
                    ReplicaClient expected = ReplicaClient.over("memory", memory.reopen())) {
                String key = newestObject(layout, expected);
                layout.copy(layout.small(), store);
                flipABit(memory, key);
                flipABit(store, key);
                try (ReplicaClient replica = Tailrace.open(
                        ReplicaUrl.parse(subject().urlOf(place)), subject().settings())) {
                    assertThatExceptionOfType(DamagedReplicaException.class)
                            .isThrownBy(() -> restored(layout, replica, strict))
                            .satisfies(e -> assertThat(e.damage().key()).isEqualTo(key));
                    assertThat(restored(layout, replica, bestEffort)).isEqualTo(restored(layout, expected, bestEffort));
                }
            }
        }

        private String newestObject(StoredLayout layout, ReplicaClient replica) throws IOException {
            if (layout.tree().isPresent()) {
                List<LtxFileInfo> files =
                        LtxRestorer.of(replica.ltxReplicas().get(0)).plan().files();
                return files.get(files.size() - 1).key();
            }
            List<String> keys = keys(replica);
            return keys.get(keys.size() - 1);
        }

        private void flipABit(ObjectStore store, String key) throws IOException {
            byte[] bytes;
            try (ObjectStream stream = store.open(ObjectRead.whole(key))) {
                bytes = stream.readAllBytes();
            }
            bytes[bytes.length / 2] ^= 1;
            store.put(key, ObjectSource.of(bytes), PutOptions.NONE);
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("verify")
        void verifies(StoredLayout layout) throws Exception {
            try (ReplicaClient replica = replica(layout, layout.small())) {
                if (layout.tree().isPresent()) {
                    LtxVerification verification =
                            LtxVerifier.of(replica.ltxReplicas().get(0)).verify();
                    assertThat(verification.outcome()).as("%s", verification).isEqualTo(Verification.Outcome.OK);
                } else {
                    Verification verification = Verifier.of(replica).verify();
                    assertThat(verification.outcome()).as("%s", verification).isEqualTo(Verification.Outcome.OK);
                }
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("log")
        void logsTheSameAsFromMemory(StoredLayout layout) throws Exception {
            ReplicaFixture fixture = layout.small();
            try (ReplicaClient replica = replica(layout, fixture);
                    ReplicaClient expected = ReplicaClient.over("memory", layout.inMemory(fixture))) {
                assertThat(log(layout, replica)).isNotEmpty().isEqualTo(log(layout, expected));
            }
        }

        private List<String> log(StoredLayout layout, ReplicaClient replica) throws IOException {
            List<String> told = new ArrayList<>();
            if (layout.tree().isPresent()) {
                LtxTransactionLog.of(replica.ltxReplicas().get(0), LtxTransactionRange.all())
                        .read(transaction -> told.add(transaction.txid() + " " + transaction.pages()));
            } else {
                TransactionLog.of(replica, TransactionRange.all())
                        .read(transaction -> told.add(transaction.position() + " " + transaction.frames()));
            }
            return told;
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("copy there and back")
        void copiesThereAndBack(StoredLayout layout) throws Exception {
            ReplicaFixture fixture = layout.small();
            InMemoryObjectStore back = new InMemoryObjectStore();
            try (ObjectStore source = layout.inMemory(fixture);
                    ObjectStore store = subject().open("copied/" + layout.name())) {
                CopyResult there =
                        ReplicaCopier.of(source, store, CopyOptions.defaults()).copy();
                CopyResult again =
                        ReplicaCopier.of(store, back, CopyOptions.defaults()).copy();
                assertThat(there.objects()).isPositive().isEqualTo(again.objects());
            }
            try (ReplicaClient expected = ReplicaClient.over("memory", layout.inMemory(fixture));
                    ReplicaClient copied = ReplicaClient.over("memory", back)) {
                assertThat(restored(layout, copied, RestoreOptions.defaults()))
                        .isEqualTo(restored(layout, expected, RestoreOptions.defaults()));
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @MatrixOperation("prune")
        void prunesToTheNewestState(StoredLayout layout) throws Exception {
            ReplicaFixture fixture = layout.small();
            PruneOptions newest =
                    PruneOptions.builder().keep(Duration.ofMillis(1)).build();
            try (ObjectStore store = subject().open("pruned/" + layout.name())) {
                layout.copy(fixture, store);
            }
            // The window is to begin after all that was stored.
            Thread.sleep(50);
            try (ReplicaClient replica = Tailrace.open(
                            ReplicaUrl.parse(subject().urlOf("pruned/" + layout.name())),
                            subject().settings());
                    ReplicaClient expected = ReplicaClient.over("memory", layout.inMemory(fixture))) {
                String before = restored(layout, expected, RestoreOptions.defaults());
                assertThat(pruned(replica, newest)).isEqualTo(pruned(expected, newest));
                assertThat(keys(replica)).isEqualTo(keys(expected));
                assertThat(restored(layout, replica, RestoreOptions.defaults())).isEqualTo(before);
            }
        }

        private long pruned(ReplicaClient replica, PruneOptions options) throws IOException {
            ReplicaPruner pruner = ReplicaPruner.of(replica, options);
            return pruner.prune(pruner.plan()).objects();
        }
    }

    /** In a folder with both formats some choices are of the older one. */
    private static List<ExpectedRestore> newestOfLtx(ReplicaFixture fixture) {
        List<ExpectedRestore> newest = fixture.restores().stream()
                .filter(expected -> expected.isLatest() && expected.mustMatch())
                .filter(expected -> !fixture.scenario().startsWith("mixed")
                        || expected.selected().orElse(null) instanceof ExpectedRestore.Selection.Ltx)
                .toList();
        if (!fixture.scenario().startsWith("mixed")) {
            assertThat(newest).as(fixture.toString()).isNotEmpty();
        }
        return newest;
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
