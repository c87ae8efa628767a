// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a snapshot may be that lies in the index which the target cuts: frame by frame. */
class CutIndexTest {

    private static final int PAGE = 512;
    private static final int FRAME = 24 + PAGE;
    private static final byte[] BASE = database(PAGE, 4, 0);

    @TempDir
    Path folder;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    private static WalBytes wal() {
        return WalBytes.ofIndex(PAGE, 0);
    }

    /** A snapshot of second 0, and each transaction in a segment of its own, from second 1 on. */
    private void replicated(byte[] snapshot, WalBytes wal) {
        replica.at(second(0)).snapshot(0, snapshot);
        int from = 0;
        int number = 0;
        for (int to : wal.commitEnds()) {
            replica.at(second(++number)).segment(0, from, Arrays.copyOfRange(wal.bytes(), from, to));
            from = to;
        }
        if (from < wal.bytes().length) {
            replica.at(second(++number)).segment(0, from, Arrays.copyOfRange(wal.bytes(), from, wal.bytes().length));
        }
    }

    private static Instant second(int second) {
        return TIME.plusSeconds(second);
    }

    private static Position end(int frames) {
        return new Position(GENERATION, 0, 32 + (long) frames * FRAME);
    }

    private static RestoreTarget after(int frames) {
        return RestoreTarget.atPosition(end(frames));
    }

    private static RestoreTarget at(int second) {
        return RestoreTarget.atTimestamp(second(second));
    }

    private byte[] restored(RestoreTarget target) throws IOException {
        Path path = folder.resolve("app.db");
        Files.deleteIfExists(path);
        RestoreOptions options = RestoreOptions.builder()
                .clock(() -> second(1000))
                .target(target)
                .build();
        return Files.readAllBytes(
                Restorer.of(replica.client(), options).restoreTo(path).path());
    }

    private void isAhead(RestoreTarget target, String... told) {
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> restored(target))
                .withMessageContaining("is ahead of")
                .satisfies(e -> assertThat(e.getMessage()).contains(told));
    }

    @Test
    void theLastPageOfTheDatabaseIsLookedAtToo() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4).frame(4, page(PAGE, 4, 2), 4);
        replicated(wal.appliedTo(BASE), wal);

        isAhead(after(1), "page 4 in it", "is " + end(2));
    }

    @Test
    void theFirstFrameOfTheIndexIsLookedAtToo() throws IOException {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 0).frame(3, page(PAGE, 3, 1), 4);
        byte[] mixture = wal().frame(2, page(PAGE, 2, 1), 4).appliedTo(BASE);
        replica.at(second(0)).snapshot(0, mixture);
        replica.at(second(1)).segment(0, 0, Arrays.copyOf(wal.bytes(), 100));
        replica.at(second(2)).segment(0, 100, Arrays.copyOfRange(wal.bytes(), 100, wal.bytes().length));

        isAhead(at(1), "page 2 in it");
        assertThat(restored(at(2))).isEqualTo(wal.appliedTo(BASE));
    }

    @Test
    void aLaterIndexThatWritesAPageWithoutAChangeProvesNothing() throws IOException {
        WalBytes first = wal().frame(2, page(PAGE, 2, 1), 4);
        replicated(BASE, first);
        WalBytes later = WalBytes.ofIndex(PAGE, 1).frame(2, page(PAGE, 2, 2), 4).frame(3, page(PAGE, 3, 0), 4);
        replica.at(second(9)).segment(1, 0, later.bytes());

        assertThat(restored(RestoreTarget.atPosition(new Position(GENERATION, 1, 32 + FRAME))))
                .isEqualTo(wal().frame(2, page(PAGE, 2, 2), 4).appliedTo(BASE));
    }

    @Test
    void anOpenTransactionAtTheEndOfTheIndexProvesNothing() throws IOException {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(2, page(PAGE, 2, 2), 4)
                .frame(3, page(PAGE, 3, 0), 0);
        replicated(BASE, wal);

        assertThat(restored(after(1)))
                .isEqualTo(wal().frame(2, page(PAGE, 2, 1), 4).appliedTo(BASE));
    }

    @Test
    void theNearestStateIsTheOneWithAllPagesThatAreAhead() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 4)
                .frame(4, page(PAGE, 4, 3), 4)
                .frame(2, page(PAGE, 2, 4), 4);
        byte[] three = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 4)
                .frame(4, page(PAGE, 4, 3), 4)
                .appliedTo(BASE);
        replicated(three, wal);

        isAhead(after(1), "the nearest later state that can be restored is " + end(3) + ", of " + second(3));
    }

    @Test
    void aMomentTakesALaterStateThatEndsWithTheLastPageOrWithAPageWrittenTwice() throws IOException {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 4)
                .frame(3, page(PAGE, 3, 3), 0)
                .frame(4, page(PAGE, 4, 3), 4);
        byte[] newest = wal.appliedTo(BASE);
        replicated(newest, wal);

        assertThat(restored(at(1))).isEqualTo(newest);
    }

    @Test
    void aMomentTakesNoMixtureThatDiffersInTheLastPageOnly() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 0)
                .frame(4, page(PAGE, 4, 2), 4);
        byte[] mixture = wal().frame(2, page(PAGE, 2, 1), 0)
                .frame(3, page(PAGE, 3, 2), 4)
                .appliedTo(BASE);
        replicated(mixture, wal);

        isAhead(at(1), "page 3 in it");
    }

    @Test
    void aMissingPageIsExplainedByTheFirstLaterTransactionThatGaveItBack() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(3, page(PAGE, 3, 2), 4)
                .frame(1, page(PAGE, 1, 3), 3)
                .frame(1, page(PAGE, 1, 4), 2);
        replicated(Arrays.copyOf(BASE, 3 * PAGE), wal);

        isAhead(after(1), "page 4 is not in it, which a later transaction gave back", "restored is " + end(3));
    }

    @Test
    void aMissingPageThatOnlyEarlierTransactionsWereWithoutIsDamage() {
        // The database grew to five pages, and nobody has the fourth; later ones keep it, the last as its last page.
        WalBytes wal = wal().frame(1, page(PAGE, 1, 1), 3)
                .frame(5, page(PAGE, 5, 2), 5)
                .frame(2, page(PAGE, 2, 3), 5)
                .frame(2, page(PAGE, 2, 4), 4);
        replicated(Arrays.copyOf(BASE, 3 * PAGE), wal);

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> restored(after(2)))
                .withMessageContaining("page 4 of the database is neither in the snapshot nor in any WAL frame");
    }

    @Test
    void aPositionShortlyBeforeTheEndOfATransactionIsBeforeIt() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4).frame(2, page(PAGE, 2, 2), 4);
        replicated(BASE, wal);
        Position none = new Position(GENERATION, 0, 32 + FRAME - 7);

        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> restored(RestoreTarget.atPosition(none)))
                .withMessageEndingWith("the first one of that WAL index ends at " + end(1));
    }

    @Test
    void anIndexOfAnOpenTransactionAloneHasNoPositionNearby() {
        WalBytes open = wal().frame(2, page(PAGE, 2, 1), 0).frame(3, page(PAGE, 3, 1), 0);
        replica.at(second(0)).snapshot(0, BASE).at(second(1)).segment(0, 0, open.bytes());

        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> restored(after(1)))
                .withMessageEndingWith("that WAL index holds no whole transaction");
    }

    @Test
    void aSingleFrameThatIsMissingBeforeTheMomentIsDamage() {
        WalBytes wal = wal().frame(2, page(PAGE, 2, 1), 4)
                .frame(2, page(PAGE, 2, 2), 4)
                .frame(2, page(PAGE, 2, 3), 4);
        replicated(BASE, wal);
        replica.store().remove(replica.walKey(0, end(1).offset()));

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> restored(at(2)))
                .withMessageContaining("WAL bytes are missing between this segment and the next of index 0")
                .withMessageContaining("expected bytes up to offset " + end(2).offset());
    }
}
