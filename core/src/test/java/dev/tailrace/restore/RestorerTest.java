// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.Stalls;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RestorerTest {

    private static final int PAGE = 512;

    @TempDir
    Path temp;

    private Path folder;
    private Path target;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("folder"));
        target = folder.resolve("app.db");
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("tailrace-restore") && thread.isAlive())
                .allSatisfy(thread -> {
                    thread.join(5000);
                    assertThat(thread.isAlive()).isFalse();
                });
    }

    private RestoreResult restore(ReplicaBytes replica, RestoreOptions.Builder options) throws IOException {
        return Restorer.of(replica.client(), options.build()).restoreTo(target);
    }

    private RestoreResult restore(ReplicaBytes replica) throws IOException {
        return restore(replica, RestoreOptions.builder());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private void assertDamaged(ReplicaBytes replica, String message) throws IOException {
        assertThatThrownBy(() -> restore(replica))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("replica memory://test is damaged")
                .hasMessageContaining(message)
                .hasMessageMatching(".*; (still restorable, by best effort: |nothing before it can be restored).*");
        assertThat(files()).isEmpty();
        assertThat(replica.store().openStreams()).isZero();
    }

    /** The databases after the snapshot and after each of some random WAL indexes. */
    private static List<byte[]> history(Random random, int pageSize, int indexes, List<WalBytes> wals) {
        int size = 1 + random.nextInt(30);
        int version = 0;
        List<byte[]> states = new ArrayList<>(List.of(database(pageSize, size, version)));
        for (int index = 0; index < indexes; index++) {
            WalBytes wal = new WalBytes(
                    pageSize,
                    index + 1,
                    index - 2,
                    random.nextInt(),
                    random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            for (int commit = random.nextInt(6); commit >= 0; commit--) {
                int newSize = random.nextInt(3) > 0 ? size : Math.max(1, size + random.nextInt(41) - 20);
                for (int grown = size + 1; grown <= newSize; grown++) {
                    wal.frame(grown, page(pageSize, grown, ++version), 0);
                }
                for (int i = random.nextInt(12); i > 0; i--) {
                    int number = 1 + random.nextInt(Math.max(size, newSize));
                    wal.frame(number, page(pageSize, number, ++version), 0);
                }
                size = newSize;
                wal.frame(1, page(pageSize, 1, ++version), size);
            }
            wals.add(wal);
            states.add(wal.appliedTo(states.get(states.size() - 1)));
        }
        return states;
    }

    private static int[] cuts(Random random, byte[] wal) {
        int[] cuts = new int[random.nextInt(8)];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = 1 + random.nextInt(wal.length);
        }
        Arrays.sort(cuts);
        return cuts;
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void restoresEveryStateOfRandomHistories(ReplicaLayout layout) throws IOException {
        List<UnaryOperator<byte[]>> frames = List.of(
                LzFrames::litestream,
                LzFrames.SMALL::of,
                LzFrames.LINKED::of,
                LzFrames.SMALL.withBlockLength(700)::of,
                LzFrames.LINKED.withBlockLength(1111).withBlockChecksums()::of,
                LzFrames.SMALL.withoutContentChecksum().withContentSize()::of,
                LzFrames.SMALL.withStoredBlocks().withBlockLength(37)::of);
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int pageSize = new int[] {512, 512, 1024, 4096, 65536}[random.nextInt(5)];
            List<WalBytes> wals = new ArrayList<>();
            List<byte[]> states = history(random, pageSize, 1 + random.nextInt(6), wals);
            ReplicaBytes replica =
                    ReplicaBytes.in(layout).framed(frames.get(seed % (pageSize > 1024 ? 3 : frames.size())));
            replica.snapshot(3, states.get(0));
            for (int i = 0; i < wals.size(); i++) {
                replica.wal(3 + i, wals.get(i).bytes(), cuts(random, wals.get(i).bytes()));
            }
            int wanted = random.nextInt(wals.size());
            boolean latest = random.nextBoolean();
            RestoreOptions.Builder options = RestoreOptions.builder().parallelism(random.nextInt(5));
            if (!latest) {
                options.target(RestoreTarget.atIndex(3 + wanted));
            }

            RestoreResult result = restore(replica, options);

            byte[] expected = states.get(latest ? wals.size() : wanted + 1);
            assertThat(Files.readAllBytes(target)).as("seed %s", seed).isEqualTo(expected);
            assertThat(result.pageSize()).isEqualTo(pageSize);
            assertThat(result.pageCount()).isEqualTo(expected.length / pageSize);
            assertThat(result.bytesWritten()).isLessThanOrEqualTo(expected.length);
            assertThat(result.bytesRead()).isEqualTo(result.plan().bytes());
            assertThat(result.requests())
                    .isEqualTo(result.objectsRead())
                    .isEqualTo(result.plan().objects());
            assertThat(result.position().index()).isEqualTo(latest ? 2 + wals.size() : 3 + wanted);
            assertThat(result.framesDropped()).isZero();
            assertThat(replica.store().opened().values())
                    .allSatisfy(times -> assertThat(times).hasValue(1));
            assertThat(replica.store().listed().values())
                    .allSatisfy(times -> assertThat(times).hasValue(1));
            assertThat(replica.store().openStreams()).isZero();
            assertThat(files()).containsExactly("app.db");
            Files.delete(target);
        }
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void restoresSixSegmentsOfThreeIndexes(ReplicaLayout layout) throws IOException { // peer 41
        byte[] state = database(PAGE, 4, 0);
        ReplicaBytes replica = ReplicaBytes.in(layout).snapshot(0, state);
        for (int index = 0; index < 3; index++) {
            WalBytes wal = WalBytes.ofIndex(PAGE, index)
                    .frame(2, page(PAGE, 2, 10 + index), 4)
                    .frame(3, page(PAGE, 3, 20 + index), 4);
            replica.wal(index, wal.bytes(), wal.commitEnds());
            state = wal.appliedTo(state);
        }

        RestoreResult result = restore(
                replica,
                RestoreOptions.builder()
                        .generation(ReplicaBytes.GENERATION)
                        .snapshotIndex(0)
                        .target(RestoreTarget.atIndex(2)));

        assertThat(result.plan().objects()).isEqualTo(7);
        assertThat(target).hasBinaryContent(state);
        assertThat(result.position())
                .hasToString(ReplicaBytes.GENERATION + "/00000002:" + String.format("%08x", 32 + 2 * 536));
        assertThat(result.framesApplied()).isEqualTo(6);
        assertThat(result.path()).isEqualTo(target);
    }

    @Test
    void restoresASnapshotAlone() throws IOException { // peer 42
        for (int pageSize = 512; pageSize <= 65536; pageSize *= 2) {
            byte[] state = database(pageSize, 9, 0);
            RestoreResult result = restore(
                    ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, state),
                    RestoreOptions.builder().target(RestoreTarget.atIndex(0)));
            assertThat(target).hasBinaryContent(state);
            assertThat(result.position().offset()).isZero();
            assertThat(result.writes()).isPositive();
            Files.delete(target);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 2, 8, 1024})
    void takesAnyParallelism(int parallelism) throws IOException { // peer 43
        RestoreOptions.Builder options = RestoreOptions.builder().parallelism(parallelism);
        assertThat(options.build().parallelism())
                .isEqualTo(parallelism < 1 ? RestoreOptions.DEFAULT_PARALLELISM : parallelism);
        byte[] state = database(PAGE, 5000, 0);
        restore(
                ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                        .framed(LzFrames.SMALL::of)
                        .snapshot(0, state),
                options);
        assertThat(target).hasBinaryContent(state);
    }

    @Test
    void saysWhatIsRequired() { // peers 44 to 47
        Restorer restorer = Restorer.of(ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .snapshot(0, database(PAGE, 1, 0))
                .client());
        for (String path : new String[] {"", " ", "/"}) {
            assertThatThrownBy(() -> restorer.restoreTo(Path.of(path)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("restore path required");
        }
        assertThatThrownBy(() -> new Generation("")).hasMessageContaining("generation required");
        assertThatThrownBy(() -> RestoreOptions.builder().snapshotIndex(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("snapshot index required");
        assertThatThrownBy(() -> RestoreTarget.atIndex(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target index required");
    }

    @Test
    void leavesAnExistingTargetUntouched() throws IOException { // peer 48
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, database(PAGE, 2, 0));
        Files.writeString(target, "mine");
        assertTargetRefused(replica, "output path already exists: " + target);
        assertThat(target).hasContent("mine");
        Files.delete(target);

        Files.createDirectory(target);
        assertTargetRefused(replica, "output path already exists: " + target);
        Files.delete(target);

        for (String to : List.of("nowhere", "real")) {
            Files.write(folder.resolve("real"), new byte[0]);
            Files.createSymbolicLink(target, folder.resolve(to));
            assertTargetRefused(replica, "output path already exists: " + target);
            assertThat(target).isSymbolicLink();
            Files.delete(target);
            Files.delete(folder.resolve("real"));
        }

        for (String sidecar : List.of("-wal", "-shm", "-journal")) {
            Path file = Files.write(folder.resolve("app.db" + sidecar), new byte[0]);
            assertTargetRefused(replica, "in the way: " + file);
            Files.delete(file);
        }
        assertThat(replica.store().opened()).isEmpty();

        Files.writeString(folder.resolve("plain"), "a file");
        assertThatThrownBy(() -> Restorer.of(replica.client()).restoreTo(folder.resolve("plain/app.db")))
                .isInstanceOf(RestoreTargetException.class);
    }

    private void assertTargetRefused(ReplicaBytes replica, String message) throws IOException {
        List<String> before = files();
        assertThatThrownBy(() -> restore(replica))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining(message);
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void takesAnEmptyFileForNone() throws IOException {
        byte[] state = database(PAGE, 2, 0);
        Files.write(target, new byte[0]);
        restore(ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, state));
        assertThat(target).hasBinaryContent(state);
        assertThat(files()).containsExactly("app.db");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r--r--", "rw-rw-rw-", "r--r-----", "rwxrwxrwx"})
    void givesExactlyTheModeAskedFor(String mode) throws IOException {
        AtomicReference<String> during = new AtomicReference<>("");
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, database(PAGE, 2, 0));
        replica.store().hook((operation, key) -> {
            if (operation.equals("open")) {
                during.set(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("app.db.tailrace-tmp"))));
            }
        });
        restore(replica, RestoreOptions.builder().fileMode(PosixFilePermissions.fromString(mode)));
        assertThat(during).hasValue(mode);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo(mode);
    }

    @Test
    void makesMissingFoldersAndRemovesThemAgain() throws IOException {
        byte[] state = database(PAGE, 2, 0);
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, state);
        target = folder.resolve("a/b/c/app.db");
        restore(replica);
        assertThat(target).hasBinaryContent(state);

        target = folder.resolve("x/y/app.db");
        assertDamagedBy(replica, () -> restore(replica.snapshot(0, Arrays.copyOf(state, 700))));
        assertThat(folder.resolve("x")).doesNotExist();

        replica.store().hook((operation, key) -> {
            if (operation.equals("open")) {
                Files.writeString(folder.resolve("x/theirs"), "theirs");
            }
        });
        assertDamagedBy(replica, () -> restore(replica));
        assertThat(folder.resolve("x/theirs")).hasContent("theirs");
        assertThat(folder.resolve("x/y")).doesNotExist();
    }

    private static void assertDamagedBy(ReplicaBytes replica, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(DamagedReplicaException.class);
        assertThat(replica.store().openStreams()).isZero();
    }

    @Test
    void restoresIntoOneMissingFolderFromManyThreads() throws Exception {
        byte[] state = database(PAGE, 2, 0);
        for (int round = 0; round < 20; round++) {
            Path shared = folder.resolve("shared" + round + "/deep");
            CountDownLatch start = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<java.util.concurrent.Future<?>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path file = shared.resolve("db" + i);
                results.add(threads.submit(() -> {
                    start.await();
                    return Restorer.of(ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                                    .snapshot(0, state)
                                    .client())
                            .restoreTo(file);
                }));
            }
            start.countDown();
            for (java.util.concurrent.Future<?> result : results) {
                result.get();
            }
            threads.shutdown();
        }
    }

    private static WalBytes wal(int index) {
        return WalBytes.ofIndex(PAGE, index).frame(2, page(PAGE, 2, index), 0).frame(1, page(PAGE, 1, index), 3);
    }

    private static ReplicaBytes threeIndexes() {
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, database(PAGE, 3, 0));
        for (int index = 0; index < 3; index++) {
            replica.wal(index, wal(index).bytes(), 32 + 536);
        }
        return replica;
    }

    @Test
    void dropsAnOpenTransactionAtTheVeryEndAndCountsIt() throws IOException {
        byte[] state = database(PAGE, 3, 0);
        WalBytes last = wal(0);
        byte[] expected = last.appliedTo(state);
        int end = last.bytes().length;
        last.frame(3, page(PAGE, 3, 9), 0).frame(2, page(PAGE, 2, 9), 0);
        ReplicaBytes replica =
                ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, state).wal(0, last.bytes(), end);

        RestoreResult result = restore(replica);

        assertThat(target).hasBinaryContent(expected);
        assertThat(result.framesDropped()).isEqualTo(2);
        assertThat(result.framesApplied()).isEqualTo(2);
        assertThat(result.position().offset()).isEqualTo(end);
    }

    @Test
    void refusesAnIndexThatEndsInsideATransaction() throws IOException {
        ReplicaBytes replica = threeIndexes();
        replica.wal(1, wal(1).frame(2, page(PAGE, 2, 9), 0).bytes(), 32 + 536);
        assertDamaged(replica, "WAL index ends inside a transaction although another index follows");
        replica.segment(1, 32 + 536, new byte[0]);
        assertDamaged(replica, "WAL index ends inside a transaction although another index follows");
        ReplicaBytes headerOnly = threeIndexes();
        headerOnly.store().remove(headerOnly.walKey(1, 32 + 536));
        headerOnly.segment(1, 0, WalBytes.ofIndex(PAGE, 1).bytes());
        assertDamaged(headerOnly, "WAL index holds no frame although another index follows");
    }

    @Test
    void refusesAnIndexThatEndsInsideATransactionAlsoAsTarget() {
        ReplicaBytes replica = threeIndexes();
        replica.segment(1, 32 + 536, new byte[0]);
        assertThatThrownBy(() -> restore(replica, RestoreOptions.builder().target(RestoreTarget.atIndex(1))))
                .isInstanceOf(DamagedReplicaException.class);
    }

    @Test
    void refusesBytesThatAreNoFrame() throws IOException {
        for (int length : new int[] {1, 23, 100, 535}) {
            ReplicaBytes replica = threeIndexes();
            replica.wal(2, wal(2).raw(new byte[length]).bytes(), 32 + 536);
            assertDamaged(replica, "bytes after the last whole WAL frame");
        }
        ReplicaBytes zeros = threeIndexes();
        zeros.wal(2, wal(2).raw(new byte[536]).bytes(), 32 + 536);
        assertDamaged(zeros, "WAL frame has other salts than its header");
        ReplicaBytes shortHeader = threeIndexes();
        shortHeader.wal(3, Arrays.copyOf(wal(3).bytes(), 31));
        assertDamaged(shortHeader, "WAL index ends inside its header");
    }

    @Test
    void refusesHolesAndOverlapsInsideAnIndex() throws IOException {
        ReplicaBytes hole = threeIndexes();
        byte[] wal = wal(1).bytes();
        hole.segment(1, 0, Arrays.copyOf(wal, 32));
        assertDamaged(hole, "segment does not reach to the next one");
        ReplicaBytes overlap = threeIndexes();
        overlap.segment(1, 0, wal);
        assertDamaged(overlap, "generations/" + ReplicaBytes.GENERATION + "/wal/00000001_00000000.wal.lz4");
        ReplicaBytes lastHole = threeIndexes();
        lastHole.segment(2, 32 + 536 + 536 + 8, new byte[0]);
        assertDamaged(lastHole, "segment does not reach to the next one");
    }

    @Test
    void refusesSwappedCopiedAndForeignIndexes() throws IOException {
        ReplicaBytes swapped = threeIndexes();
        swapped.wal(1, wal(2).bytes(), 32 + 536).wal(2, wal(1).bytes(), 32 + 536);
        assertDamaged(swapped, "does not continue index");
        ReplicaBytes copied = threeIndexes();
        copied.wal(2, wal(1).bytes(), 32 + 536);
        assertDamaged(copied, "is a copy of index 1");
        ReplicaBytes halfCopied = threeIndexes();
        halfCopied.segment(2, 0, Arrays.copyOf(wal(1).bytes(), 32 + 536));
        assertDamaged(halfCopied, "WAL frame has other salts than its header");
        ReplicaBytes foreign = threeIndexes();
        foreign.wal(
                2,
                new WalBytes(PAGE, 3, 5555, 1, ByteOrder.BIG_ENDIAN)
                        .frame(2, page(PAGE, 2, 1), 0)
                        .frame(1, page(PAGE, 1, 1), 3)
                        .bytes(),
                32 + 536);
        assertDamaged(foreign, "does not continue index 1");
    }

    @Test
    void countsJoinsThatAreLegalButNotProved() throws IOException {
        ReplicaBytes replica = threeIndexes();
        replica.wal(
                2,
                new WalBytes(PAGE, 0, 5555, 1, ByteOrder.BIG_ENDIAN)
                        .frame(2, page(PAGE, 2, 1), 0)
                        .frame(1, page(PAGE, 1, 1), 3)
                        .bytes(),
                32 + 536);
        List<String> warnings = new ArrayList<>();
        RestoreResult result = restore(replica, RestoreOptions.builder().listener(new RestoreListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        }));
        assertThat(result.unprovedJoins()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("1 join");
        Restorer restorer = Restorer.of(replica.client());
        assertThat(restorer.countUnprovedJoins(restorer.plan())).isEqualTo(1);
        replica.store().remove(replica.walKey(0, 0));
        replica.store().remove(replica.walKey(0, 32 + 536));
        replica.snapshot(1, database(PAGE, 3, 0));
        assertThat(restorer.countUnprovedJoins(restorer.plan())).isEqualTo(1);
        Restorer proved = Restorer.of(threeIndexes().client());
        assertThat(proved.countUnprovedJoins(proved.plan())).isZero();
    }

    @Test
    void refusesHeadersThatDoNotJoinBeforeAnythingIsWritten() throws IOException {
        ReplicaBytes copied = threeIndexes();
        copied.wal(2, wal(1).bytes(), 32 + 536);
        Restorer restorer = Restorer.of(copied.client());
        RestorePlan plan = restorer.plan();

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> restorer.countUnprovedJoins(plan))
                .withMessageContaining("is a copy of index 1");
        assertThat(files()).isEmpty();
        assertThat(copied.store().openStreams()).isZero();
    }

    @Test
    void refusesMomentsOfWhichItKnowsTooLittle() throws IOException {
        ReplicaBytes replica = threeIndexes();
        RestoreTarget moment = RestoreTarget.atTimestamp(MemoryStore.TIME);

        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() ->
                        restore(replica, RestoreOptions.builder().target(moment).exact(true)))
                .withMessageContaining("the exact state at " + MemoryStore.TIME + " is not known");
        RestoreOptions.Builder earlier =
                RestoreOptions.builder().target(moment).clock(InstantSource.fixed(MemoryStore.TIME.minusNanos(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> restore(replica, earlier))
                .withMessageContaining("lies in the future");
        assertThat(files()).isEmpty();

        RestoreResult result =
                restore(replica, RestoreOptions.builder().target(moment).clock(InstantSource.fixed(MemoryStore.TIME)));
        assertThat(result.plan().walIndexes()).hasSize(3);
    }

    @Test
    void takesAnyTargetButAMomentForExact() throws IOException {
        restore(
                threeIndexes(),
                RestoreOptions.builder().target(RestoreTarget.atIndex(1)).exact(true));
        assertThat(files()).containsExactly("app.db");
    }

    @Test
    void passesOnWhatThePlanHasToSay() throws IOException {
        ReplicaBytes replica = threeIndexes();
        Generation other = new Generation("fedcba9876543210");
        new ReplicaBytes(replica.store(), ReplicaLayout.V03_FLAT, other)
                .at(MemoryStore.TIME.minusSeconds(60))
                .wal(0, wal(0).bytes());
        List<String> warnings = new ArrayList<>();

        RestoreResult result = restore(replica, RestoreOptions.builder().listener(new RestoreListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        }));

        assertThat(warnings)
                .isEqualTo(result.plan().warnings())
                .singleElement()
                .asString()
                .contains("generation " + other + " has no snapshot");
        assertThat(result.plan().candidates())
                .filteredOn(candidate -> candidate.generation().equals(other))
                .singleElement()
                .asString()
                .contains("it has no snapshot");
    }

    @Test
    void tellsHowLongItTook() throws IOException {
        long began = System.nanoTime();
        RestoreResult result = restore(threeIndexes());
        assertThat(result.duration()).isPositive().isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began));
    }

    @Test
    void refusesEverySingleWrongBitOfAReplica() throws IOException {
        ReplicaBytes good = threeIndexes();
        restore(good);
        byte[] expected = Files.readAllBytes(target);
        Files.delete(target);
        int unnoticed = 0;
        Random random = new Random(20);
        for (int round = 0; round < 200; round++) {
            ReplicaBytes replica = threeIndexes();
            String key = replica.store()
                    .keys()
                    .get(random.nextInt(replica.store().keys().size()));
            byte[] bytes = replica.store().get(key).clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            replica.store().put(key, bytes);
            try {
                restore(replica);
                assertThat(target).hasBinaryContent(expected);
                Files.delete(target);
                unnoticed++;
            } catch (DamagedReplicaException e) {
                assertThat(e.damage().key()).isEqualTo(key);
            }
            assertThat(files()).isEmpty();
        }
        assertThat(unnoticed).isLessThan(20);
    }

    @Test
    void refusesPagesOfTwoSizes() throws IOException {
        ReplicaBytes snapshot = threeIndexes().snapshot(0, database(1024, 3, 0));
        assertDamaged(snapshot, "page size of the snapshot differs from that of the WAL");
        ReplicaBytes wal = threeIndexes();
        wal.store().remove(wal.walKey(1, 32 + 536));
        wal.wal(1, WalBytes.ofIndex(1024, 1).frame(1, page(1024, 1, 1), 3).bytes());
        assertDamaged(wal, "page size differs from that of the next WAL index");
    }

    @Test
    void refusesAPageThatNobodyHas() throws IOException {
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .snapshot(0, database(PAGE, 2, 0))
                .wal(0, WalBytes.ofIndex(PAGE, 0).frame(4, page(PAGE, 4, 1), 4).bytes());
        assertDamaged(replica, "page 3 of the database is neither in the snapshot nor in any WAL frame");
    }

    @Test
    void refusesASnapshotThatIsNoDatabase() throws IOException {
        byte[] good = database(PAGE, 3, 0);
        assertDamaged(snapshot(new byte[0]), "snapshot ends inside the database's header");
        assertDamaged(snapshot(Arrays.copyOf(good, 99)), "snapshot ends inside the database's header");
        assertDamaged(snapshot(Arrays.copyOf(good, 100)), "snapshot ends inside a page");
        assertDamaged(snapshot(Arrays.copyOf(good, 3 * PAGE - 100)), "snapshot ends inside a page");
        byte[] magic = good.clone();
        magic[3] = 'x';
        assertDamaged(snapshot(magic), "snapshot is no SQLite database");
        byte[] size = good.clone();
        size[16] = 3;
        assertDamaged(snapshot(size), "snapshot has no page size");
        // What healthy snapshots differ in is compared with nothing.
        byte[] odd = good.clone();
        Arrays.fill(odd, 18, 100, (byte) 77);
        restore(snapshot(odd));
        assertThat(target).hasBinaryContent(odd);
    }

    private static ReplicaBytes snapshot(byte[] database) {
        return ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, database);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 37, 99, 100, 511, 513, 5000, 65536})
    void cutsPagesOutOfSnapshotBlocksOfOddSizes(int blockLength) throws IOException {
        for (LzFrames frames : List.of(LzFrames.SMALL, LzFrames.LINKED)) {
            byte[] state = database(PAGE, blockLength < 50 ? 10 : blockLength < 600 ? 60 : 700, 0);
            WalBytes wal = WalBytes.ofIndex(PAGE, 0)
                    .frame(5, page(PAGE, 5, 1), 0)
                    .frame(2, page(PAGE, 2, 1), state.length / PAGE - 1);
            for (boolean withWal : new boolean[] {true, false}) {
                ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                        .framed(frames.withBlockLength(blockLength)::of)
                        .snapshot(0, state);
                if (withWal) {
                    replica.wal(0, wal.bytes());
                }
                restore(replica);
                assertThat(target).hasBinaryContent(withWal ? wal.appliedTo(state) : state);
                Files.delete(target);
            }
        }
    }

    @Test
    void tellsTheListenerHowItGoesOn() throws IOException {
        List<String> calls = new ArrayList<>();
        AtomicLong read = new AtomicLong();
        RestoreResult result = restore(threeIndexes(), RestoreOptions.builder().listener(new RestoreListener() {
            @Override
            public void planned(RestorePlan plan) {
                calls.add("planned " + plan.objects());
            }

            @Override
            public void read(long bytes) {
                read.addAndGet(bytes);
            }

            @Override
            public void publishing() {
                calls.add("publishing " + Files.exists(target));
            }
        }));
        assertThat(calls).containsExactly("planned 7", "publishing false");
        assertThat(read).hasValue(result.plan().bytes());
    }

    @Test
    void survivesAListenerThatThrows() throws IOException {
        for (int at = 0; at < 3; at++) {
            int when = at;
            RestoreListener listener = new RestoreListener() {
                @Override
                public void planned(RestorePlan plan) {
                    fail(0);
                }

                @Override
                public void read(long bytes) {
                    fail(1);
                }

                @Override
                public void publishing() {
                    fail(2);
                }

                private void fail(int here) {
                    if (here == when) {
                        throw new IllegalStateException("listener");
                    }
                }
            };
            ReplicaBytes replica = threeIndexes();
            assertThatThrownBy(() -> restore(replica, RestoreOptions.builder().listener(listener)))
                    .hasMessage("listener");
            assertThat(files()).isEmpty();
            assertThat(replica.store().openStreams()).isZero();
        }
    }

    @Test
    void passesOnWhatTheStoreSays() throws IOException {
        for (IOException failure :
                List.of(new StoreUnavailableException("gone", "memory://test", null), new SocketException("reset"))) {
            for (String operation : List.of("open", "read")) {
                ReplicaBytes replica = threeIndexes();
                replica.store().hook((what, key) -> {
                    if (what.equals(operation) && key.contains("00000001_")) {
                        throw failure;
                    }
                });
                assertThatThrownBy(() -> restore(replica)).isSameAs(failure);
                assertThat(files()).isEmpty();
                assertThat(replica.store().openStreams()).isZero();
            }
        }
    }

    @Test
    void plansAgainWhenAnObjectIsGone() throws IOException {
        ReplicaBytes replica = threeIndexes();
        AtomicInteger times = new AtomicInteger();
        byte[] newer = database(PAGE, 7, 9);
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && times.getAndIncrement() == 0) {
                replica.store().keys().forEach(replica.store()::remove);
                replica.snapshot(9, newer);
            }
        });
        restore(replica);
        assertThat(target).hasBinaryContent(newer);
        assertThat(files()).containsExactly("app.db");
    }

    @Test
    void saysWhichObjectIsGone() throws IOException {
        ReplicaBytes replica = threeIndexes();
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && key.contains("00000001_00000000")) {
                throw new ObjectMissingException(key, "memory://test", null);
            }
        });
        assertThatThrownBy(() -> restore(replica))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining(replica.walKey(1, 0))
                .hasRootCauseInstanceOf(ObjectMissingException.class);
        Restorer restorer = Restorer.of(replica.client());
        RestorePlan plan = restorer.plan();
        assertThatExceptionOfType(ObjectMissingException.class)
                .isThrownBy(() -> restorer.restore(plan, target))
                .satisfies(e -> assertThat(e.key()).isEqualTo(replica.walKey(1, 0)));
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000002_00000000", "00000000_00000000", "snapshot"})
    void isCancelledByAnInterrupt(String where) throws Exception {
        ReplicaBytes replica = threeIndexes();
        CountDownLatch reached = new CountDownLatch(1);
        replica.store().hook((operation, key) -> {
            if (operation.equals("read") && key.contains(where)) {
                reached.countDown();
                Stalls.forever();
            }
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                restore(replica);
            } catch (IOException | RuntimeException e) {
                thrown.set(e);
            }
            interrupted.set(Thread.interrupted());
        });
        caller.start();
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join(10_000);

        assertThat(caller.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(RestoreCancelledException.class);
        assertThat(interrupted).hasValue(true);
        assertThat(files()).isEmpty();
        assertThat(replica.store().openStreams()).isZero();
    }

    @Test
    void doesNothingForACallerThatIsInterruptedAlready() throws IOException {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> restore(threeIndexes())).isInstanceOf(RestoreCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void runsOnTheExecutorOfTheCaller() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2, work -> new Thread(work, "mine"));
        AtomicInteger foreign = new AtomicInteger();
        ReplicaBytes replica = threeIndexes();
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && !Thread.currentThread().getName().equals("mine")) {
                foreign.incrementAndGet();
            }
        });
        restore(replica, RestoreOptions.builder().executor(two));
        assertThat(foreign).hasValue(0);
        assertThat(two.isShutdown()).isFalse();
        two.shutdown();
        Files.delete(target);

        restore(threeIndexes(), RestoreOptions.builder().executor(Runnable::run));
        assertThat(files()).containsExactly("app.db");
    }

    @Test
    void survivesAnExecutorThatRefuses() throws Exception {
        for (int accepted = 0; accepted < 2; accepted++) {
            AtomicInteger left = new AtomicInteger(accepted);
            List<Thread> threads = new ArrayList<>();
            ReplicaBytes replica = threeIndexes();
            replica.store().hook((operation, key) -> {
                if (operation.equals("open")) {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        throw new InterruptedIOException();
                    }
                }
            });
            assertThatThrownBy(() -> restore(replica, RestoreOptions.builder().executor(work -> {
                        if (left.getAndDecrement() <= 0) {
                            throw new RejectedExecutionException("full");
                        }
                        Thread thread = new Thread(work);
                        threads.add(thread);
                        thread.start();
                    })))
                    .isInstanceOf(RestoreCancelledException.class)
                    .hasMessageContaining("the executor refused work")
                    .hasCauseInstanceOf(RejectedExecutionException.class);
            // Not one worker may outlive the call: it would write into a file that is gone.
            assertThat(replica.store().openStreams()).isZero();
            for (Thread thread : threads) {
                thread.join(50);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void needsOnlyThoseWorkersThatTheExecutorBegins() throws IOException {
        AtomicInteger left = new AtomicInteger(1);
        restore(threeIndexes(), RestoreOptions.builder().executor(work -> {
            if (left.getAndDecrement() > 0) {
                new Thread(work).start();
            }
        }));
        assertThat(files()).containsExactly("app.db");
        Files.delete(target);

        Thread caller = Thread.currentThread();
        assertThatThrownBy(
                        () -> restore(threeIndexes(), RestoreOptions.builder().executor(work -> caller.interrupt())))
                .isInstanceOf(RestoreCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(files()).isEmpty();
    }

    @Test
    void refusesASecondRestoreToTheSameTarget() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ReplicaBytes slow = threeIndexes();
        slow.store().hook((operation, key) -> {
            if (operation.equals("open")) {
                reached.countDown();
                Stalls.until(goOn);
            }
        });
        AtomicReference<Object> result = new AtomicReference<>();
        Thread first = new Thread(() -> {
            try {
                result.set(restore(slow));
            } catch (IOException | RuntimeException e) {
                result.set(e);
            }
        });
        first.start();
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        try {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> restore(threeIndexes()))
                        .isInstanceOf(RestoreTargetException.class)
                        .hasMessageContaining("another restore to " + target + " is going on");
            }
            // Closing a second descriptor here would have taken the lock away for other processes.
            assertThat(ChildProcess.run(
                            temp,
                            LockProbe.class,
                            folder.resolve("app.db.tailrace-tmp").toString()))
                    .isEqualTo("locked");
        } finally {
            goOn.countDown();
            first.join(10_000);
        }
        assertThat(result.get()).isInstanceOf(RestoreResult.class);
        assertThat(files()).containsExactly("app.db");
    }

    /** Says, from another process, whether a file is locked. */
    static final class LockProbe {
        public static void main(String[] arguments) throws IOException {
            try (var channel =
                    java.nio.channels.FileChannel.open(Path.of(arguments[0]), java.nio.file.StandardOpenOption.WRITE)) {
                System.out.print(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }

    @Test
    void takesOverWhatAKilledRunLeft() throws IOException {
        byte[] theirs = database(PAGE, 9, 77);
        Path inUse = Files.write(folder.resolve("in-use.db"), theirs);
        Path leftover = folder.resolve("app.db.tailrace-tmp");
        Files.createLink(leftover, inUse);
        restore(threeIndexes());
        assertThat(inUse).hasBinaryContent(theirs);
        assertThat(files()).containsExactly("app.db", "in-use.db");
        Files.delete(target);

        Files.write(leftover, new byte[100_000]);
        restore(threeIndexes());
        assertThat(Files.size(target)).isEqualTo(3 * PAGE);
        Files.delete(target);

        Files.createDirectory(leftover);
        assertThatThrownBy(() -> restore(threeIndexes()))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("taken by something that is no file");
        Files.delete(leftover);
        Files.createSymbolicLink(leftover, inUse);
        assertThatThrownBy(() -> restore(threeIndexes())).isInstanceOf(RestoreTargetException.class);
        assertThat(inUse).hasBinaryContent(theirs);
    }

    @Test
    void namesWhatIsNotWritable() throws Exception { // peer 49
        Path closed = Files.createDirectory(temp.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String path : List.of("app.db", "missing/app.db")) {
            assertThat(ChildProcess.runUnprivileged(
                            temp, RestoreProbe.class, closed.resolve(path).toString()))
                    .contains("RestoreTargetException")
                    .contains("permission denied")
                    .contains(closed.toString());
        }
        assertThat(closed).isEmptyDirectory();
    }

    /** Restores as another user. */
    static final class RestoreProbe {
        public static void main(String[] arguments) {
            try {
                System.out.print(Restorer.of(threeIndexes().client()).restoreTo(Path.of(arguments[0])));
            } catch (IOException e) {
                System.out.print(e);
            }
        }
    }
}
