// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DatabaseAssemblyTest {

    private static final int LOCK_PAGE_OF_64K = 16385;

    private static DatabaseAssembly assembly(ReplicaLayout layout, int indexes) throws IOException {
        return new DatabaseAssembly(plan(layout, indexes));
    }

    private static RestorePlan plan(ReplicaLayout layout, int indexes) throws IOException {
        ReplicaBytes replica = ReplicaBytes.in(layout).snapshot(0, new byte[1]);
        for (int index = 0; index < indexes; index++) {
            replica.segment(index, 0, new byte[1]);
        }
        return Restorer.of(replica.client()).plan();
    }

    /** The same plan with a snapshot of so many stored bytes, which bound how many pages there can be. */
    private static RestorePlan ofSize(RestorePlan plan, long bytes) {
        ObjectInfo object = plan.snapshot().object();
        ObjectInfo large =
                new ObjectInfo(object.key(), bytes, object.storedAt(), object.recordedAt(), object.version());
        return new RestorePlan(
                plan.location(),
                plan.layout(),
                plan.generation(),
                new SnapshotInfo(plan.generation(), plan.snapshot().index(), large),
                plan.walIndexes(),
                plan.target(),
                plan.leftOut(),
                plan.warnings());
    }

    @Test
    void refusesCommitOfMorePagesThanAllStoredBytesCanHold() throws IOException {
        RestorePlan plan = plan(ReplicaLayout.V03_FLAT, 1);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assertThatThrownBy(
                        () -> assembly.choose(plan.walIndexes().get(0), header(4096, 1, 5), frames(1 << 30, 1 << 30)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("more pages than the whole replica can hold");
    }

    @Test
    void allowsAsManyPagesAsTheStoredBytesCanDecodeToAndNoMore() throws IOException {
        RestorePlan small = plan(ReplicaLayout.V03_FLAT, 1);
        RestorePlan plan = ofSize(
                small, 2 * 4096 - (small.bytes() - small.snapshot().object().size()));
        // Two pages' worth of bytes, 255 times as large when decoded, and one page that is never stored.
        int most = 2 * 255 + 1;
        assertThatCode(() -> new DatabaseAssembly(plan)
                        .choose(plan.walIndexes().get(0), header(4096, 1, 5), frames(most, 1)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new DatabaseAssembly(plan)
                        .choose(plan.walIndexes().get(0), header(4096, 1, 5), frames(most + 1, 1)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("expected at most 511, found 512");
    }

    @Test
    void theTimeIsThatOfTheLastSegmentThatHoldsAnyOfTheState() throws IOException {
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, new byte[1]);
        for (int segment = 0; segment < 3; segment++) {
            // Cuts after the first frame and after the second; what is in the segments does not matter here.
            replica.at(MemoryStore.TIME.plusSeconds(segment + 1))
                    .segment(0, segment == 0 ? 0 : WalHeader.SIZE + segment * 536L, new byte[1]);
        }
        RestorePlan plan = Restorer.of(replica.client()).plan();
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        FrameList frames = frames(4, 1, 2);
        frames.add(3, 0);
        frames.add(4, 0);
        frames.add(1, 0);
        assembly.choose(plan.walIndexes().get(0), header(512, 1, 5), frames);

        assertThat(assembly.timestamp()).isEqualTo(MemoryStore.TIME.plusSeconds(2));
        assertThat(assembly.framesApplied()).isEqualTo(2);
        assertThat(assembly.framesDropped()).isEqualTo(3);
    }

    private static WalHeader header(int pageSize, int sequence, int salt1) {
        return new WalHeader(ByteOrder.LITTLE_ENDIAN, pageSize, sequence, salt1, salt1 * 31, 0);
    }

    private static FrameList frames(int commitSize, int... pages) {
        FrameList frames = new FrameList();
        for (int i = 0; i < pages.length; i++) {
            frames.add(pages[i], i + 1 == pages.length ? commitSize : 0);
        }
        return frames;
    }

    @Test
    void nobodyNeedsToHaveTheLockPage() throws IOException {
        RestorePlan plan = ofSize(plan(ReplicaLayout.V03_FLAT, 1), 8 << 20);
        for (int size :
                new int[] {LOCK_PAGE_OF_64K - 1, LOCK_PAGE_OF_64K, LOCK_PAGE_OF_64K + 1, LOCK_PAGE_OF_64K + 70}) {
            for (int absent : new int[] {0, 1, LOCK_PAGE_OF_64K - 1, LOCK_PAGE_OF_64K + 1, size}) {
                DatabaseAssembly assembly = new DatabaseAssembly(plan);
                FrameList frames = new FrameList();
                for (int page = 1; page <= size; page++) {
                    if (page != LOCK_PAGE_OF_64K && page != absent) {
                        frames.add(page, 0);
                    }
                }
                frames.add(2, size);
                assembly.choose(plan.walIndexes().get(0), header(65536, 1, 5), frames);

                boolean damaged = absent > 0 && absent <= size && absent != LOCK_PAGE_OF_64K;
                if (damaged) {
                    assertThatThrownBy(() -> assembly.complete(0))
                            .isInstanceOf(DamagedReplicaException.class)
                            .hasMessageContaining("page " + absent + " of the database is neither");
                } else {
                    assertThatCode(() -> assembly.complete(0)).doesNotThrowAnyException();
                    assertThat(assembly.pageCount()).isEqualTo(size);
                }
            }
        }
    }

    @Test
    void givesEachPageOnceToTheNewestAndNoneBeyondTheSmallestSize() throws IOException {
        RestorePlan plan = plan(ReplicaLayout.V03_FLAT, 3);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assertThat(assembly.choose(plan.walIndexes().get(2), header(512, 3, 7), frames(9, 5, 6, 7, 8, 9, 5)))
                .isEqualTo(BitSet.valueOf(new long[] {0b111110}));
        assertThat(assembly.choose(plan.walIndexes().get(1), header(512, 2, 6), frames(4, 8, 3, 5)))
                .isEqualTo(BitSet.valueOf(new long[] {0b010}));
        assertThat(assembly.choose(plan.walIndexes().get(0), header(512, 1, 5), frames(20, 4, 3, 2, 20)))
                .isEqualTo(BitSet.valueOf(new long[] {0b0101}));
        assertThat(assembly.wantsFromSnapshot(1)).isTrue();
        assertThat(assembly.wantsFromSnapshot(2)).isFalse();
        assertThat(assembly.wantsFromSnapshot(5)).isFalse();
        assertThat(assembly.framesApplied()).isEqualTo(13);
        assembly.complete(30);
        assertThat(assembly.pageCount()).isEqualTo(9);
    }

    @Test
    void takesTheSnapshotAloneWhereNothingIsCommitted() throws IOException {
        RestorePlan plan = plan(ReplicaLayout.V03_FLAT, 1);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assertThat(assembly.choose(plan.walIndexes().get(0), header(512, 1, 5), frames(0, 1, 2))
                        .isEmpty())
                .isTrue();
        assembly.snapshotPageSize(512);
        assembly.complete(3);
        assertThat(assembly.pageCount()).isEqualTo(3);
        assertThat(assembly.framesDropped()).isEqualTo(2);
        assertThat(assembly.position().offset()).isZero();
    }

    @Test
    void acceptsOnlyJoinsThatSqliteMakes() throws IOException {
        for (ReplicaLayout layout : ReplicaLayout.values()) {
            boolean flat = layout == ReplicaLayout.V03_FLAT;
            assertThat(join(layout, 5, 9, 6)).isZero();
            assertThat(join(layout, -1, 9, 0)).isZero();
            assertThat(join(layout, Integer.MAX_VALUE, 0, Integer.MIN_VALUE)).isZero();
            assertThatThrownBy(() -> join(layout, 5, 2, 5)).hasMessageContaining("is a copy of index 0");
            assertThatThrownBy(() -> join(layout, 5, 0, 5)).hasMessageContaining("is a copy of index 0");
            assertThatThrownBy(() -> join(layout, 5, 2, 7)).hasMessageContaining("does not continue index 0");
            assertThatThrownBy(() -> join(layout, 5, 2, 4)).hasMessageContaining("does not continue index 0");
            if (flat) {
                assertThat(join(layout, 5, 0, 99)).isEqualTo(1);
            } else {
                assertThatThrownBy(() -> join(layout, 5, 0, 99)).hasMessageContaining("does not continue index 0");
            }
        }
    }

    private static int join(ReplicaLayout layout, int olderSalt, int newerSequence, int newerSalt) throws IOException {
        RestorePlan plan = plan(layout, 2);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assembly.choose(plan.walIndexes().get(1), header(512, newerSequence, newerSalt), frames(1, 1));
        assembly.choose(plan.walIndexes().get(0), header(512, 1, olderSalt), frames(1, 1));
        return assembly.unprovedJoins();
    }

    @Test
    void noticesACopyOfAnIndexFurtherBack() throws IOException {
        RestorePlan plan = plan(ReplicaLayout.V03_FLAT, 3);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assembly.choose(plan.walIndexes().get(2), header(512, 0, 5), frames(1, 1));
        assembly.choose(plan.walIndexes().get(1), header(512, 0, 70), frames(1, 1));
        assertThatThrownBy(() -> assembly.choose(plan.walIndexes().get(0), header(512, 0, 5), frames(1, 1)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("WAL index 2 is a copy of index 0");
    }

    @Test
    void refusesAChangeOfPageSize() throws IOException {
        RestorePlan plan = plan(ReplicaLayout.V03_FLAT, 2);
        DatabaseAssembly assembly = new DatabaseAssembly(plan);
        assembly.choose(plan.walIndexes().get(1), header(512, 2, 6), frames(1, 1));
        assertThatThrownBy(() -> assembly.choose(plan.walIndexes().get(0), header(1024, 1, 5), frames(1, 1)))
                .hasMessageContaining("page size differs from that of the next WAL index");
        assertThatThrownBy(() -> assembly.snapshotPageSize(1024))
                .hasMessageContaining("page size of the snapshot differs from that of the WAL");
    }

    @Test
    void keepsTrackOfPagesAsASetDoes() {
        Random random = new Random(12);
        WrittenPages pages = new WrittenPages();
        java.util.TreeSet<Long> model = new java.util.TreeSet<>();
        long top = (1L << 32) - 1;
        for (long page : new long[] {1, 63, 64, 65, 65535, 65536, 65537, top, top - 1}) {
            assertThat(pages.take(page)).isEqualTo(model.add(page));
        }
        for (int i = 0; i < 20_000; i++) {
            long page = 1 + random.nextInt(200_000);
            assertThat(pages.take(page)).isEqualTo(model.add(page));
            long given = 1 + random.nextInt(200_000);
            assertThat(pages.giveBack(given)).isEqualTo(model.remove(given));
            long other = 1 + random.nextInt(200_000);
            assertThat(pages.isTaken(other)).isEqualTo(model.contains(other));
            long free = other;
            while (model.contains(free)) {
                free++;
            }
            assertThat(pages.nextFree(other)).isEqualTo(free);
        }
        assertThat(pages.nextFree(top - 1)).isEqualTo(top + 1);
        assertThat(pages.giveBack(top)).isTrue();
        assertThat(pages.giveBack(top)).isFalse();
        assertThat(pages.giveBack(1L << 31)).isFalse();
        assertThat(pages.nextFree(top - 1)).isEqualTo(top);
    }

    @Test
    void needsAssemblyOfThePlanOnly() throws IOException {
        assertThat(assembly(ReplicaLayout.NESTED, 1).pageCount()).isEqualTo(-1);
    }
}
