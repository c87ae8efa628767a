// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.Stalls;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of one generation, and how often and how much of it is read for that. */
@Timeout(60)
class GenerationVerificationTest {

    private static final int PAGE = 512;
    private static final int WAL_LENGTH = 32 + 2 * (24 + PAGE);
    private static final byte[] SNAPSHOT = database(PAGE, 3, 0);
    private static final Instant LATER = MemoryStore.TIME.plusSeconds(60);

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.NESTED);
    private final MemoryStore store = replica.store();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(store.openStreams()).isZero();
    }

    private static WalBytes framed(WalBytes wal, int version) {
        return wal.frame(2, page(PAGE, 2, version), 0).frame(1, page(PAGE, 1, version), 3);
    }

    /** Follows on the index before it, and commits once. */
    private static WalBytes wal(int index) {
        return framed(WalBytes.ofIndex(PAGE, index), index);
    }

    private static byte[] stateAfter(int index) {
        return wal(index).appliedTo(SNAPSHOT);
    }

    /** A snapshot of index 0, and WAL on it. */
    private ReplicaBytes indexes(int... indexes) {
        replica.snapshot(0, SNAPSHOT);
        for (int index : indexes) {
            replica.wal(index, wal(index).bytes());
        }
        return replica;
    }

    private static Position end(long index) {
        return new Position(GENERATION, index, WAL_LENGTH);
    }

    private GenerationCatalog catalog() throws IOException {
        return replica.client().catalog(GENERATION);
    }

    /** What one generation comes to. */
    private record Result(GenerationVerification verification, VerifiedGeneration verified) {

        List<VerifiedDamage> damages() {
            return verification.found().damages();
        }

        List<String> problems() {
            return damages().stream().map(damage -> damage.damage().problem()).toList();
        }

        List<VerifiedDamage> open() {
            return verification.found().openQuestions();
        }

        List<String> notes() {
            return verification.notes(verified);
        }
    }

    private Result verify(VerifyOptions.Builder options) throws IOException {
        GenerationVerification verification = new GenerationVerification(replica.client(), options.build(), catalog());
        return new Result(verification, verification.run());
    }

    private Result verify(VerifyLevel level) throws IOException {
        return verify(VerifyOptions.builder().level(level));
    }

    private Result verify() throws IOException {
        return verify(VerifyLevel.DATA);
    }

    private Result since(Position position) throws IOException {
        return verify(VerifyOptions.builder().since(position));
    }

    private void damage(String key) {
        byte[] bytes = store.get(key).clone();
        bytes[bytes.length - 1] ^= 1;
        store.put(key, bytes);
    }

    private long bytes(String... keys) {
        return Arrays.stream(keys).mapToLong(key -> store.get(key).length).sum();
    }

    private String[] allKeys() {
        return store.keys().toArray(String[]::new);
    }

    @Test
    void tellsWhatWasLookedAt() throws IOException {
        indexes(0);
        replica.wal(1, wal(1).bytes(), 200).at(LATER).snapshot(1, stateAfter(0));

        Result result = verify();

        assertThat(result.damages()).isEmpty();
        assertThat(result.open()).isEmpty();
        VerifiedGeneration verified = result.verified();
        assertThat(verified.generation()).isEqualTo(GENERATION);
        assertThat(verified.layout()).isEqualTo(ReplicaLayout.NESTED);
        assertThat(verified.snapshots()).isEqualTo(2);
        assertThat(verified.walIndexes()).isEqualTo(2);
        assertThat(verified.segments()).isEqualTo(3);
        assertThat(verified.transactions()).isEqualTo(2);
        assertThat(verified.unreachable()).isZero();
        assertThat(verified.unprovedJoins()).isZero();
        assertThat(verified.newest()).isEqualTo(LATER);
        assertThat(verified.latest()).contains(end(1));
        assertThat(verified.latestAt()).contains(MemoryStore.TIME);
        assertThat(result.notes()).isEmpty();
        assertThat(result.verification().objects()).isEqualTo(5);
        assertThat(result.verification().requests()).isEqualTo(5);
        assertThat(result.verification().bytesRead()).isEqualTo(bytes(allKeys()));
        assertThat(store.opened().values())
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void namesDamageInTheOrderOfTheHistoryHoweverManyDecode(int parallelism) throws IOException {
        int[] indexes = new int[20];
        Arrays.setAll(indexes, index -> index);
        indexes(indexes);
        List<String> damaged = List.of(replica.walKey(3, 0), replica.walKey(11, 0), replica.walKey(19, 0));
        damaged.forEach(this::damage);
        Result result = verify(VerifyOptions.builder().parallelism(parallelism));
        assertThat(result.damages().stream().map(damage -> damage.damage().key()))
                .isEqualTo(damaged);
        assertThat(result.verification().objects()).isEqualTo(21);
        assertThat(result.verified().latest()).contains(end(3));
    }

    @Test
    void ofADamagedIndexTheRestIsNotReadAndOfAllOthersEverything() throws IOException {
        indexes(0);
        replica.wal(1, wal(1).bytes(), 100, 200, 300, 400);
        damage(replica.walKey(1, 0));
        replica.wal(2, wal(2).bytes()).snapshot(2, stateAfter(1)).wal(3, wal(3).bytes());
        Result result = verify();
        assertThat(result.problems()).hasSize(1);
        assertThat(result.damages().get(0).damage().key()).isEqualTo(replica.walKey(1, 0));
        assertThat(result.damages().get(0).before()).contains(end(0));
        assertThat(result.damages().get(0).after()).contains(end(2));
        assertThat(result.verified().latest()).contains(end(3));
        assertThat(result.verification().objects()).isEqualTo(10);
        assertThat(store.opened().keySet())
                .contains(replica.walKey(0, 0), replica.walKey(1, 0), replica.walKey(2, 0), replica.walKey(3, 0))
                .contains(replica.snapshotKey(0), replica.snapshotKey(2));
    }

    @Test
    void aDamagedSnapshotIsNamedAlsoWhereTheWalBeforeLeadsOn() throws IOException {
        indexes(0, 1).snapshot(1, stateAfter(0));
        damage(replica.snapshotKey(1));
        for (VerifyLevel level : List.of(VerifyLevel.DATA, VerifyLevel.CHAIN)) {
            Result result = verify(level);
            assertThat(result.damages()).as("%s", level).hasSize(1);
            assertThat(result.damages().get(0).damage().key()).isEqualTo(replica.snapshotKey(1));
            assertThat(result.verified().latest()).contains(end(1));
        }
    }

    @Test
    void aGenerationOfNothingButADamagedSnapshotHasNoState() throws IOException {
        replica.snapshot(0, SNAPSHOT);
        damage(replica.snapshotKey(0));
        Result result = verify();
        assertThat(result.damages()).hasSize(1);
        assertThat(result.verified().latest()).isEmpty();
        assertThat(result.verified().latestAt()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "read"})
    void anObjectThatIsListedAndDoesNotExistIsDamage(String when) throws IOException {
        indexes(0, 1).snapshot(1, stateAfter(0));
        String wal = replica.walKey(1, 0);
        String snapshot = replica.snapshotKey(1);
        store.hook((operation, key) -> {
            if (operation.equals(when) && (key.equals(wal) || key.equals(snapshot))) {
                throw new ObjectMissingException(key, "memory", null);
            }
        });
        Result result = verify();
        assertThat(result.damages().stream().map(damage -> damage.damage().key()))
                .containsExactly(snapshot, wal);
        assertThat(result.problems()).containsOnly("object is listed but cannot be opened, it does not exist");
        assertThat(result.verified().latest()).contains(end(0));
    }

    @Test
    void anObjectThatIsReplacedEachTimeItIsReadIsDamage() throws IOException {
        indexes(0);
        String wal = replica.walKey(0, 0);
        store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(wal)) {
                store.put(wal, store.get(wal));
            }
        });
        Result result = verify();
        assertThat(result.problems()).containsExactly("object was replaced while it was read");
        assertThat(result.damages().get(0).damage().key()).isEqualTo(wal);
    }

    @Test
    void aStoreThatFailsIsNoDamage() {
        indexes(0);
        store.hook((operation, key) -> {
            if (operation.equals("open")) {
                throw new IOException("the line is dead");
            }
        });
        assertThatExceptionOfType(IOException.class).isThrownBy(this::verify).withMessageContaining("the line is dead");
    }

    @Test
    void whatNamesShowIsToldAtEachLevelAndTheRestIsProved() throws IOException {
        indexes(0);
        store.put("generations/" + GENERATION + "/wal/zz.wal.lz4", new byte[1]);
        for (VerifyLevel level : List.of(VerifyLevel.NAMES, VerifyLevel.DATA, VerifyLevel.CHAIN)) {
            Result result = verify(level);
            assertThat(result.damages().stream().map(damage -> damage.damage().key()))
                    .as("%s", level)
                    .containsExactly("generations/" + GENERATION + "/wal/zz.wal.lz4");
            assertThat(result.damages().get(0).before()).isEmpty();
            assertThat(result.open()).isEmpty();
            assertThat(result.verified().latest().isPresent()).isEqualTo(level != VerifyLevel.NAMES);
        }
    }

    @Test
    void nothingIsReadWhereNamesLeaveOpenWhichObjectIsTheRightOne() throws IOException {
        indexes(0, 1);
        new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION).wal(1, wal(1).bytes());
        assertThat(catalog().ambiguous()).isTrue();
        Result result = verify();
        assertThat(result.damages()).isNotEmpty();
        assertThat(result.verified().latest()).isEmpty();
        assertThat(result.verified().transactions()).isZero();
        assertThat(store.opened()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = VerifyLevel.class,
            names = {"NAMES", "DATA", "CHAIN"})
    void aGenerationWithoutSnapshotIsDamaged(VerifyLevel level) throws IOException {
        replica.wal(0, wal(0).bytes()).wal(1, wal(1).bytes(), 200);
        Result result = verify(level);
        assertThat(result.problems()).hasSize(1);
        assertThat(result.problems().get(0)).startsWith("no snapshots available in generation " + GENERATION);
        assertThat(result.open()).isEmpty();
        assertThat(result.verified().latest()).isEmpty();
        assertThat(result.verified().unreachable()).isEqualTo(3);
        assertThat(result.notes()).isEmpty();
        assertThat(store.opened()).isEmpty();
    }

    @Test
    void holesAreToldFromTheNamesAlone() throws IOException {
        indexes(0, 2).snapshot(5, SNAPSHOT);
        Result result = verify(VerifyLevel.NAMES);
        assertThat(result.problems()).containsExactly("WAL index 00000001 is missing");
        assertThat(result.open().stream().map(damage -> damage.damage().problem()))
                .containsExactly("WAL index 00000003 is missing");
        assertThat(result.verified().snapshots()).isEqualTo(2);
        assertThat(result.verified().walIndexes()).isEqualTo(2);
        assertThat(store.opened()).isEmpty();
        assertThat(result.verification().objects()).isZero();
        assertThat(result.verification().requests()).isZero();
        assertThat(result.verification().bytesRead()).isZero();
    }

    @Test
    void onlyTheChainShowsASnapshotThatTheWalBeforeDoesNotLeadTo() throws IOException {
        indexes(0, 1).snapshot(1, database(PAGE, 3, 9)).wal(2, wal(2).bytes());
        assertThat(verify().damages()).isEmpty();
        Result result = verify(VerifyLevel.CHAIN);
        assertThat(result.damages()).hasSize(1);
        assertThat(result.damages().get(0).damage().key()).isEqualTo(replica.snapshotKey(1));
        assertThat(result.damages().get(0).before()).contains(end(0));
        assertThat(result.problems().get(0)).contains("neither as the WAL before leaves it");
        assertThat(result.open()).isEmpty();
    }

    @Test
    void aSnapshotThatDiffersIsAnOpenQuestionWhereWalOfItsIndexMayStillCome() throws IOException {
        indexes(0, 1).snapshot(1, database(PAGE, 3, 9));
        Result last = verify(VerifyLevel.CHAIN);
        assertThat(last.damages()).isEmpty();
        assertThat(last.open()).hasSize(1);

        replica.wal(2, wal(2).bytes());
        damage(replica.walKey(1, 0));
        Result damaged = verify(VerifyLevel.CHAIN);
        assertThat(damaged.open()).hasSize(1);
        assertThat(damaged.damages().stream().map(damage -> damage.damage().key()))
                .containsExactly(replica.walKey(1, 0));
    }

    /** Pages that were written again after a checkpoint had to end early are missing in it: only its WAL mends that. */
    @Test
    void nothingProvesANewestSnapshotWithoutWalUnlessItWasComparedWithTheWalBefore() throws IOException {
        replica.snapshot(0, SNAPSHOT);
        for (VerifyLevel level : List.of(VerifyLevel.NAMES, VerifyLevel.DATA, VerifyLevel.CHAIN)) {
            VerifiedDamage unproved =
                    verify(level).verification().unprovedSnapshot().orElseThrow();
            assertThat(unproved.damage().key()).isEqualTo(replica.snapshotKey(0));
            assertThat(unproved.damage().problem()).contains("nothing proves that the snapshot is a whole state");
        }
        indexes(0).snapshot(1, stateAfter(0));
        assertThat(verify(VerifyLevel.DATA).verification().unprovedSnapshot()).isPresent();
        assertThat(verify(VerifyLevel.CHAIN).verification().unprovedSnapshot()).isEmpty();
        replica.wal(1, wal(1).bytes());
        assertThat(verify(VerifyLevel.DATA).verification().unprovedSnapshot()).isEmpty();
    }

    @Test
    void aSnapshotWithoutWalIsComparedToo() throws IOException {
        indexes(0).snapshot(1, database(PAGE, 3, 9));
        Result result = verify(VerifyLevel.CHAIN);
        assertThat(result.open()).hasSize(1);
        assertThat(result.damages()).isEmpty();
        replica.snapshot(1, stateAfter(0));
        assertThat(verify(VerifyLevel.CHAIN).open()).isEmpty();
    }

    @Test
    void behindDamageNothingIsKnownToCompareASnapshotWith() throws IOException {
        indexes(0, 1, 2, 3).snapshot(2, database(PAGE, 3, 9));
        damage(replica.walKey(1, 0));
        assertThat(verify(VerifyLevel.CHAIN).damages().stream()
                        .map(damage -> damage.damage().key()))
                .containsExactly(replica.walKey(1, 0));
        store.remove(replica.walKey(1, 0));
        assertThat(verify(VerifyLevel.CHAIN).problems()).containsExactly("WAL index 00000001 is missing");
    }

    @Test
    void behindADamagedSnapshotNothingIsKnownToCompareTheNextWith() throws IOException {
        indexes(0, 1, 2, 3).snapshot(1, stateAfter(0)).snapshot(2, database(PAGE, 3, 9));
        damage(replica.snapshotKey(1));
        assertThat(verify(VerifyLevel.CHAIN).damages().stream()
                        .map(damage -> damage.damage().key()))
                .containsExactly(replica.snapshotKey(1));
    }

    @Test
    void theChainGoesOnFromASnapshotBehindDamage() throws IOException {
        indexes(0, 1, 2, 3, 4).snapshot(2, stateAfter(1)).snapshot(3, database(PAGE, 3, 9));
        damage(replica.walKey(1, 0));
        assertThat(verify(VerifyLevel.CHAIN).damages().stream()
                        .map(damage -> damage.damage().key()))
                .containsExactly(replica.walKey(1, 0), replica.snapshotKey(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theChainIsReadOnceAndNoMoreThanTheData(int parallelism) throws IOException {
        indexes(0, 1, 2, 3)
                .snapshot(1, stateAfter(0))
                .snapshot(2, stateAfter(1))
                .snapshot(3, stateAfter(2));
        Result result = verify(VerifyOptions.builder().level(VerifyLevel.CHAIN).parallelism(parallelism));
        assertThat(result.damages()).isEmpty();
        assertThat(result.open()).isEmpty();
        assertThat(result.verified().latest()).contains(end(3));
        assertThat(result.verification().requests()).isEqualTo(8);
        assertThat(store.opened().values())
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    /** Of a state that the WAL has passed: what stands in the indexes before is no WAL of its own index. */
    @Test
    void aSnapshotWithoutWalIsNotExplainedByTheIndexBefore() throws IOException {
        indexes(0);
        WalBytes twice = framed(framed(WalBytes.ofIndex(PAGE, 1), 1), 2);
        replica.wal(1, twice.bytes()).snapshot(2, stateAfter(1));
        Result result = verify(VerifyOptions.builder().level(VerifyLevel.CHAIN).parallelism(1));
        assertThat(result.damages()).isEmpty();
        assertThat(result.open()).hasSize(1);
        replica.snapshot(2, twice.appliedTo(SNAPSHOT));
        assertThat(verify(VerifyOptions.builder().level(VerifyLevel.CHAIN).parallelism(1))
                        .open())
                .isEmpty();
    }

    @Test
    void aSnapshotWhoseOwnIndexIsMissingIsNotComparedSinceThatMayExplainIt() throws IOException {
        indexes(0, 2).snapshot(1, database(PAGE, 3, 9));
        Result result = verify(VerifyLevel.CHAIN);
        assertThat(result.problems()).containsExactly("WAL index 00000001 is missing");
        assertThat(result.open()).isEmpty();
    }

    @Test
    void aFailureLetsGoWhoeverWaitsForWhatIsReadAhead() {
        indexes(1, 2, 3).wal(0, wal(0).bytes(), 100);
        CountDownLatch ahead = new CountDownLatch(1);
        store.hook((operation, key) -> {
            if (!operation.equals("open")) {
                return;
            }
            if (key.equals(replica.walKey(0, 0))) {
                Stalls.until(ahead);
            } else if (key.equals(replica.walKey(0, 100))) {
                ahead.countDown();
                Stalls.until(new CountDownLatch(1));
            } else if (key.equals(replica.walKey(1, 0))) {
                Stalls.until(ahead);
                untilTheOthersWaitForWhatIsReadAhead();
                throw new IOException("the line is dead");
            }
        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> verify(VerifyOptions.builder().requests(8).parallelism(2)))
                .withMessageContaining("the line is dead");
    }

    /** Until none of those who decode goes on, unless it is the calling thread. */
    private static void untilTheOthersWaitForWhatIsReadAhead() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end
                && Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("tailrace-verify"))
                        .filter(thread -> thread.getKey() != Thread.currentThread())
                        .anyMatch(thread -> Arrays.stream(thread.getValue())
                                .noneMatch(frame -> frame.getMethodName().equals("awaitOpened")))) {
            Thread.yield();
        }
    }

    @Test
    void whatIsOfAnotherGenerationIsNoPlaceToGoOnFrom() throws IOException {
        indexes(0, 1);
        Result result = since(new Position(new Generation("ffffffffffffffff"), 1, WAL_LENGTH));
        assertThat(result.verification().objects()).isEqualTo(3);
        assertThat(result.damages()).isEmpty();
    }

    @Test
    void goesOnFromAPosition() throws IOException {
        indexes(0, 1, 2).snapshot(1, stateAfter(0));
        Result result = since(end(1));
        assertThat(result.damages()).isEmpty();
        assertThat(result.verified().latest()).contains(end(2));
        assertThat(store.opened().keySet()).containsExactlyInAnyOrder(replica.walKey(1, 0), replica.walKey(2, 0));
        assertThat(result.verified().snapshots()).isZero();
        assertThat(result.verified().walIndexes()).isEqualTo(2);
        assertThat(result.notes()).isEmpty();
    }

    @Test
    void aPositionBehindAllThatIsThereShowsThatTheEndIsGone() throws IOException {
        indexes(0, 1);
        assertThat(since(end(1)).damages()).isEmpty();
        // The index that it lies in is not there any more.
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> since(new Position(GENERATION, 1, WAL_LENGTH - 1)));
        Result result = since(end(2));
        assertThat(result.problems())
                .containsExactly("the WAL ends before " + end(2) + ", up to which it was verified before");
        assertThat(result.damages().get(0).damage().key()).isEqualTo("generations/" + GENERATION + "/wal/");
        assertThat(result.damages().get(0).damage().actual()).contains("index 00000001");
        assertThat(result.open()).isEmpty();
    }

    @Test
    void allStoredObjectsBoundTheSizeOfTheDatabase() throws IOException {
        indexes(0);
        replica.wal(
                1, WalBytes.ofIndex(PAGE, 1).frame(1, page(PAGE, 1, 1), 1 << 30).bytes());
        Result result = verify();
        assertThat(result.problems()).containsExactly("a commit leaves more pages than the whole replica can hold");
        assertThat(result.damages().get(0).damage().expected())
                .contains("at most " + (bytes(allKeys()) * 255 / PAGE + 1));
    }

    @Test
    void notesJoinsThatAreNotProved() throws IOException {
        ReplicaBytes flat = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION);
        flat.snapshot(0, SNAPSHOT).wal(0, wal(0).bytes());
        flat.wal(
                1,
                framed(new WalBytes(PAGE, 0, 5555, 5, ByteOrder.BIG_ENDIAN), 1).bytes());
        Result result = verify();
        assertThat(result.verified().unprovedJoins()).isEqualTo(1);
        assertThat(result.notes())
                .containsExactly("1 joins between WAL indexes of generation " + GENERATION
                        + " are legal but not proved: the WAL file was made anew there");
    }

    @Test
    void notesSegmentsBeforeTheOldestSnapshotAndDoesNotReadThem() throws IOException {
        replica.wal(0, wal(0).bytes(), 200).snapshot(1, stateAfter(0)).wal(1, wal(1).bytes());
        Result result = verify();
        assertThat(result.damages()).isEmpty();
        assertThat(result.verified().unreachable()).isEqualTo(2);
        assertThat(result.notes())
                .containsExactly("2 WAL segments of generation " + GENERATION
                        + " are older than its oldest snapshot: no restore reads them, and they were not read");
        assertThat(store.opened().keySet()).containsExactlyInAnyOrder(replica.snapshotKey(1), replica.walKey(1, 0));
    }

    @Test
    void notesTimesThatAreOutOfOrder() throws IOException {
        replica.at(LATER);
        indexes(0);
        replica.at(MemoryStore.TIME).wal(1, wal(1).bytes());
        assertThat(verify().notes()).singleElement().asString().startsWith("the times of the WAL segments are out of");
    }

    /** How often the replica is listed anew until it counts as it is. */
    private AtomicInteger changes(Runnable change, int times) {
        AtomicInteger changes = new AtomicInteger();
        store.hook((operation, key) -> {
            // The first listing is what the verification begins with.
            if (operation.equals("list") && changes.getAndIncrement() > 0 && changes.get() <= times + 1) {
                change.run();
            }
        });
        return changes;
    }

    @Test
    void looksOnceWhereNothingIsWrong() throws IOException {
        indexes(0, 1);
        AtomicInteger listings = changes(() -> {}, 0);
        assertThat(verify().damages()).isEmpty();
        assertThat(listings).hasValue(1);
    }

    @Test
    void whatIsWrongCountsOnceTheListingIsTheSame() throws IOException {
        indexes(0, 1);
        damage(replica.walKey(1, 0));
        AtomicInteger listings = changes(() -> {}, 0);
        Result result = verify();
        assertThat(result.damages()).hasSize(1);
        assertThat(listings).hasValue(2);
        assertThat(result.verification().objects()).isEqualTo(3);
    }

    @Test
    void whatIsMendedMeanwhileIsNotTold() throws IOException {
        indexes(0, 1);
        byte[] right = store.get(replica.walKey(1, 0));
        damage(replica.walKey(1, 0));
        AtomicInteger listings = changes(() -> store.put(replica.walKey(1, 0), right), 1);
        Result result = verify();
        assertThat(result.damages()).isEmpty();
        assertThat(result.verified().latest()).contains(end(1));
        assertThat(listings).hasValue(2);
        // Both looks are counted.
        assertThat(result.verification().objects()).isEqualTo(6);
        assertThat(result.verification().requests()).isEqualTo(6);
        assertThat(result.verification().bytesRead()).isEqualTo(2 * bytes(allKeys()));
    }

    @Test
    void aReplicaThatChangesEachTimeIsToldOfAsItIsAfterThreeLooks() throws IOException {
        indexes(0, 1);
        damage(replica.walKey(1, 0));
        List<Integer> made = new ArrayList<>();
        AtomicInteger listings = changes(
                () -> {
                    made.add(made.size());
                    replica.wal(1 + made.size(), wal(1 + made.size()).bytes());
                },
                100);
        Result result = verify();
        assertThat(result.damages()).hasSize(1);
        assertThat(listings).hasValue(3);
        assertThat(result.verified().walIndexes()).isEqualTo(4);
        assertThat(result.verification().objects()).isEqualTo(3 + 4 + 5);
    }

    @Test
    void aGenerationThatIsDeletedMeanwhileHasNothingWrong() throws IOException {
        indexes(0, 1);
        damage(replica.walKey(1, 0));
        changes(() -> store.delete(store.keys()), 1);
        Result result = verify();
        assertThat(result.damages()).isEmpty();
        assertThat(result.verified().latest()).isEmpty();
        assertThat(result.verified().newest()).isEqualTo(Instant.MIN);
    }

    @Test
    void failuresThatComeWhileItIsReadDoNotLetTheOthersGoOn() throws IOException {
        int[] indexes = new int[30];
        Arrays.setAll(indexes, index -> index);
        indexes(indexes);
        store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(replica.walKey(3, 0))) {
                throw new IOException("the line is dead");
            }
        });
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> verify(VerifyOptions.builder().requests(1).parallelism(2)))
                .withMessageContaining("the line is dead");
        assertThat(store.opened()).doesNotContainKey(replica.walKey(29, 0));
    }
}
