// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.Damage;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.restore.StepReading.SnapshotSize;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which pages of a snapshot can come from the WAL before it or from that of its own index. */
class PageHistoryTest {

    private static final int PAGE = 512;
    private static final int LARGE_PAGE = 65536;
    private static final int LOCK_PAGE = 0x40000000 / LARGE_PAGE + 1;
    private static final String KEY = "snapshots/00000007";
    private static final byte[] ZEROS = new byte[PAGE];

    private final PageHistory history = new PageHistory();

    private static byte[] page(int number, int version) {
        return ReplicaBytes.page(PAGE, number, version);
    }

    /** Frames and what is in them. */
    private static final class Wal {

        final FrameList frames = new FrameList();
        final FrameHashes hashes = new FrameHashes();

        Wal write(int page, byte[] content, int commitSize) {
            frames.add(page, commitSize);
            hashes.add(PageHash.of(content, 0, content.length));
            return this;
        }

        Wal write(int page, int version, int commitSize) {
            return write(page, page(page, version), commitSize);
        }
    }

    private static SnapshotInfo info() {
        return new SnapshotInfo(
                GENERATION, 7, new ObjectInfo(KEY, 1, MemoryStore.TIME, Optional.empty(), Optional.empty()));
    }

    /** Compares a database of such pages, from page 1 on. */
    private Optional<Damage> compare(Wal own, List<byte[]> pages) throws IOException {
        PageSink sink = history.compare(own.frames, own.hashes);
        for (int i = 0; i < pages.size(); i++) {
            sink.page(i + 1, pages.get(i), 0, PAGE);
        }
        return history.end(info(), new SnapshotSize(pages.size(), PAGE));
    }

    /** Of these versions, from page 1 on. */
    private Optional<Damage> compare(Wal own, int... versions) throws IOException {
        List<byte[]> pages = new ArrayList<>();
        for (int i = 0; i < versions.length; i++) {
            pages.add(page(i + 1, versions[i]));
        }
        return compare(own, pages);
    }

    private Optional<Damage> compare(int... versions) throws IOException {
        return compare(new Wal(), versions);
    }

    private void apply(Wal wal) {
        history.apply(wal.frames, wal.hashes);
    }

    private static Damage unlike(String what, String expected, String actual) {
        return Damage.of(
                        KEY,
                        what + " of the snapshot is neither as the WAL before leaves it nor as any transaction of WAL"
                                + " index 00000007")
                .expecting(expected, actual);
    }

    @Test
    void theFirstSnapshotIsComparedWithNothing() throws IOException {
        assertThat(compare(1, 2, 3)).isEmpty();
        assertThat(compare(1, 2, 3)).isEmpty();
        assertThat(compare(1, 2, 4)).contains(unlike("page 3", "no such page", "1 page"));
        // It is what the next is held against, damage or not.
        assertThat(compare(1, 2, 4)).isEmpty();
        assertThat(compare(1, 9, 9)).contains(unlike("page 2", "no such page", "2 pages"));
    }

    @Test
    void theFirstPageCountsToo() throws IOException {
        compare(1, 2, 3);
        assertThat(compare(2, 2, 3)).contains(unlike("page 1", "no such page", "1 page"));
    }

    @Test
    void nothingIsKnownOnceItIsForgotten() throws IOException {
        compare(1, 2, 3);
        history.forget();
        assertThat(compare(4, 5)).isEmpty();
        assertThat(compare(4, 6)).isPresent();
    }

    @Test
    void whatTheWalBeforeHasCommittedIsExpected() throws IOException {
        compare(1, 2, 3);
        apply(new Wal().write(2, 7, 3).write(2, 8, 3).write(3, 9, 0));
        assertThat(compare(1, 8, 3)).isEmpty();
        apply(new Wal().write(2, 9, 3));
        assertThat(compare(1, 8, 3)).isPresent();
    }

    @Test
    void walThatIsNotCommittedChangesNothing() throws IOException {
        compare(1, 2, 3);
        apply(new Wal().write(2, 7, 0));
        assertThat(compare(1, 2, 3)).isEmpty();
    }

    @Test
    void walOnNoStateMakesNone() throws IOException {
        apply(new Wal().write(1, 7, 1));
        assertThat(compare(1, 2)).isEmpty();
        history.forget();
        apply(new Wal().write(1, 7, 1));
        assertThat(compare(1)).isEmpty();
    }

    @Test
    void whatACheckpointMayHaveTakenFromTheOwnIndexIsExpected() throws IOException {
        compare(1, 2, 3);
        Wal own = new Wal().write(2, 7, 0).write(1, 8, 3).write(2, 9, 3).write(3, 4, 0);
        assertThat(compare(own, 1, 7, 3)).isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(own, 8, 9, 3)).isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(own, 1, 2, 4)).as("not committed").contains(unlike("page 3", "no such page", "1 page"));
    }

    @Test
    void aPageOfTheOwnIndexAtAnotherPlaceIsNotExpected() throws IOException {
        compare(1, 2, 3);
        Wal own = new Wal().write(2, page(3, 5), 3);
        assertThat(compare(own, 1, 2, 5)).isPresent();
    }

    @Test
    void theOwnIndexOfTheSnapshotBeforeIsForgotten() throws IOException {
        compare(1, 2, 3);
        Wal own = new Wal().write(2, 7, 3);
        assertThat(compare(own, 1, 7, 3)).isEmpty();
        compare(1, 2, 3);
        assertThat(compare(1, 7, 3)).isPresent();
    }

    @Test
    void aLongerSnapshotMustHaveItsNewPagesFromTheOwnIndex() throws IOException {
        compare(1, 2, 3);
        assertThat(compare(1, 2, 3, 4)).contains(unlike("page 4", "no such page", "1 page"));
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(4, 4, 4), 1, 2, 3, 4)).isEmpty();
    }

    /** A checkpoint may make the file longer before it writes there; what it has not written yet reads as zeros. */
    @Test
    void newPagesMayBeEmptyAsFarAsTheOwnIndexGrowsTheDatabase() throws IOException {
        Wal own = new Wal().write(4, 4, 4).write(5, 4, 5);
        List<byte[]> longer = List.of(page(1, 1), page(2, 2), page(3, 3), ZEROS, ZEROS);
        compare(1, 2, 3);
        assertThat(compare(own, longer)).isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(4, 4, 4), longer)).contains(unlike("page 5", "no such page", "1 page"));
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(own, List.of(page(1, 1), page(2, 2), ZEROS)))
                .as("it was there before")
                .contains(unlike("page 3", "no such page", "1 page"));
    }

    @Test
    void aShorterSnapshotMustHaveItsSizeFromTheOwnIndex() throws IOException {
        compare(1, 2, 3);
        assertThat(compare(1, 2)).contains(unlike("size", "3 pages", "2 pages"));
        // Of what it is now.
        assertThat(compare(1, 2)).isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(1, 1, 3), 1, 2)).contains(unlike("size", "3 pages", "2 pages"));
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(1, 1, 3).write(1, 1, 2).write(1, 1, 3), 1, 2))
                .isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(1, 1, 1), 1, 2)).isEmpty();
        history.forget();
        compare(1, 2, 3);
        assertThat(compare(new Wal().write(1, 1, 2).write(2, 2, 0), 1, 2)).isEmpty();
    }

    @Test
    void theWalBeforeMayHaveMadeTheDatabaseShorterOrLonger() throws IOException {
        compare(1, 2, 3);
        apply(new Wal().write(1, 1, 2));
        assertThat(compare(1, 2)).isEmpty();
        apply(new Wal().write(4, 4, 0).write(3, 3, 4));
        assertThat(compare(1, 2, 3, 4)).isEmpty();
        assertThat(compare(1, 2, 3)).contains(unlike("size", "4 pages", "3 pages"));
    }

    /** Pages 1 and 65537, and those behind what there is room for at first, have places of their own. */
    @Test
    void largeDatabasesAreToldApartPageByPage() throws IOException {
        long[] numbers = {1, 65535, 65536, 65537, 1_048_575, 1_048_576, 1_048_577, 2_500_000, 40_000_000};
        PageSink sink = history.compare(new FrameList(), new FrameHashes());
        for (int i = 0; i < numbers.length; i++) {
            sink.page(numbers[i], page(1, i), 0, PAGE);
        }
        assertThat(history.end(info(), new SnapshotSize(40_000_000, PAGE))).isEmpty();
        sink = history.compare(new FrameList(), new FrameHashes());
        for (int i = numbers.length - 1; i >= 0; i--) {
            sink.page(numbers[i], page(1, i), 0, PAGE);
        }
        assertThat(history.end(info(), new SnapshotSize(40_000_000, PAGE))).isEmpty();
        for (long number : numbers) {
            sink = history.compare(new FrameList(), new FrameHashes());
            sink.page(number, page(1, 99), 0, PAGE);
            assertThat(history.end(info(), new SnapshotSize(40_000_000, PAGE)))
                    .contains(unlike("page " + number, "no such page", "1 page"));
        }
    }

    @Test
    void pagesThatWereNeverSeenAreLikeNone() throws IOException {
        compare(1);
        apply(new Wal().write(1, 1, 3_000_000));
        for (long number : new long[] {1_048_576, 2, 100_000, 2_999_999}) {
            PageSink sink = history.compare(new FrameList(), new FrameHashes());
            sink.page(number, page(1, 1), 0, PAGE);
            assertThat(history.end(info(), new SnapshotSize(3_000_000, PAGE))).isPresent();
        }
    }

    /** SQLite never writes it: what it holds says nothing. */
    @Test
    void thePageOfTheLockByteMayBeAnything() throws IOException {
        for (int version = 0; version < 2; version++) {
            PageSink sink = history.compare(new FrameList(), new FrameHashes());
            sink.page(LOCK_PAGE, ReplicaBytes.page(LARGE_PAGE, 2, version), 0, LARGE_PAGE);
            assertThat(history.end(info(), new SnapshotSize(LOCK_PAGE, LARGE_PAGE)))
                    .isEmpty();
        }
        for (int beside : new int[] {LOCK_PAGE - 1, LOCK_PAGE + 1}) {
            PageSink sink = history.compare(new FrameList(), new FrameHashes());
            sink.page(beside, ReplicaBytes.page(LARGE_PAGE, 2, 1), 0, LARGE_PAGE);
            assertThat(history.end(info(), new SnapshotSize(LOCK_PAGE + 1, LARGE_PAGE)))
                    .isPresent();
        }
    }

    @Test
    void aPageLiesWhereItsOffsetSays() throws IOException {
        compare(1, 2);
        byte[] both = new byte[2 * PAGE + 16];
        System.arraycopy(page(1, 1), 0, both, 16, PAGE);
        System.arraycopy(page(2, 2), 0, both, 16 + PAGE, PAGE);
        PageSink sink = history.compare(new FrameList(), new FrameHashes());
        sink.page(1, both, 16, PAGE);
        sink.page(2, both, 16 + PAGE, PAGE);
        assertThat(history.end(info(), new SnapshotSize(2, PAGE))).isEmpty();
    }
}
