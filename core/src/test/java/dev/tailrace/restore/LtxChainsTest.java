// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LtxChainsTest {

    private static final String LOCATION = "memory:";

    @Test
    void takesASnapshotAlone() throws Exception {
        LtxChain plan = planner(file(9, 1, 7)).newest();

        assertThat(ranges(plan)).containsExactly("9/1-7");
        assertThat(plan.txid()).isEqualTo(new Txid(7));
        assertThat(plan.size()).isEqualTo(7);
    }

    @Test
    void takesTheFewestFilesAfterTheSnapshot() throws Exception {
        LtxChains planner =
                planner(file(0, 8, 8), file(0, 9, 9), file(0, 10, 10), file(0, 11, 11), file(1, 8, 10), file(9, 1, 7));

        assertThat(ranges(planner.newest())).containsExactly("9/1-7", "1/8-10", "0/11-11");
        assertThat(ranges(planner.at(new Txid(9)))).containsExactly("9/1-7", "0/8-8", "0/9-9");
        assertThat(ranges(planner.at(new Txid(7)))).containsExactly("9/1-7");
    }

    @Test
    void needsNoSnapshotWhereAnotherFileHoldsTheWholeDatabase() throws Exception {
        assertThat(ranges(
                        planner(file(9, 1, 4), file(3, 1, 30), file(0, 31, 31)).newest()))
                .containsExactly("3/1-30", "0/31-31");
        assertThat(ranges(planner(file(0, 1, 1), file(0, 2, 2)).newest())).containsExactly("0/1-1", "0/2-2");
    }

    @Test
    void resolvesOverlaps() throws Exception {
        LtxChains planner = planner(file(9, 1, 18), file(3, 1, 30), file(2, 20, 45), file(1, 31, 40), file(1, 41, 50));

        assertThat(ranges(planner.newest())).containsExactly("3/1-30", "2/20-45", "1/41-50");
        assertThat(ranges(planner.at(new Txid(40)))).containsExactly("3/1-30", "1/31-40");
        assertThat(ranges(planner.at(new Txid(18)))).containsExactly("9/1-18");
    }

    @Test
    void readsLessWhereFilesEndAlike() throws Exception {
        assertThat(ranges(planner(file(9, 1, 4), file(1, 5, 9, 10), file(2, 3, 9, 9), file(3, 2, 9, 11))
                        .newest()))
                .containsExactly("9/1-4", "2/3-9");
    }

    @Test
    void refusesAHoleBeforeTheTargetAndNamesIt() {
        LtxChains planner = planner(file(9, 1, 24), file(1, 20, 32), file(0, 33, 33), file(0, 36, 36), file(0, 35, 35));

        for (long target : new long[] {34, 35, 36}) {
            assertThatExceptionOfType(DamagedReplicaException.class)
                    .isThrownBy(() -> planner.at(new Txid(target)))
                    .satisfies(e -> {
                        assertThat(e.damage().key()).isEqualTo(file(0, 35, 35).key());
                        assertThat(e.damage().expected()).contains("0000000000000022");
                        assertThat(e.damage().actual()).contains("0000000000000023");
                    });
        }
        assertThatExceptionOfType(DamagedReplicaException.class).isThrownBy(planner::newest);
    }

    @Test
    void doesNotMindAHoleAfterTheTargetOrCoveredByAnotherFile() throws Exception {
        LtxChains planner = planner(file(9, 1, 5), file(0, 6, 6), file(0, 9, 9), file(9, 1, 9), file(0, 20, 20));

        assertThat(ranges(planner.at(new Txid(6)))).containsExactly("9/1-5", "0/6-6");
        assertThat(ranges(planner.at(new Txid(9)))).containsExactly("9/1-9");
    }

    @Test
    void refusesAReplicaThatHoldsNoWholeDatabase() {
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> planner(file(0, 2, 2), file(0, 3, 3)).newest())
                .withMessageContaining("no file begins with the first transaction")
                .withMessageContaining(file(0, 2, 2).key());
    }

    @Test
    void saysWhatIsNearestToATransactionInsideACompactedFile() {
        LtxChains planner = planner(file(9, 1, 5), file(2, 6, 20), file(3, 1, 40), file(0, 41, 41));

        notAvailable(planner, 12, "nearest are 0000000000000005 before it and 0000000000000014 after it");
        notAvailable(planner, 25, "nearest are 0000000000000014 before it and 0000000000000028 after it");
        notAvailable(planner, 3, "nearest are 0000000000000005 after it");
    }

    @Test
    void namesEachStateOnceByTheLowestLevelThatEndsWithIt() {
        LtxChains planner = planner(
                file(9, 1, 5),
                file(1, 4, 8),
                file(0, 8, 8),
                file(3, 1, 8),
                file(0, 9, 9),
                file(9, 1, 9),
                file(0, 11, 11));

        assertThat(planner.states())
                .extracting(LtxFileInfo::level, file -> file.maxTxid().value())
                .containsExactly(tuple(9, 5L), tuple(0, 8L), tuple(0, 9L));
    }

    @Test
    void refusesATransactionThatIsNotThereYet() {
        notAvailable(planner(file(9, 1, 5), file(0, 6, 6)), 7, "the newest is 0000000000000006");
    }

    @Test
    void refusesAReplicaWithoutFiles() {
        assertThatExceptionOfType(EmptyReplicaException.class)
                .isThrownBy(() -> planner().newest());
        assertThatExceptionOfType(EmptyReplicaException.class)
                .isThrownBy(() -> planner().at(new Txid(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new LtxChain(List.of()));
    }

    @Test
    void reachesTheLargestTransactionThereCanBe() throws Exception {
        assertThat(ranges(planner(file(9, 1, Long.MAX_VALUE - 1), file(0, Long.MAX_VALUE, Long.MAX_VALUE))
                        .newest()))
                .hasSize(2);
    }

    /** Against a search through all ways there are, on random sets of files. */
    @Test
    void neverTakesMoreFilesThanNeededAndNeverMissesAWay() throws Exception {
        Random random = new Random(3);
        int planned = 0;
        int holes = 0;
        int inside = 0;
        for (int round = 0; round < 20_000; round++) {
            List<LtxFileInfo> files = randomFiles(random);
            int newest = files.stream()
                    .mapToInt(file -> (int) file.maxTxid().value())
                    .max()
                    .orElseThrow();
            Collections.shuffle(files, random);
            LtxChains planner = new LtxChains(files, LOCATION);
            int[] needed = fewestNeeded(files, newest);
            for (int target = 1; target <= newest; target++) {
                try {
                    LtxChain plan = planner.at(new Txid(target));
                    isAWay(plan, target);
                    assertThat(plan.files()).as("%s to %d", files, target).hasSize(needed[target]);
                    planned++;
                } catch (DamagedReplicaException e) {
                    assertThat(needed[target]).isEqualTo(Integer.MAX_VALUE);
                    assertThat(isCovered(files, target))
                            .as("%s to %d", files, target)
                            .isFalse();
                    holes++;
                } catch (TargetNotAvailableException e) {
                    assertThat(needed[target]).isEqualTo(Integer.MAX_VALUE);
                    assertThat(isCovered(files, target))
                            .as("%s to %d", files, target)
                            .isTrue();
                    namesTheNearest(e, needed, target);
                    inside++;
                }
            }
        }
        assertThat(List.of(planned, holes, inside))
                .allSatisfy(count -> assertThat(count).isGreaterThan(1_000));
    }

    private static List<LtxFileInfo> randomFiles(Random random) {
        List<LtxFileInfo> files = new ArrayList<>();
        int count = 1 + random.nextInt(9);
        for (int i = 0; i < count; i++) {
            boolean snapshot = random.nextInt(4) == 0;
            int min = snapshot ? 1 : 1 + random.nextInt(12);
            int max = min + random.nextInt(random.nextBoolean() ? 1 : 6);
            files.add(file(snapshot ? 9 : random.nextInt(4), min, max, random.nextInt(5)));
        }
        return files;
    }

    /** By target: how many files lead to it at least. */
    private static int[] fewestNeeded(List<LtxFileInfo> files, int newest) {
        int[] needed = new int[newest + 1];
        Arrays.fill(needed, 1, needed.length, Integer.MAX_VALUE);
        for (int to = 1; to <= newest; to++) {
            for (LtxFileInfo file : files) {
                if (file.maxTxid().value() == to) {
                    for (int from = (int) file.minTxid().value() - 1; from < to; from++) {
                        if (needed[from] != Integer.MAX_VALUE) {
                            needed[to] = Math.min(needed[to], needed[from] + 1);
                        }
                    }
                }
            }
        }
        return needed;
    }

    private static boolean isCovered(List<LtxFileInfo> files, int target) {
        for (long txid = 1; txid <= target; txid++) {
            long wanted = txid;
            if (files.stream()
                    .noneMatch(file ->
                            file.minTxid().value() <= wanted && file.maxTxid().value() >= wanted)) {
                return false;
            }
        }
        return true;
    }

    private static void isAWay(LtxChain plan, long target) {
        long reached = 0;
        for (LtxFileInfo file : plan.files()) {
            assertThat(file.minTxid().value()).isLessThanOrEqualTo(reached + 1);
            assertThat(file.maxTxid().value()).isGreaterThan(reached);
            reached = file.maxTxid().value();
        }
        assertThat(reached).isEqualTo(target);
        assertThat(plan.txid()).isEqualTo(new Txid(target));
    }

    private static void namesTheNearest(TailraceException e, int[] needed, int target) {
        int below = target - 1;
        while (below > 0 && needed[below] == Integer.MAX_VALUE) {
            below--;
        }
        int above = target + 1;
        while (above < needed.length && needed[above] == Integer.MAX_VALUE) {
            above++;
        }
        if (below > 0) {
            assertThat(e).hasMessageContaining(new Txid(below) + " before it");
        } else {
            assertThat(e.getMessage()).doesNotContain("before it");
        }
        assertThat(above).isLessThan(needed.length);
        assertThat(e).hasMessageContaining(new Txid(above) + " after it");
    }

    private static void notAvailable(LtxChains planner, long target, String message) {
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> planner.at(new Txid(target)))
                .withMessageContaining(new Txid(target).toString())
                .withMessageContaining(LOCATION)
                .withMessageEndingWith(message);
    }

    private static LtxChains planner(LtxFileInfo... files) {
        return new LtxChains(List.of(files), LOCATION);
    }

    private static LtxFileInfo file(int level, long min, long max) {
        return file(level, min, max, max);
    }

    private static LtxFileInfo file(int level, long min, long max, long size) {
        String key = "ltx/" + level + "/" + new Txid(min) + "-" + new Txid(max) + ".ltx";
        ObjectInfo object = new ObjectInfo(key, size, Instant.EPOCH, Optional.empty(), Optional.empty());
        return LtxFileInfo.of(LtxTree.LTX_FOLDER, level, object).orElseThrow();
    }

    private static List<String> ranges(LtxChain plan) {
        return plan.files().stream()
                .map(file -> file.level() + "/" + file.minTxid().value() + "-"
                        + file.maxTxid().value())
                .toList();
    }
}
