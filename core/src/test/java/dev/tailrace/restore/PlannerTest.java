// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static dev.tailrace.fixture.ReplicaBytes.database;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {

    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final byte[] ANY = new byte[1];

    private final MemoryStore store = new MemoryStore();

    private ReplicaBytes generation(Generation generation) {
        return new ReplicaBytes(store, ReplicaLayout.V03_FLAT, generation);
    }

    private RestorePlan plan(RestoreOptions.Builder options) throws IOException {
        return Restorer.of(ReplicaClient.over("memory", store), options.build()).plan();
    }

    private RestorePlan plan() throws IOException {
        return plan(RestoreOptions.builder());
    }

    private RestorePlan planTo(long index) throws IOException {
        return plan(RestoreOptions.builder().target(RestoreTarget.atIndex(index)));
    }

    @Test
    void saysThatAnEmptyReplicaIsEmpty() {
        store.put("other", ANY);
        store.put("generations/" + A + "/snapshots/00000000.snapshot.lz4.tmp", ANY);
        assertThatThrownBy(this::plan)
                .isInstanceOf(EmptyReplicaException.class)
                .hasMessageContaining("no matching backups found in memory://test");
    }

    @Test
    void takesTheGenerationWithTheNewestObject() throws IOException {
        generation(A)
                .at(TIME.plusSeconds(5))
                .snapshot(0, ANY)
                .at(TIME.plusSeconds(7))
                .segment(0, 0, ANY);
        generation(B).at(TIME.plusSeconds(6)).snapshot(0, ANY);
        RestorePlan plan = plan();
        assertThat(plan.generation()).isEqualTo(A);
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.objects()).isEqualTo(2);
        assertThat(plan.timestamp()).isEqualTo(TIME.plusSeconds(7));
        assertThat(plan.bytes())
                .isEqualTo(store.keys().stream()
                        .filter(key -> key.contains(A.name()))
                        .mapToLong(key -> store.get(key).length)
                        .sum());
        assertThat(store.listed().values())
                .allSatisfy(times -> assertThat(times.get()).isEqualTo(1));
        assertThat(store.opened()).isEmpty();
    }

    @Test
    void takesTheSameOfTwoGenerationsOfOneTimeEachTime() throws IOException {
        generation(B).snapshot(0, ANY);
        generation(A).snapshot(0, ANY);
        assertThat(plan().generation()).isEqualTo(A);
        assertThat(plan()).isEqualTo(plan());
    }

    @Test
    void warnsOfAnOlderGenerationWithoutSnapshot() throws IOException {
        generation(A).at(TIME.minusSeconds(1)).segment(0, 0, ANY);
        generation(B).snapshot(0, ANY).segment(0, 0, ANY);
        RestorePlan plan = plan();
        assertThat(plan.generation()).isEqualTo(B);
        assertThat(plan.warnings()).singleElement().asString().contains(A.name(), "no snapshot");
    }

    @Test
    void callsANewerGenerationWithoutSnapshotDamage() {
        generation(A).at(TIME.plusSeconds(1)).segment(0, 0, ANY);
        generation(B).snapshot(0, ANY);
        assertThatThrownBy(this::plan)
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContainingAll("replica memory://test is damaged", "no snapshots available", A.name());
        assertThatThrownBy(() -> plan(RestoreOptions.builder().generation(A)))
                .isInstanceOf(DamagedReplicaException.class);
        store.remove("generations/" + B + "/snapshots/00000000.snapshot.lz4");
        assertThatThrownBy(this::plan).isInstanceOf(DamagedReplicaException.class);
    }

    @Test
    void callsDamagedNamesDamageUnlessTheyLieInAnotherGeneration() throws IOException {
        generation(A).at(TIME.minusSeconds(1)).snapshot(0, ANY);
        store.put("generations/" + A + "/wal/what.wal.lz4", ANY, TIME.minusSeconds(1));
        generation(B).snapshot(0, ANY);
        assertThat(plan().generation()).isEqualTo(B);
        assertThatThrownBy(() -> plan(RestoreOptions.builder().generation(A)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("this WAL name fits no layout");
    }

    @Test
    void namesTheGenerationsThereAre() {
        assertThatThrownBy(() -> plan(RestoreOptions.builder().generation(A)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("there are none");
        generation(B).snapshot(0, ANY);
        assertThatThrownBy(() -> plan(RestoreOptions.builder().generation(A)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("there are: " + B);
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void choosesSnapshotAndSegmentsForATarget(ReplicaLayout layout) throws IOException {
        ReplicaBytes replica = new ReplicaBytes(store, layout, A);
        replica.snapshot(2, ANY).snapshot(4, ANY);
        for (int index = 2; index < 7; index++) {
            replica.segment(index, 0, ANY).segment(index, 100, ANY);
        }
        assertThat(plan().layout()).isEqualTo(layout);
        assertThat(plan().snapshot().index()).isEqualTo(4);
        assertThat(plan().walIndexes()).extracting(WalIndex::index).containsExactly(4L, 5L, 6L);
        assertThat(planTo(3).snapshot().index()).isEqualTo(2);
        assertThat(planTo(3).walIndexes()).extracting(WalIndex::index).containsExactly(2L, 3L);
        assertThat(planTo(4).walIndexes()).extracting(WalIndex::index).containsExactly(4L);
        assertThat(plan(RestoreOptions.builder().snapshotIndex(2)).objects()).isEqualTo(11);
        for (long index : new long[] {0, 1, 7, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> planTo(index))
                    .isInstanceOf(TargetNotAvailableException.class)
                    .hasMessageContaining("from index 00000002 to index 00000006")
                    .hasMessageContaining(String.format("index %08x is not in generation", index));
        }
        assertThatThrownBy(() -> plan(RestoreOptions.builder().snapshotIndex(3)))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("no snapshot of index 00000003");
    }

    @Test
    void refusesASnapshotBehindTheTarget() {
        generation(A)
                .snapshot(2, ANY)
                .segment(2, 0, ANY)
                .segment(3, 0, ANY)
                .snapshot(4, ANY)
                .segment(4, 0, ANY);
        assertThatThrownBy(() -> plan(RestoreOptions.builder().snapshotIndex(4).target(RestoreTarget.atIndex(3))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("00000004")
                .hasMessageContaining("00000003");
    }

    @Test
    void takesASnapshotAloneWhereItIsTheNewest() throws IOException {
        generation(A).snapshot(0, ANY).segment(0, 0, ANY).snapshot(7, ANY);
        assertThat(plan().walIndexes()).isEmpty();
        assertThat(plan().snapshot().index()).isEqualTo(7);
        assertThat(plan().timestamp()).isEqualTo(TIME);
        // Between them there is nothing.
        assertThatThrownBy(() -> planTo(3)).isInstanceOf(DamagedReplicaException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void callsAMissingIndexDamage(long missing) {
        generation(A).snapshot(0, ANY);
        for (long index = 0; index < 4; index++) {
            if (index != missing) {
                generation(A).segment(index, 0, ANY);
            }
        }
        for (long target = missing; target < 4; target++) {
            long wanted = target;
            assertThatThrownBy(() -> planTo(wanted))
                    .as("target %s", target)
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContaining(String.format("WAL index %08x is missing", missing));
        }
    }

    @Test
    void callsAMissingFirstSegmentDamage() {
        generation(A).snapshot(0, ANY).segment(0, 0, ANY).segment(1, 0x1020, ANY);
        assertThatThrownBy(this::plan)
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("the first segment of WAL index 00000001 is missing")
                .hasMessageContaining("00001020");
    }

    @Test
    void looksAgainBeforeItCallsAHoleDamage() throws IOException {
        generation(A).snapshot(0, ANY).segment(0, 0, ANY).segment(2, 0, ANY);
        AtomicInteger listings = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("list") && key.startsWith("generations/") && listings.incrementAndGet() == 2) {
                generation(A).segment(1, 0, ANY);
            }
        });
        assertThat(plan().walIndexes()).hasSize(3);
        assertThat(listings).hasValue(2);
    }

    @Test
    void looksTwiceAndNoMoreAtRealDamage() {
        generation(A).snapshot(0, database(512, 1, 0)).segment(2, 0, ANY);
        assertThatThrownBy(this::plan).isInstanceOf(DamagedReplicaException.class);
        // The third time it looks for what can still be restored.
        assertThat(store.listed().get("generations/" + A + "/")).hasValue(3);
        assertThat(store.openStreams()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ltx/0/0000000000000001-0000000000000001.ltx", "0000/0000000000000001-0000000000000001.ltx"})
    void refusesToBringBackLessThanLtxFilesBesideItHold(String key) throws IOException {
        store.put(key, ANY, TIME.plusSeconds(1));
        assertThatThrownBy(this::plan)
                .isInstanceOf(UnsupportedReplicaException.class)
                .hasMessageContainingAll("holds Litestream 0.5 (LTX) data", "an LtxRestorer restores it");
        generation(A).snapshot(0, ANY).segment(0, 0, ANY);
        assertThatThrownBy(this::plan)
                .isInstanceOf(UnsupportedReplicaException.class)
                .hasMessageContaining("newer than its generations")
                .hasMessageContaining("name a generation");
        assertThat(plan(RestoreOptions.builder().generation(A)).generation()).isEqualTo(A);

        store.put(key, ANY, TIME.minusSeconds(1));
        assertThat(plan().warnings()).singleElement().asString().contains("older Litestream 0.5 (LTX) data");
    }

    /** Litestream stores the WAL just after its snapshot, and perhaps only that makes the snapshot a whole state. */
    @Test
    void warnsOfASnapshotThatNothingProves() throws IOException {
        generation(A).snapshot(0, ANY);
        assertThat(plan().isSnapshotUnproved()).isTrue();
        assertThat(plan().warnings())
                .singleElement()
                .asString()
                .contains("nothing proves that snapshot 00000000 is a whole state", "is not stored yet");
        generation(A).segment(0, 0, ANY);
        assertThat(plan().isSnapshotUnproved()).isFalse();
        assertThat(plan().warnings()).isEmpty();
    }
}
