// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the refusal of damaged LTX files says of what is left: no more than was proved, and not at any price. */
class LtxSalvageTest {

    private static final Damage DAMAGE = Damage.of(key(0, 4, 4), "it is wrong");

    private final LtxStore replica = new LtxStore(512);

    /** A file that cannot be read, of the length of one that can. */
    private void broken(String key, int txid) {
        byte[] bytes = replica.content(txid, txid, 1, Map.of(1, txid)).bytes();
        bytes[bytes.length - 1] ^= 1;
        replica.store().put(key, bytes);
    }

    private long size(String key) {
        return replica.store().get(key).length;
    }

    private DamagedReplicaException told(long mostRead) throws IOException {
        RestoreOptions inTurn =
                RestoreOptions.builder().parallelism(1).requests(1).build();
        return new LtxSalvage(replica.client(), inTurn, mostRead)
                .told(new DamagedReplicaException(DAMAGE), LtxBounds.STRICT.keepingAwayFrom(DAMAGE));
    }

    @Test
    void promisesOnlyWhatItHasRead() throws IOException {
        replica.snapshot(9, 1, 1, 1).file(0, 2, 2, 1, Map.of(1, 2)).file(0, 4, 4, 1, Map.of(1, 4));
        broken(key(0, 3, 3), 3);

        DamagedReplicaException told = told(Salvage.MOST_READ);

        assertThat(told.isSalvageable()).isTrue();
        assertThat(told).hasMessageEndingWith("; still restorable, by best effort: up to transaction " + new Txid(2));
    }

    @Test
    void saysPerhapsWhereTheProofWouldTakeTooMuchReading() throws IOException {
        replica.snapshot(9, 1, 1, 1).file(0, 4, 4, 1, Map.of(1, 4));
        long needed = size(key(9, 1, 1));

        assertThat(told(needed))
                .hasMessageEndingWith("; still restorable, by best effort: up to transaction " + new Txid(1));
        replica.store().opened().clear();
        DamagedReplicaException perhaps = told(needed - 1);
        assertThat(perhaps.isSalvageable()).isTrue();
        assertThat(perhaps)
                .hasMessageContaining("; perhaps restorable, by best effort: up to transaction " + new Txid(1))
                .hasMessageEndingWith("that takes reading " + needed + " bytes");
        assertThat(replica.store().opened()).isEmpty();
    }

    /** What has been read in vain counts too, or damage all over would lead to one download after another. */
    @Test
    void readsNoMoreThanItMayForAllProofsTogether() throws IOException {
        replica.snapshot(9, 1, 1, 1)
                .file(0, 2, 2, 1, Map.of(1, 2))
                .file(1, 2, 2, 1, Map.of(1, 2))
                .file(0, 3, 3, 1, Map.of(1, 3))
                .file(0, 4, 4, 1, Map.of(1, 4));
        LtxRestorePlan plan = LtxRestorer.of(replica.client()).plan();
        long most = plan.bytes() - size(key(0, 4, 4));
        // One of the two is damaged, so that the newer file is read in vain first.
        broken(plan.files().get(1).key(), 2);

        assertThat(told(2 * most))
                .hasMessageEndingWith("; still restorable, by best effort: up to transaction " + new Txid(3));
        assertThat(told(most))
                .hasMessageContaining("; perhaps restorable, by best effort: up to transaction " + new Txid(3));
    }
}
