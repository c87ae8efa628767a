// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.Verification.Outcome;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all generations of a replica come to. */
@Timeout(60)
class VerifierOutcomeTest {

    private static final int PAGE = 512;
    private static final int WAL_LENGTH = 32 + 24 + PAGE;
    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final Generation C = new Generation("cccccccccccccccc");

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();

    @AfterEach
    void nothingIsLeft() {
        assertThat(store.openStreams()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    private static Instant time(int seconds) {
        return MemoryStore.TIME.plusSeconds(seconds);
    }

    private ReplicaBytes names(Generation generation) {
        return new ReplicaBytes(store, ReplicaLayout.NESTED, generation);
    }

    private static byte[] wal(int index) {
        return WalBytes.ofIndex(PAGE, index)
                .frame(1, page(PAGE, 1, index + 1), 2)
                .bytes();
    }

    /** A snapshot and so many indexes of WAL, a second apart. */
    private ReplicaBytes generation(Generation generation, int from, int indexes) {
        ReplicaBytes replica = names(generation).at(time(from)).snapshot(0, database(PAGE, 2, 0));
        for (int index = 0; index < indexes; index++) {
            replica.at(time(from + 1 + index)).wal(index, wal(index));
        }
        return replica;
    }

    private static Position end(Generation generation, int index) {
        return new Position(generation, index, WAL_LENGTH);
    }

    private void damage(String key, Instant at) {
        byte[] bytes = store.get(key).clone();
        bytes[bytes.length - 1] ^= 1;
        store.put(key, bytes, at);
    }

    private Verification verify(VerifyOptions.Builder options) throws IOException {
        ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        Verification verification =
                Verifier.of(replica, options.scratchFolder(folder).build()).verify();
        assertThat(verification.duration()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(verification.location()).isEqualTo(store.location());
        return verification;
    }

    private Verification verify(VerifyLevel level) throws IOException {
        return verify(VerifyOptions.builder().level(level));
    }

    private Verification verify() throws IOException {
        return verify(VerifyLevel.DATA);
    }

    private static List<Generation> names(Verification verification) {
        return verification.generations().stream()
                .map(VerifiedGeneration::generation)
                .toList();
    }

    private static List<String> keys(Verification verification) {
        return verification.damages().stream()
                .map(damage -> damage.damage().key())
                .toList();
    }

    private long bytes() {
        return store.keys().stream().mapToLong(key -> store.get(key).length).sum();
    }

    @Test
    void addsUpAllGenerations() throws IOException {
        generation(B, 0, 3);
        generation(A, 100, 1);
        store.put("generations/" + C + "/snapshots/00000000.snapshot.lz4.tmp", new byte[1]);

        Verification verification = verify();

        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
        assertThat(names(verification)).containsExactly(A, B);
        assertThat(verification.latest()).contains(end(A, 0));
        assertThat(verification.newest()).contains(time(101));
        assertThat(verification.objects()).isEqualTo(6);
        assertThat(verification.requests()).isEqualTo(6);
        assertThat(verification.bytesRead()).isEqualTo(bytes() - 1);
        assertThat(verification.notes()).isEmpty();
        assertThat(verification.level()).isEqualTo(VerifyLevel.DATA);
        assertThat(verification.since()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(VerifyLevel.class)
    void damageOfAnyGenerationMakesTheReplicaDamaged(VerifyLevel level) throws IOException {
        generation(A, 0, 3);
        generation(B, 100, 3);
        generation(C, 200, 3);
        store.remove(names(A).walKey(1, 0));
        store.remove(names(C).walKey(1, 0));
        Verification verification = verify(level);
        assertThat(verification.outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(verification.damages().stream().map(VerifiedDamage::generation))
                .containsExactly(A, C);
    }

    @Test
    void whatMayStillComeIsInconclusiveUnlessThereIsDamage() throws IOException {
        generation(A, 0, 2);
        names(A).at(time(10)).snapshot(4, database(PAGE, 2, 0));
        Verification verification =
                verify(VerifyOptions.builder().maxAge(Duration.ofSeconds(1)).clock(() -> time(1000)));
        assertThat(verification.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verification.openQuestions()).hasSize(1);
        assertThat(verification.damages()).isEmpty();
        generation(B, 0, 1);
        damage(names(B).walKey(0, 0), time(1));
        assertThat(verify().outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(verify().openQuestions()).hasSize(1);
    }

    @Test
    void aSnapshotThatNothingProvesIsAnOpenQuestionOfTheNewestGenerationOnly() throws IOException {
        names(A).at(time(1)).snapshot(0, database(PAGE, 2, 0));
        assertThat(verify().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(verify().openQuestions())
                .singleElement()
                .satisfies(open -> assertThat(open.damage().key()).isEqualTo(names(A).snapshotKey(0)));
        generation(B, 10, 2);
        assertThat(verify().outcome()).isEqualTo(Outcome.OK);
    }

    @Test
    void theNewestGenerationWithAStateIsWhatCounts() throws IOException {
        generation(A, 0, 2);
        generation(B, 100, 1);
        generation(C, 50, 1);
        damage(names(B).snapshotKey(0), time(100));
        Verification verification = verify();
        assertThat(verification.latest()).contains(end(C, 0));
        assertThat(verification.newest()).contains(time(51));
        assertThat(keys(verification)).containsExactly(names(B).snapshotKey(0));
        // Nothing was read: the names are all there is.
        assertThat(verify(VerifyLevel.NAMES).newest()).contains(time(101));
        assertThat(verify(VerifyLevel.NAMES).latest()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(VerifyLevel.class)
    void isStaleOnceItsNewestStateIsOlderThanWanted(VerifyLevel level) throws IOException {
        generation(A, 0, 9);
        VerifyOptions.Builder options = VerifyOptions.builder().level(level).maxAge(Duration.ofSeconds(60));
        Verification young = verify(options.clock(() -> time(69)));
        assertThat(young.outcome()).isEqualTo(Outcome.OK);
        assertThat(young.age()).contains(Duration.ofSeconds(60));
        assertThat(verify(options.clock(() -> time(69).plusNanos(1))).outcome()).isEqualTo(Outcome.STALE);
        Verification future = verify(options.clock(() -> time(5)));
        assertThat(future.outcome()).isEqualTo(Outcome.OK);
        assertThat(future.age()).contains(Duration.ZERO);
        assertThat(verify(VerifyOptions.builder().level(level).clock(() -> time(100_000)))
                        .outcome())
                .isEqualTo(Outcome.OK);
    }

    @ParameterizedTest
    @EnumSource(VerifyLevel.class)
    void isEmptyWhereThereIsNothingOrOnlyLeftovers(VerifyLevel level) throws IOException {
        assertThat(verify(level).outcome()).isEqualTo(Outcome.EMPTY);
        store.put("generations/" + C + "/snapshots/00000000.snapshot.lz4.tmp", new byte[1]);
        Verification verification = verify(level);
        assertThat(verification.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(verification.newest()).isEmpty();
        assertThat(verification.age()).isEmpty();
    }

    /** What it was about to say was damage that is no more; that all is well would be wrong too. */
    @ParameterizedTest
    @EnumSource(VerifyLevel.class)
    void isEmptyWhereAllIsDeletedMeanwhile(VerifyLevel level) throws IOException {
        generation(A, 0, 3);
        store.remove(names(A).walKey(1, 0));
        AtomicInteger listings = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("list") && key.contains(A.name()) && listings.incrementAndGet() == 2) {
                store.delete(store.keys());
            }
        });
        Verification verification = verify(level);
        assertThat(listings).hasValue(2);
        assertThat(verification.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(verification.generations()).isEmpty();
        assertThat(verification.latest()).isEmpty();
    }

    @Test
    void aGenerationThatIsDeletedMeanwhileDoesNotCountBesideOthers() throws IOException {
        generation(A, 0, 3);
        generation(B, 100, 1);
        damage(names(A).walKey(1, 0), time(1));
        AtomicInteger listings = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("list") && key.contains(A.name()) && listings.incrementAndGet() == 2) {
                store.delete(store.keys().stream()
                        .filter(name -> name.contains(A.name()))
                        .toList());
            }
        });
        Verification verification = verify();
        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
        assertThat(names(verification)).containsExactly(B);
        assertThat(verification.latest()).contains(end(B, 0));
        assertThat(verification.objects()).isEqualTo(4 + 2);
    }

    @Test
    void isDamagedWhereWhatItGoesOnFromIsDeletedMeanwhile() throws IOException {
        generation(A, 0, 3);
        damage(names(A).walKey(2, 0), time(3));
        AtomicInteger listings = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("list") && key.contains(A.name()) && listings.incrementAndGet() == 2) {
                store.delete(store.keys());
            }
        });
        Verification verification = verify(VerifyOptions.builder().since(end(A, 1)));
        assertThat(verification.outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(verification.damages().get(0).damage().problem()).startsWith("the WAL ends before " + end(A, 1));
    }

    @Test
    void looksAtOneGenerationWhereOneIsNamed() throws IOException {
        generation(A, 0, 1);
        generation(B, 100, 1);
        damage(names(B).walKey(0, 0), time(101));
        store.put("snapshots/00000000.snapshot.gz", new byte[1], time(999));
        Verification verification = verify(VerifyOptions.builder().generation(A));
        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
        assertThat(names(verification)).containsExactly(A);
        assertThat(store.listed().keySet()).noneMatch(prefix -> prefix.contains(B.name()));
    }

    @Test
    void saysWhichGenerationsThereAreWhereTheOneAskedForIsNot() {
        VerifyOptions.Builder options = VerifyOptions.builder().generation(C);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> verify(options))
                .withMessage("no generation " + C + " in " + store.location() + "; there are none")
                .satisfies(e -> assertThat(e.location()).contains(store.location()));
        generation(A, 0, 1);
        generation(B, 100, 1);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> verify(options))
                .withMessageEndingWith("; there are: " + A + ", " + B);
    }

    @Test
    void goesOnFromAPositionAndLooksAtGenerationsThatAreNewer() throws IOException {
        generation(C, 10, 3);
        generation(A, 14, 2);
        generation(B, 0, 1);
        Verification verification = verify(VerifyOptions.builder().since(end(C, 1)));
        assertThat(names(verification)).containsExactly(A, C);
        assertThat(verification.since()).contains(end(C, 1));
        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
        assertThat(verification.objects()).isEqualTo(2 + 3);
        assertThat(verification.latest()).contains(end(A, 1));
    }

    @Test
    void aGenerationWasKnownWhoseNewestObjectIsNotNewerThanThePosition() throws IOException {
        generation(C, 10, 3);
        generation(A, 10, 2);
        generation(B, 0, 1);
        assertThat(names(verify(VerifyOptions.builder().since(end(C, 1))))).containsExactly(C);
        assertThat(names(verify(VerifyOptions.builder().since(end(C, 0))))).containsExactly(A, C);
    }

    @Test
    void notesOfAllGenerationsAreTold() throws IOException {
        for (Generation generation : List.of(A, B)) {
            names(generation).wal(0, wal(0)).snapshot(1, database(PAGE, 2, 0)).wal(1, wal(1));
        }
        assertThat(verify().notes()).hasSize(2).allMatch(note -> note.startsWith("1 WAL segments of generation "));
    }

    @Test
    void aRestoreReadsOnceMoreAndLeavesNothing() throws IOException {
        generation(A, 0, 2);
        long stored = bytes();
        Verification verification = verify(VerifyLevel.RESTORE);
        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
        assertThat(verification.latest()).contains(end(A, 1));
        assertThat(verification.objects()).isEqualTo(6);
        assertThat(verification.bytesRead()).isEqualTo(2 * stored);
        assertThat(verification.requests()).isGreaterThanOrEqualTo(6);
        assertThat(store.opened().values())
                .allSatisfy(times -> assertThat(times).hasValueGreaterThanOrEqualTo(2));
    }

    @Test
    void damageThatOnlyTheRestoreMeetsIsTold() throws IOException {
        generation(A, 50, 1);
        damage(names(A).walKey(0, 0), time(51));
        generation(C, 0, 1);
        ReplicaBytes newest = generation(B, 100, 2);
        String key = newest.walKey(1, 0);
        store.hook((operation, opened) -> {
            if (operation.equals("open") && opened.equals(key)) {
                AtomicInteger before = store.opened().get(key);
                if (before != null && before.get() == 1) {
                    damage(key, time(102));
                }
            }
        });
        Verification verification = verify(VerifyLevel.RESTORE);
        assertThat(verification.outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(keys(verification)).containsExactly(names(A).walKey(0, 0), key);
        assertThat(verification.damages().get(1).generation()).isEqualTo(B);
        assertThat(verification.damages().get(1).before()).isEmpty();
    }

    @Test
    void damageThatTheRestoreMeetsOnceMoreIsToldOnce() throws IOException {
        ReplicaBytes replica = generation(A, 0, 3);
        damage(replica.walKey(1, 0), time(2));
        damage(replica.walKey(2, 0), time(3));
        Verification verification = verify(VerifyLevel.RESTORE);
        assertThat(verification.outcome()).isEqualTo(Outcome.DAMAGED);
        assertThat(keys(verification)).containsExactly(replica.walKey(1, 0), replica.walKey(2, 0));
        assertThat(verification.damages()).allMatch(damage -> damage.before().isPresent());
    }

    @Test
    void theDefaultsReadEverything() throws IOException {
        generation(A, 0, 2);
        ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        Verification verification = Verifier.of(replica).verify();
        assertThat(verification.level()).isEqualTo(VerifyLevel.DATA);
        assertThat(verification.objects()).isEqualTo(3);
        assertThat(verification.outcome()).isEqualTo(Outcome.OK);
    }
}
