// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.prune.ObjectRun;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.PrunePlan;
import dev.tailrace.prune.PruneResult;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which objects go by names and times alone: nothing of them is read. */
class PruneRulesTest {

    private static final Generation OLD = new Generation("00000000000000aa");
    private static final Generation NEW = new Generation("00000000000000bb");
    private static final Instant FIRST = Instant.parse("2022-03-01T00:00:00Z");

    private final InMemoryObjectStore store = new InMemoryObjectStore("memory:rules");
    private final ReplicaClient replica = ReplicaClient.over("memory", store);

    private void put(String key, int second) throws IOException {
        store.put(key, ObjectSource.of(new byte[] {1}), PutOptions.NONE.recordedAt(FIRST.plusSeconds(second)));
    }

    private void snapshot(Generation generation, int index, int second) throws IOException {
        put(snapshotKey(generation, index), second);
    }

    private void segment(Generation generation, int index, int offset, int second) throws IOException {
        put(segmentKey(generation, index, offset), second);
    }

    private static String snapshotKey(Generation generation, int index) {
        return String.format("generations/%s/snapshots/%08x.snapshot.lz4", generation, index);
    }

    private static String segmentKey(Generation generation, int index, int offset) {
        return String.format("generations/%s/wal/%08x_%08x.wal.lz4", generation, index, offset);
    }

    /** Snapshots of the indexes 0, 2 and 4; two segments in each index up to 5; one object each second. */
    private void whole(Generation generation, int second) throws IOException {
        int at = second;
        for (int index = 0; index <= 5; index++) {
            if (index % 2 == 0) {
                snapshot(generation, index, at++);
            }
            segment(generation, index, 0, at++);
            segment(generation, index, 0x1038, at++);
        }
    }

    private static PruneOptions.Builder from(int second) {
        return PruneOptions.builder().before(FIRST.plusSeconds(second));
    }

    private PrunePlan plan(PruneOptions.Builder options) throws IOException {
        return ReplicaPruner.of(replica, options.build()).plan();
    }

    private PruneResult prune(PruneOptions.Builder options) throws IOException {
        ReplicaPruner pruner = ReplicaPruner.of(replica, options.build());
        return pruner.prune(pruner.plan());
    }

    private static List<String> keys(List<ObjectRun> runs) {
        List<String> keys = new ArrayList<>();
        for (ObjectRun run : runs) {
            for (int i = 0; i < run.count(); i++) {
                keys.add(run.get(i).key());
            }
        }
        return keys;
    }

    private static String reasons(List<ObjectRun> runs) {
        return String.join("\n", runs.stream().map(ObjectRun::reason).toList());
    }

    @Test
    void theSnapshotBeforeTheWindowStaysWithAllWalFromItsIndexOn() throws IOException {
        whole(OLD, 0);
        // In the middle of index 3, whose base is the snapshot of index 2.
        PrunePlan plan = plan(from(8));
        assertThat(keys(plan.deleted()))
                .containsExactly(
                        snapshotKey(OLD, 0),
                        segmentKey(OLD, 0, 0),
                        segmentKey(OLD, 0, 0x1038),
                        segmentKey(OLD, 1, 0),
                        segmentKey(OLD, 1, 0x1038));
        assertThat(keys(plan.kept()))
                .containsExactly(snapshotKey(OLD, 2), segmentKey(OLD, 2, 0), segmentKey(OLD, 2, 0x1038));
        assertThat(plan.windowStart()).hasValue(FIRST.plusSeconds(8));
    }

    @Test
    void anOlderSnapshotStaysWhereTheWindowBeginsInTheIndexOfASnapshot() throws IOException {
        whole(OLD, 0);
        // The snapshot of index 2 is of second 5, its WAL of 6 and 7.
        for (int second = 5; second <= 6; second++) {
            PrunePlan plan = plan(from(second));
            assertThat(plan.deleted()).isEmpty();
            assertThat(reasons(plan.kept())).contains("the snapshot of that index may be ahead of its WAL");
        }
        assertThat(keys(plan(from(7)).deleted())).contains(snapshotKey(OLD, 0));
    }

    @Test
    void theNewestStateStaysHoweverOldItIs() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        prune(PruneOptions.builder().keep(Duration.ZERO));
        assertThat(PruneScene.keys(store))
                .containsExactly(
                        snapshotKey(NEW, 4),
                        segmentKey(NEW, 4, 0),
                        segmentKey(NEW, 4, 0x1038),
                        segmentKey(NEW, 5, 0),
                        segmentKey(NEW, 5, 0x1038));
    }

    @Test
    void theStateAtTheWindowsStartStaysThoughItsGenerationEndedBefore() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        PrunePlan plan = plan(from(50));
        assertThat(keys(plan.deleted())).contains(snapshotKey(OLD, 2)).doesNotContain(snapshotKey(OLD, 4));
        assertThat(reasons(plan.kept())).contains("it holds the state at the window's start");
        assertThat(keys(plan(from(100)).deleted())).hasSize(15);
    }

    @Test
    void theNewestGenerationsStayWhole() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        assertThat(keys(plan(PruneOptions.builder().keepGenerations(1)).deleted()))
                .hasSize(15)
                .allMatch(key -> key.contains(OLD.name()));
        assertThat(plan(PruneOptions.builder().keepGenerations(2)).deleted()).isEmpty();
        // Of two rules each must let an object go.
        PrunePlan both = plan(from(8).keepGenerations(1));
        assertThat(keys(both.deleted())).hasSize(5).allMatch(key -> key.contains(OLD.name()));
        assertThat(plan(PruneOptions.builder().keep(Duration.ZERO).keepGenerations(2))
                        .deleted())
                .isEmpty();
    }

    @Test
    void ofTwoRulesAboutTimeTheLongerOneCounts() throws IOException {
        whole(OLD, 0);
        InstantSource clock = InstantSource.fixed(FIRST.plus(Duration.ofDays(365 * 20)));
        PrunePlan plan = plan(from(8).keep(Duration.ofDays(1)).clock(clock));
        assertThat(plan.windowStart()).hasValue(FIRST.plusSeconds(8));
        assertThat(plan(from(8).keep(Duration.ofDays(365 * 30)).clock(clock)).deleted())
                .isEmpty();
        assertThat(plan(PruneOptions.builder().keep(Duration.ofSeconds(Long.MAX_VALUE)))
                        .deleted())
                .isEmpty();
    }

    /** As in a copy that lost them: which of the two is the newer one, nobody can tell. */
    @Test
    void generationsWhoseTimesOverlapAreKept() throws IOException {
        snapshot(OLD, 0, 0);
        segment(OLD, 0, 0, 50);
        snapshot(NEW, 0, 40);
        segment(NEW, 0, 0, 60);
        for (PruneOptions.Builder rule : List.of(
                PruneOptions.builder().keep(Duration.ZERO),
                PruneOptions.builder().keepGenerations(1))) {
            PrunePlan plan = plan(rule);
            assertThat(plan.deleted()).isEmpty();
            assertThat(reasons(plan.kept())).contains("overlap those of generation " + NEW);
        }
        segment(OLD, 0, 0, 60);
        assertThat(plan(PruneOptions.builder().keepGenerations(1)).deleted()).isEmpty();
        segment(OLD, 0, 0, 40);
        assertThat(keys(plan(PruneOptions.builder().keepGenerations(1)).deleted()))
                .contains(snapshotKey(OLD, 0));
    }

    @Test
    void timesThatRunBackwardsKeepTheWholeGeneration() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        segment(OLD, 1, 0, 1_000);
        segment(NEW, 1, 0, 90);
        PrunePlan plan = plan(PruneOptions.builder().keep(Duration.ZERO));
        assertThat(plan.deleted()).isEmpty();
        assertThat(reasons(plan.kept()))
                .contains("its times are out of order: " + OLD
                        + "/00000001:00000000 of 2022-03-01T00:16:40Z is followed by");
        snapshot(OLD, 2, 50);
        assertThat(plan(from(200)).deleted()).isEmpty();
    }

    @Test
    void whatIsNotRecognisedStays() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        List<String> foreign = List.of(
                "generations/" + OLD + "/snapshots/00000000.snapshot.lz4.tmp",
                "generations/" + OLD + "/notes.txt",
                "generations/not-a-generation/snapshots/00000000.snapshot.lz4",
                "lease.json",
                "other/app.db");
        for (String key : foreign) {
            put(key, 0);
        }
        PrunePlan plan = plan(from(200));
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("2 objects of generation " + OLD));
        prune(from(200));
        assertThat(PruneScene.keys(store)).containsAll(foreign).hasSize(foreign.size() + 5);
        // What is left of the generation is no reason for anything.
        assertThat(plan(from(200)).deleted()).isEmpty();
    }

    @Test
    void walOfNoLayoutIsRefusedAndNeverDeleted() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        put("generations/" + OLD + "/wal/nonsense.wal.lz4", 0);
        assertThatThrownBy(() -> plan(from(200)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("so nothing was deleted");
        PrunePlan plan = plan(from(200).keepWhole(NEW));
        assertThat(plan.deleted()).isEmpty();
        assertThat(reasons(plan.kept())).contains("what is not recognised is not deleted");
    }

    @Test
    void aDamagedReplicaIsRefusedUnlessItIsSaidWhatToKeep() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        store.delete(List.of(segmentKey(OLD, 3, 0), segmentKey(OLD, 3, 0x1038)));
        for (int second : new int[] {8, 200}) {
            assertThatThrownBy(() -> prune(from(second)))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageContaining("WAL index 00000003 is missing");
        }
        assertThat(PruneScene.keys(store)).hasSize(28);
        // What is damaged goes whole or stays whole.
        PrunePlan inside = plan(from(8).keepWhole(NEW));
        assertThat(inside.deleted()).isEmpty();
        assertThat(reasons(inside.kept())).contains("it is damaged, and only whole it could go");
        PrunePlan outside = plan(from(200).keepWhole(NEW));
        assertThat(keys(outside.deleted())).hasSize(13).allMatch(key -> key.contains(OLD.name()));
        assertThat(keys(plan(from(200).keepWhole(OLD)).deleted()))
                .isNotEmpty()
                .allMatch(key -> key.contains(NEW.name()));
        assertThatThrownBy(() -> plan(from(8).keepWhole(new Generation("00000000000000cc"))))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageContaining("no generation 00000000000000cc");
    }

    @Test
    void aNewestGenerationWithoutSnapshotNeverMakesTheLastRestorableOneGo() throws IOException {
        whole(OLD, 0);
        segment(NEW, 0, 0, 100);
        assertThatThrownBy(() -> plan(from(200)))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("no snapshots available");
        PrunePlan plan = plan(from(200).keepWhole(NEW));
        assertThat(keys(plan.deleted()))
                .allMatch(key -> key.contains(OLD.name()))
                .doesNotContain(snapshotKey(OLD, 4));
    }

    @Test
    void readingFindsDamageThatNamesDoNotShow() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        PruneOptions.Builder reading = from(200).level(VerifyLevel.DATA);
        assertThatThrownBy(() -> plan(reading)).isInstanceOf(DamagedReplicaException.class);
    }

    @Test
    void anUploadThatMayStillComeKeepsTheWholeGeneration() throws IOException {
        whole(OLD, 0);
        snapshot(OLD, 7, 20);
        PrunePlan plan = plan(PruneOptions.builder().keep(Duration.ZERO));
        assertThat(plan.deleted()).isEmpty();
        assertThat(reasons(plan.kept())).contains("it is damaged, unless an upload is still to come");
    }

    @Test
    void whatIsStoredAfterTheListingBeganStays() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        InstantSource slow = InstantSource.fixed(FIRST.plusSeconds(500));
        PrunePlan plan = plan(from(200).clock(slow));
        assertThat(plan.deleted()).isEmpty();
        assertThat(reasons(plan.kept())).contains("was stored after the listing began");
    }

    @Test
    void whatHasChangedSinceItWasPlannedIsLeftAlone() throws IOException {
        whole(OLD, 0);
        whole(NEW, 100);
        ReplicaPruner pruner = ReplicaPruner.of(replica, from(108).build());
        PrunePlan plan = pruner.plan();
        assertThat(plan.objects()).isEqualTo(15 + 5);
        store.put(
                snapshotKey(OLD, 4),
                ObjectSource.of(new byte[] {1, 2}),
                PutOptions.NONE.recordedAt(FIRST.plusSeconds(12)));
        // A generation more is no matter.
        whole(new Generation("00000000000000cc"), 200);
        PruneResult result = pruner.prune(plan);
        assertThat(result.objects()).isEqualTo(5);
        assertThat(result.spared()).isEqualTo(15);
        assertThat(PruneScene.keys(store)).hasSize(15 + 10 + 15);
    }

    @Test
    void aPlanIsForOneReplica() throws IOException {
        whole(OLD, 0);
        PrunePlan plan = plan(from(8));
        try (ReplicaClient other = ReplicaClient.over("memory", new InMemoryObjectStore("memory:other"))) {
            assertThatThrownBy(() -> ReplicaPruner.of(other, from(8).build()).prune(plan))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("memory:rules");
        }
    }

    @Test
    void anEmptyReplicaIsTyped() throws IOException {
        assertThatThrownBy(() -> plan(from(8))).isInstanceOf(EmptyReplicaException.class);
        put("snapshots/00000000.snapshot.gz", 0);
        assertThatThrownBy(() -> plan(from(8))).isInstanceOf(UnsupportedReplicaException.class);
    }

    @Test
    void aRuleMustBeGivenAndMeanSomething() {
        assertThatThrownBy(() -> PruneOptions.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("what is to stay must be said");
        assertThatThrownBy(() -> PruneOptions.builder().keep(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PruneOptions.builder().keepGenerations(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> plan(PruneOptions.builder().before(Instant.now().plusSeconds(60))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not all there yet");
    }
}
