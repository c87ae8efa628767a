// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.FaultyStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.store.RetryPolicy;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The questions and the fixtures of Litestream's own tests, by their peer numbers. Upstream tells a failure to list from one
 * of an iteration that had begun; here one listing is read to its end at once, so that both are told as the former.
 */
class ReplicasTest {

    private static final Generation GENERATION = new Generation("0123456789abcdef");
    private static final Generation G0 = new Generation("0000000000000000");
    private static final Generation G1 = new Generation("0000000000000001");
    private static final Generation G2 = new Generation("0000000000000002");
    private static final Instant JAN1 = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant JAN2 = Instant.parse("2000-01-02T00:00:00Z");
    private static final Instant JAN3 = Instant.parse("2000-01-03T00:00:00Z");

    private final MemoryStore store = new MemoryStore();
    private final FaultyStore faulty = new FaultyStore(store);
    private final ReplicaClient client = ReplicaClient.over("memory", faulty, RetryPolicy.NEVER);

    @AfterEach
    void leavesNothingOpen() {
        assertThat(store.openStreams()).isZero();
    }

    // ---- findSnapshotForIndex

    @Test
    void peer1FindsSnapshotBelowIndex() throws IOException {
        snapshot(GENERATION, 0x7d1, JAN1);
        snapshot(GENERATION, 0x3e8, JAN1);
        snapshot(GENERATION, 0x1f4, JAN1);

        assertThat(Replicas.findSnapshotForIndex(client, GENERATION, 0x7d0).index())
                .isEqualTo(0x3e8);
    }

    @Test
    void peer2FindsSnapshotAtIndex() throws IOException {
        snapshot(GENERATION, 0x1f4, JAN1);
        snapshot(GENERATION, 0x3e8, JAN1);
        snapshot(GENERATION, 0x7d0, JAN1);

        assertThat(Replicas.findSnapshotForIndex(client, GENERATION, 0x3e8).index())
                .isEqualTo(0x3e8);
        assertThat(Replicas.findSnapshotForIndex(catalog(), 0x3e8))
                .hasValueSatisfying(found -> assertThat(found.index()).isEqualTo(0x3e8));
    }

    @Test
    void peer3FindsNoSnapshotBeforeTheFirst() throws IOException {
        snapshot(GENERATION, 0x7d0, JAN1);

        assertThatThrownBy(() -> Replicas.findSnapshotForIndex(client, GENERATION, 0x3e8))
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessage("no snapshots available at or before index 000003e8 in generation 0123456789abcdef of"
                        + " memory://test; the first one is of index 000007d0");
        assertThat(Replicas.findSnapshotForIndex(catalog(), 0x3e8)).isEmpty();
    }

    @Test
    void peer4EmptyGenerationHasNoSnapshotForIndex() throws IOException {
        assertNoSnapshots(() -> Replicas.findSnapshotForIndex(client, GENERATION, 0x3e8));
        assertThat(Replicas.findSnapshotForIndex(catalog(), 0x3e8)).isEmpty();
    }

    @Test
    void peers5And6FailureToListIsToldBySnapshotForIndex() {
        assertToldWhereverListingFails(
                "snapshots: marker", () -> Replicas.findSnapshotForIndex(client, GENERATION, 0x3e8));
    }

    // ---- snapshotTimeBounds

    @Test
    void peer7BoundsSnapshots() throws IOException {
        snapshot(GENERATION, 0, JAN1);
        snapshot(GENERATION, 1, JAN3);
        snapshot(GENERATION, 2, JAN2);

        assertThat(Replicas.snapshotTimeBounds(client, GENERATION)).isEqualTo(new TimeBounds(JAN1, JAN3));
        assertThat(Replicas.snapshotTimeBounds(catalog())).contains(new TimeBounds(JAN1, JAN3));
    }

    @Test
    void peer8NoSnapshotsHaveNoBounds() throws IOException {
        segment(GENERATION, 0, 0, JAN1);

        assertNoSnapshots(() -> Replicas.snapshotTimeBounds(client, GENERATION));
        assertThat(Replicas.snapshotTimeBounds(catalog())).isEmpty();
    }

    @Test
    void peers9And10FailureToListIsToldBySnapshotBounds() {
        assertToldWhereverListingFails("snapshots: marker", () -> Replicas.snapshotTimeBounds(client, GENERATION));
    }

    // ---- walTimeBounds

    @Test
    void peer11BoundsWal() throws IOException {
        segment(GENERATION, 0, 0, JAN1);
        segment(GENERATION, 0, 0x1020, JAN2);
        segment(GENERATION, 1, 0, JAN3);

        assertThat(Replicas.walTimeBounds(client, GENERATION)).isEqualTo(new TimeBounds(JAN1, JAN3));
        assertThat(Replicas.walTimeBounds(catalog())).contains(new TimeBounds(JAN1, JAN3));
    }

    @Test
    void peer12NoWalHasNoBounds() throws IOException {
        snapshot(GENERATION, 0, JAN1);

        assertNoWal(() -> Replicas.walTimeBounds(client, GENERATION));
        assertThat(Replicas.walTimeBounds(catalog())).isEmpty();
    }

    @Test
    void peers13And14FailureToListIsToldByWalBounds() {
        assertToldWhereverListingFails("wal segments: marker", () -> Replicas.walTimeBounds(client, GENERATION));
    }

    // ---- generationTimeBounds

    @Test
    void peer15BoundsSnapshotsAndWal() throws IOException {
        snapshot(GENERATION, 0, JAN1);
        snapshot(GENERATION, 1, JAN2);
        segment(GENERATION, 0, 0, JAN1);
        segment(GENERATION, 1, 0, JAN3);

        assertThat(Replicas.generationTimeBounds(client, GENERATION)).isEqualTo(new TimeBounds(JAN1, JAN3));
        assertThat(store.listed()).containsOnlyKeys("generations/" + GENERATION + "/");
        assertThat(store.listed().values()).hasToString("[1]");
    }

    @Test
    void peer16BoundsSnapshotsWithoutWal() throws IOException {
        snapshot(GENERATION, 0, JAN1);
        snapshot(GENERATION, 1, JAN2);

        assertThat(Replicas.generationTimeBounds(client, GENERATION)).isEqualTo(new TimeBounds(JAN1, JAN2));
    }

    @Test
    void generationBeginsWithItsSnapshotAndMayEndWithOne() throws IOException {
        snapshot(GENERATION, 1, JAN2);
        segment(GENERATION, 1, 0, JAN1);

        assertThat(Replicas.generationTimeBounds(client, GENERATION)).isEqualTo(new TimeBounds(JAN2, JAN2));
    }

    @Test
    void peer17GenerationWithoutSnapshotHasNoBounds() throws IOException {
        segment(GENERATION, 1, 0, JAN1);

        assertNoSnapshots(() -> Replicas.generationTimeBounds(client, GENERATION));
        assertThat(Replicas.generationTimeBounds(catalog())).isEmpty();
    }

    // 18 is "wal segments: marker" upstream, after the snapshots were listed well. One listing has one word for both.
    @Test
    void peer18FailureToListIsToldByGenerationBounds() {
        assertToldWhereverListingFails("snapshots: marker", () -> Replicas.generationTimeBounds(client, GENERATION));
    }

    // ---- findLatestGeneration

    @Test
    void peer19FindsTheGenerationUpdatedLast() throws IOException {
        threeGenerations();

        assertThat(Replicas.findLatestGeneration(client)).isEqualTo(G1);
        assertThat(Replicas.findLatestGeneration(catalogs())).contains(G1);
    }

    @Test
    void theFirstOfGenerationsUpdatedAtOnceIsLatest() throws IOException {
        snapshot(G2, 0, JAN3);
        snapshot(G1, 0, JAN3);
        snapshot(G0, 0, JAN1);

        assertThat(Replicas.findLatestGeneration(client)).isEqualTo(G1);
    }

    @Test
    void peer20NoGenerationIsLatest() throws IOException {
        assertNoGeneration(EmptyReplicaException.class, () -> Replicas.findLatestGeneration(client));
        assertThat(Replicas.findLatestGeneration(List.of())).isEmpty();

        store.put("generations/" + G0 + "/readme", new byte[1]);
        assertNoGeneration(EmptyReplicaException.class, () -> Replicas.findLatestGeneration(client));
    }

    @Test
    void peer21FailureToListGenerationsIsToldByLatest() {
        faulty.failAt("listFolders", new IOException("marker"));

        assertThatThrownBy(() -> Replicas.findLatestGeneration(client)).hasMessage("generations: marker");
    }

    @Test
    void peer22FailureToListAGenerationIsToldByLatest() {
        threeGenerations();

        assertToldWhereverListingFails(
                "generation time bounds: snapshots: marker", () -> Replicas.findLatestGeneration(client));
    }

    // On purpose not as upstream, where one such generation fails the whole question.
    @Test
    void generationWithoutSnapshotIsPassedOver() throws IOException {
        snapshot(G0, 0, JAN1);
        snapshot(G1, 0, JAN2);
        segment(G2, 0, 0, JAN3);

        assertThat(Replicas.findLatestGeneration(client)).isEqualTo(G1);
        assertThat(Replicas.findLatestGeneration(catalogs())).contains(G1);
        assertThat(Replicas.timeBounds(client)).isEqualTo(new TimeBounds(JAN1, JAN2));
        assertThat(Replicas.timeBounds(catalogs())).contains(new TimeBounds(JAN1, JAN2));
    }

    // Not the exception that -if-replica-exists forgives: there is data, and it cannot be used.
    @Test
    void generationsWithoutAnySnapshotAreNoEmptyReplica() {
        segment(G1, 0, 0, JAN3);

        assertNoGeneration(TargetNotAvailableException.class, () -> Replicas.findLatestGeneration(client));
        assertNoGeneration(TargetNotAvailableException.class, () -> Replicas.timeBounds(client));
    }

    @Test
    void dataOfAnotherFormatIsNoEmptyReplica() {
        store.put("ltx/0/0000000000000001-0000000000000001.ltx", new byte[1]);

        assertNoGeneration(UnsupportedReplicaException.class, () -> Replicas.findLatestGeneration(client));
        assertThatThrownBy(() -> Replicas.findLatestGeneration(client))
                .hasMessageEndingWith("which holds Litestream 0.5 (LTX) data, which has no generations");
    }

    // ---- timeBounds

    @Test
    void peer23BoundsAllGenerations() throws IOException {
        threeGenerations();

        assertThat(Replicas.timeBounds(client)).isEqualTo(new TimeBounds(JAN1, JAN3));
        assertThat(Replicas.timeBounds(catalogs())).contains(new TimeBounds(JAN1, JAN3));
    }

    @Test
    void peer24NoGenerationsHaveNoBounds() {
        assertNoGeneration(EmptyReplicaException.class, () -> Replicas.timeBounds(client));
        assertThat(Replicas.timeBounds(List.of())).isEmpty();
    }

    @Test
    void peer25FailureToListGenerationsIsToldByBounds() {
        faulty.failAt("listFolders", new IOException("marker"));

        assertThatThrownBy(() -> Replicas.timeBounds(client)).hasMessage("generations: marker");
    }

    @Test
    void peer26FailureToListAGenerationIsToldByBounds() {
        threeGenerations();

        assertToldWhereverListingFails("generation time bounds: snapshots: marker", () -> Replicas.timeBounds(client));
    }

    // ---- highest and lowest indexes

    @Test
    void peer27FindsMaxSnapshotIndex() throws IOException {
        snapshot(GENERATION, 0x7d0, JAN1);
        snapshot(GENERATION, 0x3e8, JAN2);
        segment(GENERATION, 0x7d1, 0, JAN3);

        assertThat(Replicas.findMaxSnapshotIndexByGeneration(client, GENERATION))
                .isEqualTo(0x7d0);
        assertThat(Replicas.findMaxSnapshotIndexByGeneration(catalog())).hasValue(0x7d0);
    }

    @Test
    void peer28NoSnapshotsHaveNoMaxIndex() throws IOException {
        assertNoSnapshots(() -> Replicas.findMaxSnapshotIndexByGeneration(client, GENERATION));
        assertThat(Replicas.findMaxSnapshotIndexByGeneration(catalog())).isEmpty();
    }

    @Test
    void peers29And30FailureToListIsToldByMaxSnapshotIndex() {
        assertToldWhereverListingFails(
                "snapshots: marker", () -> Replicas.findMaxSnapshotIndexByGeneration(client, GENERATION));
    }

    @Test
    void peer31FindsMaxWalIndex() throws IOException {
        segment(GENERATION, 0, 0, JAN1);
        segment(GENERATION, 0, 0x1020, JAN1);
        segment(GENERATION, 1, 0, JAN1);

        assertThat(Replicas.findMaxWalIndexByGeneration(client, GENERATION)).isEqualTo(1);
        assertThat(Replicas.findMaxWalIndexByGeneration(catalog())).hasValue(1);
    }

    @Test
    void peer32NoWalHasNoMaxIndex() throws IOException {
        snapshot(GENERATION, 0, JAN1);

        assertNoWal(() -> Replicas.findMaxWalIndexByGeneration(client, GENERATION));
        assertThat(Replicas.findMaxWalIndexByGeneration(catalog())).isEmpty();
    }

    @Test
    void peers33And34FailureToListIsToldByMaxWalIndex() {
        assertToldWhereverListingFails(
                "wal segments: marker", () -> Replicas.findMaxWalIndexByGeneration(client, GENERATION));
    }

    @Test
    void peer35FindsMaxIndexInWal() throws IOException {
        snapshot(GENERATION, 0, JAN1);
        snapshot(GENERATION, 1, JAN1);
        segment(GENERATION, 2, 0, JAN1);

        assertThat(Replicas.findMaxIndexByGeneration(client, GENERATION)).isEqualTo(2);
        assertThat(Replicas.findMaxIndexByGeneration(catalog())).hasValue(2);
    }

    @Test
    void peer36FindsMaxIndexWithoutWal() throws IOException {
        snapshot(GENERATION, 1, JAN1);

        assertThat(Replicas.findMaxIndexByGeneration(client, GENERATION)).isEqualTo(1);
    }

    @Test
    void peer37FindsMaxIndexInSnapshots() throws IOException {
        snapshot(GENERATION, 1, JAN1);
        segment(GENERATION, 0, 0, JAN1);

        assertThat(Replicas.findMaxIndexByGeneration(client, GENERATION)).isEqualTo(1);
    }

    @Test
    void peer38WithoutSnapshotsThereIsNoMaxIndex() throws IOException {
        segment(GENERATION, 0, 0, JAN1);

        assertNoSnapshots(() -> Replicas.findMaxIndexByGeneration(client, GENERATION));
        assertThat(Replicas.findMaxIndexByGeneration(catalog())).isEmpty();
    }

    // 40 is "max wal index: wal segments: marker" upstream, after the snapshots were listed well. One listing has one
    // word.
    @Test
    void peers39And40FailureToListIsToldByMaxIndex() {
        assertToldWhereverListingFails(
                "max snapshot index: snapshots: marker", () -> Replicas.findMaxIndexByGeneration(client, GENERATION));
    }

    @Test
    void peer101FindsMinSnapshot() throws IOException {
        snapshot(GENERATION, 0x7d0, JAN1);
        snapshot(GENERATION, 0x3e8, JAN3);
        snapshot(G0, 1, JAN1);

        assertThat(Replicas.findMinSnapshotByGeneration(client, GENERATION).index())
                .isEqualTo(0x3e8);
        assertThat(Replicas.findMinSnapshotByGeneration(catalog()))
                .hasValueSatisfying(found -> assertThat(found.createdAt()).isEqualTo(JAN3));
        assertThat(Replicas.findMinSnapshotByGeneration(client.catalog(G1))).isEmpty();
        assertNoSnapshots(() -> Replicas.findMinSnapshotByGeneration(client, G1));
        assertToldWhereverListingFails(
                "snapshots: marker", () -> Replicas.findMinSnapshotByGeneration(client, GENERATION));
    }

    @Test
    void findsTheSnapshotMadeLastByATime() throws IOException {
        snapshot(GENERATION, 1, JAN1);
        snapshot(GENERATION, 2, JAN3);
        snapshot(GENERATION, 3, JAN2);
        snapshot(GENERATION, 4, JAN2);

        assertThat(Replicas.snapshotIndexAt(client, GENERATION, JAN1)).isEqualTo(1);
        assertThat(Replicas.snapshotIndexAt(client, GENERATION, JAN2)).isEqualTo(3);
        assertThat(Replicas.snapshotIndexAt(client, GENERATION, JAN3.minusNanos(1)))
                .isEqualTo(3);
        assertThat(Replicas.snapshotIndexAt(client, GENERATION, Instant.MAX)).isEqualTo(2);
        assertNoSnapshots(() -> Replicas.snapshotIndexAt(client, GENERATION, JAN1.minusNanos(1)));
        assertNoSnapshots(() -> Replicas.snapshotIndexAt(client, G0, Instant.MAX));
    }

    // ---- failures keep their type

    @Test
    void failureToListKeepsItsType() {
        faulty.failAt("list", new StoreAccessException("denied", "memory://test", null));
        assertThatThrownBy(() -> Replicas.snapshotTimeBounds(client, GENERATION))
                .isInstanceOfSatisfying(
                        StoreAccessException.class,
                        access -> assertThat(access.location()).contains("memory://test"))
                .hasMessage("snapshots: denied");

        faulty.failAt("list", new StoreUnavailableException("no route", "memory://test", null));
        assertThatThrownBy(() -> Replicas.walTimeBounds(client, GENERATION))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("wal segments: no route")
                .hasCauseInstanceOf(StoreUnavailableException.class);

        // A type that is not ours, or that names one object, has no room for more words.
        IOException foreign = new EOFException("marker");
        faulty.failAt("list", foreign);
        assertThatThrownBy(() -> Replicas.snapshotTimeBounds(client, GENERATION))
                .isSameAs(foreign);
    }

    @Test
    void timeBoundsDoNotEndBeforeTheyBegin() {
        assertThatThrownBy(() -> new TimeBounds(JAN2, JAN1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new TimeBounds(JAN1, JAN2).with(new TimeBounds(JAN2, JAN3))).isEqualTo(new TimeBounds(JAN1, JAN3));
        assertThat(new TimeBounds(JAN2, JAN2).with(new TimeBounds(JAN1, JAN3))).isEqualTo(new TimeBounds(JAN1, JAN3));
    }

    // ---- what the tests are made of

    private void threeGenerations() {
        snapshot(G0, 0, JAN1);
        segment(G0, 0, 0, JAN2);
        snapshot(G1, 0, JAN2);
        segment(G1, 0, 0, JAN3);
        snapshot(G2, 0, JAN2);
    }

    private void snapshot(Generation generation, long index, Instant time) {
        new ReplicaBytes(store, ReplicaLayout.V03_FLAT, generation).at(time).snapshot(index, new byte[1]);
    }

    private void segment(Generation generation, long index, long offset, Instant time) {
        new ReplicaBytes(store, ReplicaLayout.V03_FLAT, generation).at(time).segment(index, offset, new byte[1]);
    }

    private GenerationCatalog catalog() throws IOException {
        return client.catalog(GENERATION);
    }

    private List<GenerationCatalog> catalogs() throws IOException {
        List<GenerationCatalog> catalogs = new ArrayList<>();
        for (Generation generation : client.generations()) {
            catalogs.add(client.catalog(generation));
        }
        return catalogs;
    }

    /** Fails listing at its opening, its iteration and its closing. */
    private void assertToldWhereverListingFails(String message, ThrowingCallable question) {
        for (String operation : List.of("list", "next", "close")) {
            // There must be something to iterate over.
            snapshot(GENERATION, 0x3e8, JAN1);
            segment(GENERATION, 0x3e8, 0, JAN1);
            faulty.failAt(operation, new IOException("marker"));
            assertThatThrownBy(question)
                    .as(operation)
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage(message);
        }
        faulty.failAt("", new IOException("marker"));
    }

    private static void assertNoSnapshots(ThrowingCallable question) {
        assertThatThrownBy(question)
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessageMatching("no snapshots available in generation [0-9a-f]{16} of memory://test");
    }

    private static void assertNoWal(ThrowingCallable question) {
        assertThatThrownBy(question)
                .isInstanceOf(TargetNotAvailableException.class)
                .hasMessage("no wal segments available in generation " + GENERATION + " of memory://test");
    }

    private static void assertNoGeneration(Class<? extends IOException> type, ThrowingCallable question) {
        assertThatThrownBy(question)
                .isInstanceOf(type)
                .hasMessageStartingWith("no generation available in memory://test");
    }
}
