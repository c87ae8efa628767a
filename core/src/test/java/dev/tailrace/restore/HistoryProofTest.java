// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.StepReading.SnapshotSize;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which states are proved by what was read, and which are lost behind what is wrong. Nothing is read here. */
class HistoryProofTest {

    private static final int PAGE = 512;
    private static final int FRAME = 24 + PAGE;
    private static final int LARGE_PAGE = 65536;
    /** Which page holds SQLite's lock byte, if pages are large. */
    private static final int LOCK_PAGE = 0x40000000 / LARGE_PAGE + 1;

    private ReplicaBytes names = ReplicaBytes.in(ReplicaLayout.NESTED);
    private final Map<Long, Wal> wals = new TreeMap<>();
    private final Map<Long, SnapshotSize> snapshots = new TreeMap<>();
    private final FoundDamages found = new FoundDamages();
    private long stored = 1 << 20;
    private Optional<Position> since = Optional.empty();

    /** What is read of a WAL index. */
    private static final class Wal {

        final FrameList frames = new FrameList();
        Optional<WalHeader> header;
        Optional<Damage> damage = Optional.empty();

        Wal(WalHeader header) {
            this.header = Optional.of(header);
        }

        Wal write(int... pages) {
            for (int page : pages) {
                frames.add(page, 0);
            }
            return this;
        }

        Wal commit(int page, int size) {
            frames.add(page, size);
            return this;
        }
    }

    private Wal wal(long index, WalHeader header) {
        names.segment(index, 0, new byte[1]);
        Wal wal = new Wal(header);
        wals.put(index, wal);
        return wal;
    }

    /** It follows on the index before it. */
    private Wal wal(long index) {
        return wal(index, header((int) index));
    }

    /** It follows, and changes page 2 of a database of three. */
    private Wal ordinary(long index) {
        return wal(index).commit(2, 3);
    }

    private Wal damaged(Wal wal) {
        wal.damage = Optional.of(Damage.of("wal", "it is torn"));
        return wal;
    }

    private static WalHeader header(int index) {
        return header(PAGE, index + 1, 1000 + index, 77 * (index + 1));
    }

    private static WalHeader header(int pageSize, int sequence, int salt1, int salt2) {
        return new WalHeader(ByteOrder.BIG_ENDIAN, pageSize, sequence, salt1, salt2, 0);
    }

    private static WalHeader foreign() {
        return header(PAGE, 7, 5555, 5);
    }

    private static WalHeader large(int index) {
        return header(LARGE_PAGE, index + 1, 1000 + index, 77 * (index + 1));
    }

    private void snapshot(long index, long pages, int pageSize) {
        names.snapshot(index, new byte[1]);
        snapshots.put(index, new SnapshotSize(pages, pageSize));
    }

    private void snapshot(long index, long pages) {
        snapshot(index, pages, PAGE);
    }

    private void damagedSnapshot(long index) {
        names.snapshot(index, new byte[1]);
    }

    private HistoryProof proof() throws IOException {
        GenerationCatalog catalog = names.client().catalog(GENERATION);
        HistoryProof proof = new HistoryProof(catalog, "memory", stored, found, since);
        GenerationHistory history = GenerationHistory.of(catalog);
        for (HistoryStep step :
                since.isPresent() ? history.since(since.get(), "memory").steps() : history.steps()) {
            proof.take(step, reading(step));
        }
        return proof;
    }

    private StepReading reading(HistoryStep step) {
        Optional<Wal> wal = step.wal().map(index -> wals.get(index.index()));
        Optional<SnapshotSize> snapshot =
                step.snapshot().flatMap(one -> Optional.ofNullable(snapshots.get(one.index())));
        return new StepReading(
                wal.flatMap(read -> read.header),
                wal.map(read -> read.frames).orElseGet(FrameList::new),
                wal.flatMap(read -> read.damage),
                snapshot,
                step.snapshot().isPresent() && snapshot.isEmpty()
                        ? Optional.of(Damage.of("snapshot", "it is torn"))
                        : Optional.empty());
    }

    /** The state after so many frames of an index; 0 is its snapshot. */
    private static Position at(long index, int frames) {
        return new Position(GENERATION, index, frames == 0 ? 0 : 32 + frames * FRAME);
    }

    private void nothingIsWrong() {
        assertThat(found.isEmpty()).as("%s", found.damages()).isTrue();
    }

    private VerifiedDamage onlyDamage() {
        assertThat(found.damages()).hasSize(1);
        assertThat(found.openQuestions()).isEmpty();
        return found.damages().get(0);
    }

    private List<String> problems() {
        return found.damages().stream().map(damage -> damage.damage().problem()).toList();
    }

    /** No state is known at the end, and that one was the last. */
    private void endsAfter(HistoryProof proof, Optional<Position> last) {
        assertThat(proof.hasState()).isFalse();
        assertThat(proof.latest()).isEqualTo(last);
    }

    private void goesOnTo(HistoryProof proof, Position last) {
        assertThat(proof.hasState()).isTrue();
        assertThat(proof.latest()).contains(last);
    }

    @Test
    void provesAllUpToTheLastCommit() throws IOException {
        snapshot(0, 3);
        wal(0).write(2).commit(1, 3).write(3).commit(4, 4);
        names.at(MemoryStore.TIME.plusSeconds(9));
        wal(1).commit(4, 4).write(1);

        HistoryProof proof = proof();

        nothingIsWrong();
        goesOnTo(proof, at(1, 1));
        assertThat(proof.latestAt()).contains(MemoryStore.TIME.plusSeconds(9));
        assertThat(proof.transactions()).isEqualTo(3);
        assertThat(proof.unprovedJoins()).isZero();
    }

    @Test
    void aSnapshotAloneIsAState() throws IOException {
        snapshot(0, 3);
        HistoryProof proof = proof();
        nothingIsWrong();
        goesOnTo(proof, at(0, 0));
        assertThat(proof.latestAt()).contains(MemoryStore.TIME);
        assertThat(proof.transactions()).isZero();
    }

    @Test
    void nothingIsProvedWhereNothingIsRead() throws IOException {
        damagedSnapshot(0);
        HistoryProof proof = proof();
        assertThat(onlyDamage().damage().problem()).isEqualTo("it is torn");
        assertThat(onlyDamage().before()).isEmpty();
        endsAfter(proof, Optional.empty());
        assertThat(proof.latestAt()).isEmpty();
    }

    @Test
    void aMissingIndexEndsTheStatesUpToTheNextSnapshot() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(2);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("WAL index 00000001 is missing");
        assertThat(onlyDamage().before()).contains(at(0, 1));
        assertThat(onlyDamage().after()).isEmpty();
    }

    @Test
    void aSnapshotBehindAMissingIndexBeginsAgain() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(2);
        snapshot(3, 3);
        ordinary(3);
        goesOnTo(proof(), at(3, 1));
        assertThat(onlyDamage().after()).contains(at(3, 1));
    }

    /** What it goes on from is there, but what it leads to would be of another state than its index says. */
    @Test
    void aSnapshotWhoseOwnIndexIsMissingLeadsNowhere() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        snapshot(1, 3);
        ordinary(2);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("WAL index 00000001 is missing");
    }

    @Test
    void whatMayStillComeIsOpenAndTheSnapshotBehindItIsAState() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        snapshot(2, 3);
        goesOnTo(proof(), at(2, 0));
        assertThat(found.damages()).isEmpty();
        assertThat(found.openQuestions()).hasSize(1);
        assertThat(found.openQuestions().get(0).before()).contains(at(0, 1));
        assertThat(found.openQuestions().get(0).after()).contains(at(2, 0));
    }

    @Test
    void damageInsideAnIndexEndsTheStatesBehindTheCommitBeforeIt() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        damaged(ordinary(1).write(3));
        ordinary(2);
        endsAfter(proof(), Optional.of(at(1, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("it is torn");
        assertThat(onlyDamage().before()).contains(at(1, 1));
    }

    @Test
    void damageInTheLastIndexLeavesNoStateToGoOnFrom() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        damaged(ordinary(1));
        endsAfter(proof(), Optional.of(at(1, 1)));
    }

    @Test
    void anIndexWithoutAReadableHeaderEndsTheStatesAndJoinsNothing() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        damaged(ordinary(1)).header = Optional.empty();
        wal(2, foreign()).commit(2, 3);
        HistoryProof proof = proof();
        endsAfter(proof, Optional.of(at(0, 1)));
        assertThat(onlyDamage().before()).contains(at(0, 1));
        assertThat(proof.transactions()).isEqualTo(2);
    }

    @Test
    void anIndexWithoutAReadableHeaderIsLostAlsoWhereNoDamageOfItIsTold() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1).header = Optional.empty();
        endsAfter(proof(), Optional.of(at(0, 1)));
    }

    /** Until its WAL ends a checkpoint may have put pages into the file that the snapshot is a copy of. */
    @Test
    void aSnapshotLeadsToNothingWhereTheWalOfItsOwnIndexIsDamaged() throws IOException {
        snapshot(0, 3);
        damaged(ordinary(0));
        ordinary(1);
        endsAfter(proof(), Optional.empty());
        onlyDamage();
    }

    @Test
    void aForeignIndexEndsTheStatesBehindTheLastJoinThatIsProved() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        wal(2, foreign()).commit(2, 3);
        endsAfter(proof(), Optional.of(at(1, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("WAL index 2 does not continue index 1");
        assertThat(onlyDamage().before()).contains(at(1, 1));
    }

    @Test
    void ofTwoThatDoNotFitNeitherIsCertainWhereNothingBeforeConfirmsTheFirst() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1, foreign()).commit(2, 3);
        endsAfter(proof(), Optional.empty());
        assertThat(onlyDamage().before()).isEmpty();
    }

    @Test
    void aSnapshotOfAForeignIndexBeginsAgain() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        wal(2, foreign()).commit(2, 3);
        snapshot(2, 3);
        goesOnTo(proof(), at(2, 1));
        assertThat(onlyDamage().after()).contains(at(2, 1));
    }

    @Test
    void aJoinThatIsLegalButNotProvedConfirmsNothing() throws IOException {
        names = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        wal(2, header(PAGE, 0, 5555, 5)).commit(2, 3);
        HistoryProof whole = proof();
        nothingIsWrong();
        goesOnTo(whole, at(2, 1));
        assertThat(whole.unprovedJoins()).isEqualTo(1);

        wal(3, header(PAGE, 7, 8888, 5)).commit(2, 3);
        HistoryProof proof = proof();
        endsAfter(proof, Optional.of(at(1, 1)));
        assertThat(onlyDamage().before()).contains(at(1, 1));
        assertThat(proof.unprovedJoins()).isEqualTo(1);
    }

    @Test
    void aCopyOfAnOlderIndexIsFoundAlsoWhereItIsNotTheNext() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        ordinary(2);
        wal(3, header(0)).commit(2, 3);
        endsAfter(proof(), Optional.of(at(2, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("WAL index 3 is a copy of index 0");
    }

    @Test
    void anotherPageSizeThanThatOfTheIndexBeforeEndsTheStates() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1, header(1024, 2, 1001, 5)).commit(2, 3);
        endsAfter(proof(), Optional.of(at(0, 1)));
        Damage damage = onlyDamage().damage();
        assertThat(damage)
                .isEqualTo(Damage.at(names.walKey(1, 0), 8, "page size differs from that of the WAL index before")
                        .expecting(PAGE, 1024));
    }

    @Test
    void anotherPageSizeThanThatOfTheSnapshotBeforeEndsTheStates() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1, header(1024, 2, 1001, 5)).commit(2, 3);
        snapshot(1, 3, 1024);
        goesOnTo(proof(), new Position(GENERATION, 1, 32 + 24 + 1024));
        assertThat(problems()).containsExactly("page size differs from that of the WAL index before");
    }

    @Test
    void anotherPageSizeIsNoDamageOfItsOwnBehindAHole() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(2, header(1024, 3, 1002, 5)).commit(2, 3);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(problems()).containsExactly("WAL index 00000001 is missing");
    }

    @Test
    void aPageThatComesFromNowhereShowsThatWalIsMissing() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1).commit(2, 3).write(4).commit(6, 6);
        ordinary(2);
        endsAfter(proof(), Optional.of(at(1, 1)));
        assertThat(onlyDamage().damage())
                .isEqualTo(Damage.of(
                                names.walKey(1, 0),
                                "page 5 of the database is neither in this WAL index up to offset 1640"
                                        + " nor in the state before it, so WAL before it is missing")
                        .expecting("no more than 3 pages", 6));
        assertThat(onlyDamage().before()).contains(at(1, 1));
    }

    @Test
    void thePageJustBehindTheStateBeforeMustBeWrittenToo() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1).commit(2, 4);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).startsWith("page 4 of the database ");
    }

    @Test
    void aPageThatIsWrittenAfterTheCommitIsNoneOfIt() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1).commit(2, 4).commit(4, 4);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem())
                .startsWith("page 4 of the database ")
                .contains("up to offset 568 ");
    }

    @Test
    void pagesMayComeInAnyOrderAndFromAnyTransactionOfTheIndex() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1).write(5).commit(4, 5).commit(6, 6).write(9, 8).commit(7, 9).commit(1, 2);
        wal(2).write(4).commit(3, 4);
        goesOnTo(proof(), at(2, 2));
        nothingIsWrong();
    }

    @Test
    void theStateThatAnIndexLeavesIsWhatTheNextGoesOnFrom() throws IOException {
        snapshot(0, 3);
        wal(0).commit(1, 2);
        wal(1).commit(2, 3);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).startsWith("page 3 of the database ");
        assertThat(onlyDamage().damage().expected()).contains("no more than 2 pages");
    }

    @Test
    void aPageOfAnUncommittedTransactionIsNone() throws IOException {
        snapshot(0, 3);
        ordinary(0).write(4);
        wal(1).commit(1, 4);
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).startsWith("page 4 of the database ");
    }

    @Test
    void theSnapshotAndTheWalOfItsIndexMustHoldAllPages() throws IOException {
        snapshot(0, 2);
        wal(0).write(3).commit(5, 5);
        ordinary(1);
        endsAfter(proof(), Optional.empty());
        assertThat(onlyDamage().damage())
                .isEqualTo(Damage.of(
                                names.snapshotKey(0),
                                "page 4 of the database is neither in the snapshot nor in the WAL of its index")
                        .expecting("5 pages", "2 in the snapshot"));
    }

    @Test
    void theWalOfItsIndexMayHoldWhatASnapshotLacks() throws IOException {
        snapshot(0, 2);
        wal(0).write(4).commit(3, 3).commit(3, 4).write(5);
        ordinary(1);
        goesOnTo(proof(), at(1, 1));
        nothingIsWrong();
    }

    @Test
    void whatTheWalOfItsIndexHasNotCommittedDoesNotHelpASnapshotThatLacksIt() throws IOException {
        snapshot(0, 2);
        wal(0).commit(1, 3).write(3);
        endsAfter(proof(), Optional.empty());
        assertThat(onlyDamage().damage().problem()).startsWith("page 3 of the database is neither in the snapshot");
    }

    @Test
    void aSnapshotThatLacksAPageIsWrongAlsoWhereTheWalBeforeLeadsOn() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        snapshot(1, 2);
        ordinary(2);
        goesOnTo(proof(), at(2, 1));
        assertThat(onlyDamage().damage().problem()).startsWith("page 3 of the database is neither in the snapshot");
        assertThat(onlyDamage().after()).contains(at(2, 1));
    }

    @Test
    void aSnapshotOfAnotherPageSizeThanItsWalLeadsToNothing() throws IOException {
        snapshot(0, 3, 1024);
        ordinary(0);
        endsAfter(proof(), Optional.empty());
        assertThat(onlyDamage().damage())
                .isEqualTo(Damage.at(names.snapshotKey(0), 16, "page size of the snapshot differs from that of the WAL")
                        .expecting(PAGE, 1024));
    }

    @Test
    void walWithoutACommitLeavesTheSnapshotAsTheState() throws IOException {
        snapshot(0, 3);
        wal(0).write(2);
        goesOnTo(proof(), at(0, 0));
        nothingIsWrong();

        wal(1).write(5).commit(4, 5);
        goesOnTo(proof(), at(1, 2));
        nothingIsWrong();
    }

    @Test
    void walWithoutACommitOnASnapshotHoldsNoMorePagesThanIt() throws IOException {
        snapshot(0, 3);
        wal(0).write(4);
        wal(1).commit(2, 4);
        endsAfter(proof(), Optional.of(at(0, 0)));
        assertThat(onlyDamage().damage().expected()).contains("no more than 3 pages");
    }

    @Test
    void walWithoutACommitLeavesTheStateBeforeIt() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        wal(1).write(2);
        snapshot(1, 3);
        goesOnTo(proof(), at(0, 1));
        wal(2).write(2);
        goesOnTo(proof(), at(0, 1));
        nothingIsWrong();
    }

    /** SQLite never writes it, so no WAL has it, and no snapshot need be as long. */
    @Test
    void thePageOfTheLockByteNeedNotComeFromAnywhere() throws IOException {
        stored = LARGE_PAGE * 100L;
        snapshot(0, LOCK_PAGE - 1, LARGE_PAGE);
        wal(0, large(0)).write(LOCK_PAGE + 1).commit(1, LOCK_PAGE + 1);
        wal(1, large(1)).write(LOCK_PAGE + 2).commit(1, LOCK_PAGE + 2);
        HistoryProof proof = proof();
        nothingIsWrong();
        assertThat(proof.hasState()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {LOCK_PAGE, LOCK_PAGE + 1})
    void aDatabaseMayEndAtThePageOfTheLockByteButNotBehindIt(int size) throws IOException {
        stored = LARGE_PAGE * 100L;
        snapshot(0, LOCK_PAGE - 1, LARGE_PAGE);
        wal(0, large(0)).commit(1, size);
        HistoryProof proof = proof();
        assertThat(proof.hasState()).isEqualTo(size == LOCK_PAGE);
        assertThat(problems())
                .allMatch(problem -> problem.startsWith("page " + (LOCK_PAGE + 1) + " of the database is neither"))
                .hasSize(size - LOCK_PAGE);
    }

    @Test
    void aPageBehindThatOfTheLockByteIsMissed() throws IOException {
        stored = LARGE_PAGE * 100L;
        snapshot(0, LOCK_PAGE - 2, LARGE_PAGE);
        wal(0, large(0)).write(LOCK_PAGE - 1).commit(LOCK_PAGE + 2, LOCK_PAGE + 2);
        assertThat(proof().hasState()).isFalse();
        assertThat(onlyDamage().damage().problem()).startsWith("page " + (LOCK_PAGE + 1) + " of the database ");
    }

    @Test
    void aCommitThatLeavesMorePagesThanAllObjectsCanHoldIsDamage() throws IOException {
        // Each byte may stand for 255, so that these are 1530 bytes at most, and a page begun counts as one.
        stored = 6;
        snapshot(0, 3);
        ordinary(0);
        goesOnTo(proof(), at(0, 1));
        nothingIsWrong();

        wal(1).write(4).commit(5, 4).write(1).commit(1, 3);
        ordinary(2);
        HistoryProof proof = proof();
        endsAfter(proof, Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage())
                .isEqualTo(Damage.of(names.walKey(1, 0), "a commit leaves more pages than the whole replica can hold")
                        .expecting("at most 3", 4));
    }

    /** Indexes 0 to 2, of two frames each, that were looked at up to there. */
    private HistoryProof since(Position position) throws IOException {
        snapshot(0, 3);
        for (int index = 0; index < 3; index++) {
            wal(index).commit(2, 3).commit(1, 3);
        }
        since = Optional.of(position);
        return proof();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void goesOnFromWhatWasProvedBefore(int frames) throws IOException {
        HistoryProof proof = since(at(1, frames));
        nothingIsWrong();
        goesOnTo(proof, at(2, 2));
        assertThat(proof.transactions()).isEqualTo(4);
    }

    @Test
    void goesOnFromASnapshot() throws IOException {
        goesOnTo(since(at(0, 0)), at(2, 2));
        nothingIsWrong();
    }

    @Test
    void anEndThatWasThereOnceIsMissed() throws IOException {
        HistoryProof proof = since(at(1, 3));
        assertThat(problems())
                .containsExactly("the WAL ends before " + at(1, 3) + ", up to which it was verified before");
        Damage damage = onlyDamage().damage();
        assertThat(damage.key()).isEqualTo(names.walKey(1, 0));
        assertThat(damage.expected()).contains("offset 1640 of index 1");
        assertThat(damage.actual()).contains("1104");
        goesOnTo(proof, at(2, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 32 + FRAME - 1, 32 + FRAME + 1, 32 + 2 * FRAME})
    void cannotGoOnFromWhereNoTransactionEnds(int offset) {
        wal(0).commit(1, 1).write(1).commit(1, 1);
        snapshot(0, 1);
        since = Optional.of(new Position(GENERATION, 0, offset));
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(this::proof)
                .withMessageStartingWith("no transaction ends at " + since.get())
                .satisfies(e -> assertThat(e.location()).contains("memory"));
    }

    @Test
    void doesNotSayWhereTransactionsEndInAnIndexThatIsDamaged() throws IOException {
        snapshot(0, 3);
        damaged(ordinary(0).write(1));
        since = Optional.of(at(0, 2));
        endsAfter(proof(), Optional.of(at(0, 1)));
        assertThat(onlyDamage().damage().problem()).isEqualTo("it is torn");
        // What was proved before is no longer there.
        assertThat(onlyDamage().before()).contains(at(0, 1));
    }

    @Test
    void damageRightBehindWhatWasProvedBeforeHasThatBeforeIt() throws IOException {
        snapshot(0, 3);
        ordinary(0);
        ordinary(1);
        damaged(wal(2)).header = Optional.empty();
        since = Optional.of(at(1, 1));
        endsAfter(proof(), Optional.of(at(1, 1)));
        assertThat(onlyDamage().before()).contains(at(1, 1));
    }

    /** How large the state was that an earlier look has proved is not known here, nor which page size it had. */
    @Test
    void trustsThatTheStateItGoesOnFromHoldsWhatTheWalDoesNot() throws IOException {
        wal(1, header(1024, 2, 1001, 5)).commit(2, 1000);
        snapshot(0, 3);
        ordinary(0);
        since = Optional.of(new Position(GENERATION, 1, 32 + 24 + 1024));
        goesOnTo(proof(), since.get());
        nothingIsWrong();
    }
}
