// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.wal.WalHeader;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WalJoinsTest {

    private static WalIndex index(long index) {
        String key = "generations/" + ReplicaBytes.GENERATION + "/wal/" + index;
        ObjectInfo object = new ObjectInfo(key, 1, MemoryStore.TIME, Optional.empty(), Optional.empty());
        return new WalIndex(index, List.of(new WalSegmentInfo(ReplicaBytes.GENERATION, index, 0, object)));
    }

    private static WalHeader header(int sequence, int salt1, int salt2) {
        return new WalHeader(ByteOrder.BIG_ENDIAN, 512, sequence, salt1, salt2, 0);
    }

    @Test
    void aSaltOneHigherProvesAJoinAlsoWhereItTurnsNegative() throws Exception {
        WalJoins joins = new WalJoins(ReplicaLayout.NESTED);
        joins.add(index(2), header(9, Integer.MIN_VALUE + 1, 5));
        joins.add(index(1), header(8, Integer.MIN_VALUE, 6));
        joins.add(index(0), header(7, Integer.MAX_VALUE, 7));
        assertThat(joins.unproved()).isZero();
    }

    @Test
    void saysWhichSaltAnIndexThatDoesNotFollowShouldHave() throws Exception {
        WalJoins joins = new WalJoins(ReplicaLayout.NESTED);
        joins.add(index(1), header(0, 0x50, 5));
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> joins.add(index(0), header(1, 0x3e8, 6)))
                .withMessageContaining("WAL index 1 does not continue index 0")
                .satisfies(e -> {
                    assertThat(e.damage().key()).endsWith("/1");
                    assertThat(e.damage().offset()).hasValue(16);
                    assertThat(e.damage().expected()).contains("salt-1 000003e9");
                    assertThat(e.damage().actual()).contains("00000050");
                });
    }

    @Test
    void aNewFileIsLegalInTheFlatLayoutOnly() throws Exception {
        WalJoins joins = new WalJoins(ReplicaLayout.V03_FLAT);
        joins.add(index(2), header(0, 0x50, 5));
        joins.add(index(1), header(3, 0x3e8, 6));
        joins.add(index(0), header(2, 0x3e7, 7));
        assertThat(joins.unproved()).isEqualTo(1);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> joins.add(index(0), header(2, 0x50, 5)))
                .withMessageContaining("WAL index 2 is a copy of index 0");
    }
}
