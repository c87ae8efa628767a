// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the names of a replica alone tell of the states that can be restored, and of what is wrong with it. */
class ListedStatesTest {

    private static final byte[] ANY = new byte[1];

    private final LtxStore ltx = new LtxStore(512);
    private final ReplicaBytes generation = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    private List<LtxFileInfo> files() throws IOException {
        List<LtxFileInfo> files = new ArrayList<>();
        for (int level : new int[] {0, 1, 9}) {
            try (ReplicaIterator<LtxFileInfo> listed = ltx.client().files(level)) {
                while (listed.hasNext()) {
                    files.add(listed.next());
                }
            }
        }
        return files;
    }

    private void put(int level, int min, int max) {
        ltx.put(level, min, max, ANY);
    }

    private ListedDamages damages() throws IOException {
        return ListedDamages.of(generation.client().catalog(ReplicaBytes.GENERATION));
    }

    @Test
    void everyStateThatAFileEndsWithIsListedOnce() throws IOException {
        put(9, 1, 2);
        put(1, 3, 5);
        put(0, 5, 5);
        put(0, 6, 6);

        ListedLtx listed = ListedLtx.of(files(), "memory://test");

        assertThat(listed.states()).extracting(LtxFileInfo::maxTxid).containsExactly(txids(2, 5, 6));
        assertThat(listed.filesOf(new Txid(6)))
                .extracting(LtxFileInfo::key)
                .containsExactly(LtxStore.key(9, 1, 2), LtxStore.key(1, 3, 5), LtxStore.key(0, 6, 6));
        assertThat(listed.hole()).isEmpty();
        LtxRestorableRange range = LtxRestorableRange.of(files()).orElseThrow();
        assertThat(range.from().txid()).isEqualTo(new Txid(2));
        assertThat(range.to().txid()).isEqualTo(new Txid(6));
        assertThat(range.from().timestamp()).isEqualTo(MemoryStore.TIME);
        assertThat(range.states()).isEqualTo(3);
        assertThat(range.hole()).isEmpty();
    }

    @Test
    void whatLiesBehindAHoleIsNoStateAndTheHoleIsTold() throws IOException {
        put(9, 1, 2);
        put(0, 3, 3);
        put(0, 5, 5);

        ListedLtx listed = ListedLtx.of(files(), "memory://test");

        assertThat(listed.states()).extracting(LtxFileInfo::maxTxid).containsExactly(txids(2, 3));
        assertThat(listed.hole()).map(Damage::key).contains(LtxStore.key(0, 5, 5));
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> listed.filesOf(new Txid(5)))
                .withMessageContaining("transactions are in no file");
        assertThat(LtxRestorableRange.of(files()).orElseThrow().hole()).isEqualTo(listed.hole());
    }

    @Test
    void nothingCanBeRestoredWithoutABeginning() throws IOException {
        assertThat(LtxRestorableRange.of(List.of())).isEmpty();
        assertThat(ListedLtx.of(List.of(), "memory://test").hole()).isEmpty();
        put(0, 2, 2);
        assertThat(LtxRestorableRange.of(files())).isEmpty();
        assertThat(ListedLtx.of(files(), "memory://test").hole()).isPresent();
    }

    @Test
    void nothingIsWrongWithAWholeGenerationNorWithAnEmptyOne() throws IOException {
        assertThat(damages()).isEqualTo(new ListedDamages(List.of(), List.of()));
        generation.snapshot(0, ANY).segment(0, 0, ANY).segment(0, 100, ANY).segment(1, 0, ANY);
        assertThat(damages()).isEqualTo(new ListedDamages(List.of(), List.of()));
    }

    @Test
    void aGenerationWithoutSnapshotIsDamaged() throws IOException {
        generation.segment(0, 0, ANY);
        assertThat(damages().damages()).singleElement().asString().contains("snapshot");
        assertThat(damages().openQuestions()).isEmpty();
    }

    @Test
    void aHoleInTheWalIsDamage() throws IOException {
        generation.snapshot(0, ANY).segment(0, 0, ANY).segment(2, 0, ANY);
        assertThat(damages().damages()).singleElement().asString().contains("1");
        assertThat(damages().openQuestions()).isEmpty();
    }

    @Test
    void walThatMayStillComeIsAnOpenQuestion() throws IOException {
        generation.snapshot(0, ANY).segment(0, 0, ANY).snapshot(2, ANY);
        assertThat(damages().damages()).isEmpty();
        assertThat(damages().openQuestions()).isNotEmpty();
    }

    private static Txid[] txids(long... values) {
        Txid[] txids = new Txid[values.length];
        for (int i = 0; i < values.length; i++) {
            txids[i] = new Txid(values[i]);
        }
        return txids;
    }
}
