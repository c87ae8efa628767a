// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.MemoryStore.TIME;
import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a plan says of itself: how much it reads, and where it ends. */
class RestorePlanTest {

    private static RestorePlan plan(ReplicaBytes replica) throws IOException {
        return Restorer.of(replica.client()).plan();
    }

    private static ReplicaBytes snapshot(ReplicaLayout layout) {
        return ReplicaBytes.in(layout).framed(bytes -> bytes).at(TIME).snapshot(10, new byte[1000]);
    }

    @Test
    void countsTheSnapshotAndEachSegment() throws IOException {
        ReplicaBytes replica = snapshot(ReplicaLayout.V03_FLAT)
                .at(TIME.plusSeconds(1))
                .segment(10, 0, new byte[100])
                .at(TIME.plusSeconds(2))
                .segment(10, 500, new byte[20])
                .at(TIME.plusSeconds(3))
                .segment(11, 0, new byte[3]);

        RestorePlan plan = plan(replica);

        assertThat(plan.objects()).isEqualTo(4);
        assertThat(plan.bytes()).isEqualTo(1123);
        assertThat(plan.timestamp()).isEqualTo(TIME.plusSeconds(3));
        assertThat(plan.end()).isEqualTo("up to " + GENERATION + "/0000000b");
    }

    @Test
    void endsWithItsSnapshotWhereThereIsNoWal() throws IOException {
        RestorePlan plan = plan(snapshot(ReplicaLayout.V03_FLAT));

        assertThat(plan.objects()).isEqualTo(1);
        assertThat(plan.bytes()).isEqualTo(1000);
        assertThat(plan.timestamp()).isEqualTo(TIME);
        assertThat(plan.end()).isEqualTo("snapshot " + GENERATION + "/0000000a");
    }

    @Test
    void tellsTheLayoutOfASnapshotAloneByTheWidthOfItsName() throws IOException {
        for (ReplicaLayout layout : new ReplicaLayout[] {ReplicaLayout.V03_FLAT, ReplicaLayout.V04_BETA}) {
            SnapshotInfo snapshot = plan(snapshot(layout)).snapshot();

            RestorePlan plan = RestorePlan.of("memory://test", snapshot);

            assertThat(plan.layout()).isEqualTo(layout);
            assertThat(plan.snapshot()).isEqualTo(snapshot);
            assertThat(plan.generation()).isEqualTo(GENERATION);
            assertThat(plan.walIndexes()).isEmpty();
            assertThat(plan.target()).isEqualTo(RestoreTarget.atIndex(10));
        }
    }
}
