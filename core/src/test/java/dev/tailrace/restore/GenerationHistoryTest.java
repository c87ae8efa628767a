// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What names promise, and what they show to be missing. */
class GenerationHistoryTest {

    private static final String WAL_FOLDER = "generations/" + GENERATION + "/wal/";

    private final ReplicaBytes names = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    private static Instant time(int seconds) {
        return MemoryStore.TIME.plusSeconds(seconds);
    }

    private GenerationHistory history() throws IOException {
        return GenerationHistory.of(names.client().catalog(GENERATION));
    }

    private GenerationHistoryTest snapshots(long... indexes) {
        for (long index : indexes) {
            names.snapshot(index, new byte[1]);
        }
        return this;
    }

    private GenerationHistoryTest wal(long... indexes) {
        for (long index : indexes) {
            names.segment(index, 0, new byte[1]);
        }
        return this;
    }

    /** One word each: its index, what it has (Snapshot, Wal, Followed by more), and what is missing (?? if still open). */
    private static String words(GenerationHistory history) {
        return history.steps().stream()
                .map(step -> step.index()
                        + (step.snapshot().isPresent() ? "S" : "")
                        + (step.wal().isPresent() ? "W" : "")
                        + (step.wal().map(WalIndex::followed).orElse(false) ? "F" : "")
                        + (step.hole().isPresent() ? step.open() ? "??" : "?" : step.open() ? "!" : ""))
                .collect(Collectors.joining(" "));
    }

    private String words() throws IOException {
        return words(history());
    }

    @Test
    void beginsWithTheOldestSnapshot() throws IOException {
        assertThat(words()).isEmpty();
        wal(0, 1).names.segment(1, 100, new byte[1]);
        assertThat(words()).isEmpty();
        assertThat(history().unreachable()).isEqualTo(3);
        snapshots(2, 3).wal(2, 3, 4);
        assertThat(words()).isEqualTo("2SWF 3SWF 4W");
        assertThat(history().unreachable()).isEqualTo(3);
        snapshots(0);
        assertThat(words()).isEqualTo("0SWF 1WF 2SWF 3SWF 4W");
        assertThat(history().unreachable()).isZero();
    }

    @Test
    void missesTheIndexesBetweenOthers() throws IOException {
        snapshots(0, 9).wal(0, 1, 3, 6, 9);
        assertThat(words()).isEqualTo("0SWF 1WF 2? 3WF 4? 6WF 7? 9SW");
        assertThat(history().steps().get(4).hole())
                .contains(Damage.of(WAL_FOLDER, "WAL index 00000004 is missing")
                        .expecting("index 00000004", "index 00000006"));
    }

    @Test
    void missesTheWalOfASnapshotThatOtherWalFollows() throws IOException {
        snapshots(0, 2, 4).wal(0, 1, 3, 5);
        assertThat(words()).isEqualTo("0SWF 1WF 2S? 3WF 4S? 5W");
        assertThat(history().steps().get(2).hole())
                .contains(Damage.of(WAL_FOLDER, "WAL index 00000002 is missing")
                        .expecting("index 00000002", "index 00000003"));
        wal(8);
        assertThat(words()).isEqualTo("0SWF 1WF 2S? 3WF 4S? 5WF 6? 8W");
    }

    @Test
    void missesTheWalOfAFirstSnapshotOnlyOnceMoreFollows() throws IOException {
        snapshots(3);
        assertThat(words()).isEqualTo("3S");
        wal(5);
        assertThat(words()).isEqualTo("3S? 4? 5W");
    }

    @Test
    void leavesOpenWhatMayStillCome() throws IOException {
        snapshots(0, 2).wal(0, 1);
        assertThat(words()).isEqualTo("0SWF 1W 2S");
        snapshots(4);
        assertThat(words()).isEqualTo("0SWF 1W 2S 2?? 4S");
        snapshots(7);
        assertThat(words()).isEqualTo("0SWF 1W 2S 2?? 4S 4?? 7S");
        assertThat(history().steps().get(5).hole())
                .contains(Damage.of(WAL_FOLDER, "WAL index 00000004 is missing")
                        .expecting("index 00000004", "index 00000007"));
        wal(7);
        assertThat(words()).isEqualTo("0SWF 1WF 2S? 3? 4S? 5? 7SW");
    }

    @Test
    void missesTheFirstSegmentOfAnIndex() throws IOException {
        snapshots(0, 1).wal(0, 2).names.segment(1, 0x218, new byte[1]).segment(1, 0x430, new byte[1]);
        assertThat(words()).isEqualTo("0SWF 1S? 2W");
        assertThat(history().steps().get(1).hole())
                .contains(Damage.of(names.walKey(1, 0x218), "the first segment of WAL index 00000001 is missing")
                        .expecting("offset 00000000", "00000218"));
    }

    @Test
    void givesEachIndexAllItsSegments() throws IOException {
        snapshots(0)
                .wal(0, 1)
                .names
                .segment(0, 100, new byte[1])
                .segment(1, 50, new byte[1])
                .segment(1, 90, new byte[1]);
        assertThat(history().steps().stream()
                        .map(step -> step.wal().orElseThrow().segments().stream()
                                .map(WalSegmentInfo::offset)
                                .toList()))
                .containsExactly(List.of(0L, 100L), List.of(0L, 50L, 90L));
        assertThat(history().steps()).allMatch(step -> step.wal().orElseThrow().end() == Long.MAX_VALUE);
    }

    @Test
    void countsWhatIsToBeRead() throws IOException {
        snapshots(0, 2).wal(0, 1).names.segment(1, 10, new byte[1000]);
        assertThat(history().objects()).isEqualTo(5);
        assertThat(history().bytes())
                .isEqualTo(names.store().keys().stream()
                        .mapToLong(key -> names.store().get(key).length)
                        .sum());
    }

    @Test
    void goesOnFromAPosition() throws IOException {
        snapshots(0, 1, 3).wal(0, 1, 2, 3);
        GenerationHistory all = history();
        assertThat(words(all.since(new Position(GENERATION, 1, 568), "memory"))).isEqualTo("1WF 2WF 3SW");
        assertThat(words(all.since(new Position(GENERATION, 1, 0), "memory"))).isEqualTo("1SWF 2WF 3SW");
        assertThat(words(all.since(new Position(GENERATION, 0, 1), "memory"))).isEqualTo("0WF 1SWF 2WF 3SW");
        assertThat(words(all.since(new Position(GENERATION, 3, 1), "memory"))).isEqualTo("3W");
        assertThat(words(all.since(new Position(GENERATION, 4, 1), "memory"))).isEmpty();
        assertThat(all.since(new Position(GENERATION, 1, 568), "memory").unreachable())
                .isZero();
        assertThat(all.since(new Position(GENERATION, 1, 568), "memory").catalog())
                .isSameAs(all.catalog());
    }

    @Test
    void keepsASnapshotThatHasTakenThePlaceOfTheOneBefore() throws IOException {
        wal(1).names.segment(1, 100, new byte[1]);
        names.at(time(10)).segment(1, 200, new byte[1]);
        Position known = new Position(GENERATION, 1, 200);
        snapshots(1);
        assertThat(words(history().since(known, "memory"))).isEqualTo("1SW");
        names.at(MemoryStore.TIME);
        snapshots(1);
        assertThat(words(history().since(known, "memory"))).isEqualTo("1W");
        // What was read of the position is of the snapshot's own time.
        names.at(time(10));
        snapshots(1);
        assertThat(words(history().since(new Position(GENERATION, 1, 201), "memory")))
                .isEqualTo("1W");
    }

    @Test
    void cannotGoOnFromBeforeTheOldestSnapshot() throws IOException {
        wal(0, 1, 2).snapshots(1);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> history().since(new Position(GENERATION, 0, 100), "memory"))
                .withMessageStartingWith(
                        "position " + GENERATION + "/00000000:00000064 is older than the oldest snapshot")
                .satisfies(e -> assertThat(e.location()).contains("memory"));
        GenerationHistory nothing = new GenerationHistory(history().catalog(), List.of(), 0);
        assertThat(nothing.since(new Position(GENERATION, 0, 100), "memory").steps())
                .isEmpty();
    }

    @Test
    void tellsWhenTheObjectWasMadeThatHoldsAPosition() throws IOException {
        snapshots(1);
        names.at(time(1)).segment(1, 0, new byte[1]);
        names.at(time(2)).segment(1, 100, new byte[1]);
        names.at(time(3)).segment(1, 200, new byte[1]);
        names.at(time(4)).segment(2, 0, new byte[1]);
        names.at(time(5)).snapshot(2, new byte[1]);
        assertThat(timeOf(1, 0)).isEqualTo(MemoryStore.TIME);
        assertThat(timeOf(1, 1)).isEqualTo(time(1));
        assertThat(timeOf(1, 100)).isEqualTo(time(1));
        assertThat(timeOf(1, 101)).isEqualTo(time(2));
        assertThat(timeOf(1, 9999)).isEqualTo(time(3));
        assertThat(timeOf(2, 9999)).isEqualTo(time(4));
        assertThat(timeOf(2, 0)).isEqualTo(time(5));
        assertThat(GenerationHistory.timeOf(history().catalog(), new Position(GENERATION, 3, 0)))
                .isEmpty();
        assertThat(GenerationHistory.timeOf(history().catalog(), new Position(GENERATION, 0, 9)))
                .isEmpty();
    }

    private Instant timeOf(long index, long offset) throws IOException {
        return GenerationHistory.timeOf(history().catalog(), new Position(GENERATION, index, offset))
                .orElseThrow();
    }

    @Test
    void findsTheFirstSegmentOfAnIndexOrOfALaterOne() throws IOException {
        wal(1, 2, 5).names.segment(2, 9, new byte[1]).segment(2, 99, new byte[1]);
        List<WalSegmentInfo> segments = history().catalog().segments();
        assertThat(List.of(0L, 1L, 2L, 3L, 5L, 6L).stream().map(index -> GenerationHistory.firstFrom(segments, index)))
                .containsExactly(0, 0, 1, 4, 4, 5);
        assertThat(GenerationHistory.firstFrom(List.of(), 1)).isZero();
    }
}
