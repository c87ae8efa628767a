// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.all;
import static dev.tailrace.fixture.LtxStore.key;
import static dev.tailrace.fixture.LtxStore.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.LtxBytes;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LtxRestorerTest {

    private static final int PAGE = 512;

    @TempDir
    Path folder;

    private final LtxStore replica = new LtxStore(PAGE);
    private final List<String> warnings = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThat(replica.store().openStreams()).isZero();
    }

    private LtxRestoreResult restore(RestoreTarget target, boolean bestEffort) throws IOException {
        RestoreOptions options = RestoreOptions.builder()
                .target(target)
                .bestEffort(bestEffort)
                .listener(new RestoreListener() {
                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }
                })
                .build();
        return LtxRestorer.of(replica.client(), options).restoreTo(folder.resolve("app.db"));
    }

    private byte[] restored() throws IOException {
        return restored(RestoreTarget.latest());
    }

    private byte[] restored(RestoreTarget target) throws IOException {
        LtxRestoreResult result = restore(target, false);
        return bytes(result);
    }

    private static byte[] bytes(LtxRestoreResult result) throws IOException {
        byte[] bytes = Files.readAllBytes(result.path());
        Files.delete(result.path());
        assertThat(result.bytesWritten()).isEqualTo(bytes.length);
        assertThat(result.pageCount() * result.pageSize()).isEqualTo(bytes.length);
        return bytes;
    }

    private static RestoreTarget txid(long number) {
        return RestoreTarget.atTxid(new Txid(number));
    }

    private static RestoreTarget millis(long millis) {
        return RestoreTarget.atTimestamp(Instant.ofEpochMilli(millis));
    }

    private DamagedReplicaException damaged(String key, String message) {
        try {
            restored();
        } catch (DamagedReplicaException e) {
            assertThat(e.damage().key()).isEqualTo(key);
            assertThat(e)
                    .hasMessageContaining("replica memory://test is damaged")
                    .hasMessageContaining(message);
            return e;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no damage was found");
    }

    @Test
    void saysThatTheClockWasSetBackBeforeTheStateOfAMoment() throws Exception {
        replica.snapshot(9, 1, 2, 1)
                .put(0, 2, 2, replica.content(2, 2, 2, Map.of(1, 2), time(9)).bytes())
                .put(0, 3, 3, replica.content(3, 3, 2, Map.of(1, 3), time(3)).bytes())
                .put(0, 4, 4, replica.content(4, 4, 2, Map.of(1, 4), time(8)).bytes());

        LtxRestoreResult result = restore(RestoreTarget.atTimestamp(Instant.ofEpochMilli(time(5))), false);
        Files.delete(result.path());

        assertThat(result.txid()).isEqualTo(new Txid(3));
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains(
                        "transaction " + new Txid(2) + " of " + Instant.ofEpochMilli(time(9)) + " lies before",
                        "the clock was set back");
    }

    @Test
    void takesASnapshotThatWasTakenLaterThanTheMomentWithoutAWord() throws Exception {
        replica.put(9, 1, 2, replica.content(1, 2, 2, all(2, 2), time(9)).bytes())
                .file(0, 2, 2, 2, Map.of(1, 2))
                .file(0, 3, 3, 2, Map.of(1, 3));

        LtxRestoreResult result = restore(RestoreTarget.atTimestamp(Instant.ofEpochMilli(time(3))), false);
        Files.delete(result.path());

        assertThat(result.txid()).isEqualTo(new Txid(3));
        assertThat(warnings).isEmpty();
    }

    @Test
    void takesTheNewestImageOfEachPageAndReadsEachFileOnce() throws Exception {
        replica.snapshot(9, 4, 3, 4).file(1, 3, 6, 5, Map.of(2, 6, 4, 6, 5, 6)).file(0, 7, 7, 5, Map.of(1, 7, 5, 7));

        LtxRestoreResult result = restore(RestoreTarget.latest(), false);

        assertThat(bytes(result)).isEqualTo(replica.database(7, 6, 4, 6, 7));
        assertThat(result.txid()).isEqualTo(new Txid(7));
        assertThat(result.objectsRead()).isEqualTo(3);
        assertThat(result.pagesRead()).isEqualTo(8);
        assertThat(result.bytesRead()).isEqualTo(result.plan().bytes());
        assertThat(replica.store().opened().values())
                .allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(restored(txid(6))).isEqualTo(replica.database(4, 6, 4, 6, 6));
        assertThat(restored(txid(4))).isEqualTo(replica.database(4, 4, 4));
    }

    @Test
    void cutsOffWhatTheDatabaseShrankBy() throws Exception {
        replica.snapshot(9, 1, 5, 1)
                .file(0, 2, 2, 2, Map.of(1, 2))
                .file(0, 3, 3, 4, Map.of(3, 3, 4, 3))
                .file(0, 4, 4, 3, Map.of(3, 4));

        assertThat(restored(txid(2))).isEqualTo(replica.database(2, 1));
        assertThat(restored(txid(3))).isEqualTo(replica.database(2, 1, 3, 3));
        assertThat(restored()).isEqualTo(replica.database(2, 1, 4));
    }

    @Test
    void bringsNoPageBackThatWasCutOffBefore() {
        // Page 4 went with transaction 2; nobody wrote it again.
        replica.snapshot(9, 1, 5, 1).file(0, 2, 2, 2, Map.of(1, 2)).file(0, 3, 3, 4, Map.of(3, 3));

        damaged(key(0, 3, 3), "page 4 of the database is in no file");
    }

    /** Random histories, split into files at random, against plain arrays. */
    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 65536})
    void restoresEveryStateOfRandomHistories(int pageSize) throws Exception {
        Random random = new Random(pageSize);
        for (int round = 0; round < 12; round++) {
            LtxStore history = new LtxStore(pageSize);
            int transactions = 2 + random.nextInt(12);
            List<int[]> states = new ArrayList<>();
            states.add(new int[0]);
            for (int version = 1; version <= transactions; version++) {
                int[] before = states.get(version - 1);
                int[] after = Arrays.copyOf(before, 1 + random.nextInt(40));
                for (int i = 0; i < after.length; i++) {
                    if (i >= before.length || random.nextInt(5) == 0) {
                        after[i] = version;
                    }
                }
                states.add(after);
                history.file(0, version, version, after.length, changes(states, version, version));
            }
            for (int more = 0; more < 4; more++) {
                int min = 1 + random.nextInt(transactions);
                int max = min + random.nextInt(transactions - min + 1);
                history.file(1 + random.nextInt(8), min, max, states.get(max).length, changes(states, min, max));
            }
            for (int version = 1; version <= transactions; version++) {
                RestoreOptions options = RestoreOptions.builder()
                        .target(txid(version))
                        .parallelism(1 + random.nextInt(4))
                        .requests(1 + random.nextInt(4))
                        .build();
                LtxRestoreResult result =
                        LtxRestorer.of(history.client(), options).restoreTo(folder.resolve("app.db"));
                assertThat(bytes(result)).isEqualTo(history.database(states.get(version)));
            }
        }
    }

    /** As compaction does it: the newest image of each page, but of none above the last size. */
    private static Map<Integer, Integer> changes(List<int[]> states, int min, int max) {
        Map<Integer, Integer> changes = new TreeMap<>();
        for (int version = min; version <= max; version++) {
            int[] after = states.get(version);
            for (int i = 0; i < after.length; i++) {
                if (after[i] == version && i < states.get(max).length) {
                    changes.put(i + 1, version);
                }
            }
        }
        return changes;
    }

    @Test
    void readsALargeFileWithManyChunks() throws Exception {
        int pages = 5000;
        replica.snapshot(9, 1, pages, 1).file(0, 2, 2, pages, all(pages, 2)).file(0, 3, 3, pages, Map.of(pages, 3));

        int[] expected = new int[pages];
        Arrays.fill(expected, 2);
        expected[pages - 1] = 3;
        assertThat(restored()).isEqualTo(replica.database(expected));
    }

    @Test
    void refusesAnEmptyReplica() {
        assertThatExceptionOfType(EmptyReplicaException.class).isThrownBy(this::restored);
        assertThatExceptionOfType(EmptyReplicaException.class).isThrownBy(() -> restored(millis(0)));
    }

    @Test
    void refusesAnAlteredPageByTheChecksumOfItsFile() {
        replica.snapshot(9, 1, 5, 1);
        byte[] bytes = replica.content(2, 2, 5, Map.of(1, 2)).bytes();
        // In the literals of the LZ4 block, so that it decodes to another page.
        bytes[100 + 6 + 4 + 3] ^= 1;
        replica.put(0, 2, 2, bytes);

        DamagedReplicaException e = damaged(key(0, 2, 2), "checksum");

        assertThat(e).hasMessageEndingWith("still restorable, by best effort: up to transaction " + new Txid(1));
        assertThat(e.isSalvageable()).isTrue();
    }

    @Test
    void refusesAFileThatClaimsMoreThanAllFilesCanHoldBeforeItTakesMemory() {
        replica.snapshot(9, 1, 2, 1);
        LtxBytes file = new LtxBytes(PAGE, 0xfffffffeL, 2, 2);
        for (long number = 1; number < 0xffffffffL; number += 1 << 26) {
            file.block(number, replica.page(1, 1));
        }
        replica.put(0, 2, 2, file.bytes());

        assertThat(damaged(key(0, 2, 2), "more pages than all files of the restore can hold")
                        .damage()
                        .actual())
                .contains("4294967294");
    }

    @Test
    void refusesAFileThatLeavesNoPage() {
        replica.snapshot(9, 1, 2, 1).put(0, 2, 2, new LtxBytes(PAGE, 0, 2, 2).bytes());

        damaged(key(0, 2, 2), "without a page");
    }

    /** Again and again: whoever finds it must not keep the end of the file before from being proved. */
    @RepeatedTest(100)
    void refusesFilesOfTwoPageSizes() {
        replica.snapshot(9, 1, 2, 1)
                .put(0, 2, 2, new LtxStore(1024).content(2, 2, 2, Map.of(1, 2)).bytes());

        damaged(key(9, 1, 1), "page size differs");
    }

    @Test
    void blamesTheFileThatIsDamagedAndNotTheOneThatDiffersFromIt() {
        replica.snapshot(9, 1, 2, 1);
        byte[] bytes = replica.content(2, 2, 2, Map.of(1, 2)).bytes();
        ByteBuffer.wrap(bytes).putInt(8, 1024);
        replica.put(0, 2, 2, bytes);

        damaged(key(0, 2, 2), "page 1 decodes to another size");
    }

    @Test
    void refusesAFileWithTheContentOfAnother() {
        replica.snapshot(9, 1, 2, 1).file(0, 3, 3, 2, Map.of(1, 3));
        replica.put(0, 2, 2, replica.content(3, 3, 2, Map.of(1, 3)).bytes());

        damaged(key(0, 2, 2), "other transactions than its name says");
    }

    @Test
    void followsTheChecksumsOfWritersThatKeepThem() throws Exception {
        byte[] one = replica.page(1, 1);
        byte[] two = replica.page(1, 2);
        replica.put(
                9,
                1,
                1,
                new LtxBytes(PAGE, 1, 1, 1).headerInt(4, 0).block(1, one).bytes(LtxBytes.pageCrc(1, one)));
        replica.put(0, 2, 2, tracked(two, LtxBytes.pageCrc(1, one)));
        assertThat(restored()).isEqualTo(two);

        replica.put(0, 2, 2, tracked(two, LtxBytes.pageCrc(1, two)));
        damaged(key(0, 2, 2), "was not made from the database that " + key(9, 1, 1) + " leaves");
    }

    private static byte[] tracked(byte[] page, long before) {
        return new LtxBytes(PAGE, 1, 2, 2)
                .headerInt(4, 0)
                .headerLong(40, before)
                .block(1, page)
                .bytes(LtxBytes.pageCrc(1, page));
    }

    @Test
    void tellsAnOlderFormatFromDamage() {
        byte[] bytes = replica.content(1, 1, 1, Map.of(1, 1)).bytes();
        // Version 2 has no flags before the frame.
        byte[] older = new byte[bytes.length];
        System.arraycopy(bytes, 0, older, 0, 100);
        ByteBuffer.wrap(older).putInt(100, 1).putInt(104, 0x04224d18);
        replica.put(9, 1, 1, older);

        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(this::restored)
                .withMessageContaining("LTX version 2");
    }

    @Test
    void plansAgainWhenAFileWasCompactedAwayMeanwhile() throws Exception {
        replica.snapshot(9, 1, 2, 1).file(0, 2, 2, 2, Map.of(1, 2)).file(0, 3, 3, 2, Map.of(2, 3));
        AtomicBoolean done = new AtomicBoolean();
        replica.store().hook((operation, name) -> {
            if (operation.equals("open") && done.compareAndSet(false, true)) {
                replica.file(1, 2, 3, 2, Map.of(1, 2, 2, 3));
                replica.store().remove(key(0, 2, 2));
                replica.store().remove(key(0, 3, 3));
            }
        });

        LtxRestoreResult result = restore(RestoreTarget.latest(), false);

        assertThat(bytes(result)).isEqualTo(replica.database(2, 3));
        assertThat(result.plan().files()).hasSize(2);
        assertThat(warnings).containsExactly("the replica changed while it was read; restoring from a new plan");
    }

    @Test
    void plansAgainAsOftenAsFilesAreCompactedAwayButNotForEver() throws Exception {
        replica.snapshot(9, 1, 1, 1).file(1, 2, 3, 1, Map.of(1, 3));
        AtomicInteger compactions = new AtomicInteger();
        int[] most = {3};
        replica.store().hook((operation, name) -> {
            int level = compactions.get() + 2;
            if (operation.equals("open") && !name.startsWith("ltx/9/") && level - 2 < most[0]) {
                compactions.incrementAndGet();
                replica.file(level, 2, 3, 1, Map.of(1, 3));
                replica.store().remove(key(level - 1, 2, 3));
            }
        });
        assertThat(bytes(restore(RestoreTarget.latest(), false))).isEqualTo(replica.database(3));
        assertThat(compactions).hasValue(3);

        replica.store().remove(key(4, 2, 3));
        replica.file(1, 2, 3, 1, Map.of(1, 3));
        compactions.set(0);
        most[0] = 6;
        assertThatThrownBy(() -> restore(RestoreTarget.latest(), false))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("is listed but cannot be opened");
    }

    @Test
    void callsItDamageIfAFileIsListedButCannotBeOpened() {
        replica.snapshot(9, 1, 2, 1).file(0, 2, 2, 2, Map.of(1, 2));
        replica.store().hook((operation, name) -> {
            if (operation.equals("open") && name.equals(key(0, 2, 2))) {
                throw new ObjectMissingException(name, "memory://test", null);
            }
        });

        damaged(key(0, 2, 2), "is listed but cannot be opened");
    }

    @Test
    void aHoleBeforeTheTargetIsDamageAtATimestampToo() throws Exception {
        replica.snapshot(9, 1, 2, 1)
                .file(0, 2, 2, 2, Map.of(1, 2))
                .file(0, 4, 4, 2, Map.of(1, 4))
                .file(0, 5, 5, 2, Map.of(1, 5));

        assertThat(restored(millis(time(1)))).isEqualTo(replica.database(1, 1));
        assertThat(restored(millis(time(2) - 1))).isEqualTo(replica.database(1, 1));
        for (RestoreTarget target : List.of(
                RestoreTarget.latest(), txid(3), txid(4), txid(5), millis(time(2)), millis(time(4)), millis(time(6)))) {
            assertThatThrownBy(() -> restored(target))
                    .as("%s", target)
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContaining(key(0, 4, 4))
                    .hasMessageContaining("expected " + new Txid(3) + ", found " + new Txid(4))
                    .hasMessageEndingWith("still restorable, by best effort: up to transaction " + new Txid(2));
            LtxRestoreResult result = restore(target, true);
            assertThat(bytes(result)).isEqualTo(replica.database(2, 1));
            assertThat(result.plan().leftOut()).hasSize(1);
        }
    }

    @Test
    void bestEffortGoesAroundADamagedFileOrStopsBeforeIt() throws Exception {
        replica.snapshot(9, 1, 2, 1)
                .file(0, 2, 2, 2, Map.of(1, 2))
                .file(0, 3, 3, 2, Map.of(2, 3))
                .put(1, 2, 3, new byte[50]);

        damaged(key(1, 2, 3), "object ends inside the header");
        LtxRestoreResult around = restore(RestoreTarget.latest(), true);
        assertThat(bytes(around)).isEqualTo(replica.database(2, 3));
        assertThat(around.plan().leftOut()).hasSize(1);

        replica.put(0, 3, 3, new byte[0]);
        LtxRestoreResult before = restore(RestoreTarget.latest(), true);
        assertThat(bytes(before)).isEqualTo(replica.database(2, 1));
        assertThat(before.txid()).isEqualTo(new Txid(2));
        assertThat(before.plan().leftOut()).hasSize(2);

        replica.put(9, 1, 1, new byte[0]);
        assertThatThrownBy(() -> restore(RestoreTarget.latest(), true))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageEndingWith("nothing before it can be restored");
    }

    @Test
    void aDamagedHeaderHidesNoMoment() throws Exception {
        replica.snapshot(9, 1, 2, 1)
                .file(0, 2, 2, 2, Map.of(1, 2))
                .put(0, 3, 3, new byte[120])
                .file(0, 4, 4, 2, Map.of(2, 4));

        assertThatThrownBy(() -> restored(millis(time(2))))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining(key(0, 3, 3));
        assertThat(bytes(restore(millis(time(2)), true))).isEqualTo(replica.database(2, 1));
        assertThat(bytes(restore(millis(time(9)), true))).isEqualTo(replica.database(2, 1));
    }

    @Test
    void takesAMomentInAndSaysWhatCannotBeResolved() throws Exception {
        replica.snapshot(9, 1, 1, 1).file(1, 2, 5, 1, Map.of(1, 5)).file(0, 6, 6, 1, Map.of(1, 6));

        LtxRestorePlan plan = at(time(5) - 1, false).plan();
        assertThat(plan.txid()).isEqualTo(new Txid(1));
        assertThat(plan.timestamp()).isEqualTo(Instant.ofEpochMilli(time(1)));
        assertThat(plan.next()).contains(new LtxRestorePlan.State(new Txid(5), Instant.ofEpochMilli(time(5))));
        assertThat(plan.unresolved()).contains(Duration.ofSeconds(4));
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(at(time(5) - 1, true)::plan)
                .withMessageContaining("4000 ms");

        LtxRestorePlan exact = at(time(5), true).plan();
        assertThat(exact.txid()).isEqualTo(new Txid(5));
        assertThat(exact.unresolved()).isEqualTo(Optional.empty());
        assertThat(at(time(100), true).plan().txid()).isEqualTo(new Txid(6));
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(at(time(1) - 1, false)::plan)
                .withMessageContaining(Instant.ofEpochMilli(time(1)).toString())
                .withMessageContaining(Instant.ofEpochMilli(time(6)).toString());
    }

    private LtxRestorer at(long millis, boolean exact) {
        return LtxRestorer.of(
                replica.client(),
                RestoreOptions.builder().target(millis(millis)).exact(exact).build());
    }

    @Test
    void aSnapshotThatWasTakenLaterDoesNotMakeItsStateLater() throws Exception {
        replica.snapshot(0, 1, 1, 1).file(0, 2, 2, 1, Map.of(1, 2)).file(0, 3, 3, 1, Map.of(1, 3));
        replica.put(9, 1, 2, replica.content(1, 2, 1, Map.of(1, 2), time(50)).bytes());

        LtxRestoreResult result = restore(millis(time(2)), false);

        assertThat(result.plan().files()).hasSize(1);
        assertThat(result.timestamp()).isEqualTo(Instant.ofEpochMilli(time(2)));
        assertThat(bytes(result)).isEqualTo(replica.database(2));
    }

    @Test
    void refusesTargetsOfTheOtherFormatOnBothSides() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LtxRestorer.of(
                        replica.client(),
                        RestoreOptions.builder()
                                .target(RestoreTarget.atIndex(1))
                                .build()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LtxRestorer.of(
                        replica.client(),
                        RestoreOptions.builder().snapshotIndex(1).build()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Restorer.of(
                                ReplicaBytes.in(ReplicaLayout.V03_FLAT).client(),
                                RestoreOptions.builder().target(txid(1)).build())
                        .plan())
                .withMessageContaining("LtxRestorer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LtxRestorer.of(
                                replica.client(),
                                RestoreOptions.builder()
                                        .clock(() -> Instant.EPOCH)
                                        .target(millis(1))
                                        .build())
                        .plan())
                .withMessageContaining("lies in the future");
    }
}
