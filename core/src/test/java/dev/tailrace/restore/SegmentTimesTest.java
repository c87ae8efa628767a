// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.GENERATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentTimesTest {

    private static Instant time(int seconds) {
        return MemoryStore.TIME.plusSeconds(seconds);
    }

    /** Of one segment of each index, which were made at these times. */
    private static Optional<String> disorder(int... seconds) throws IOException {
        ReplicaBytes names = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
        for (int index = 0; index < seconds.length; index++) {
            names.at(time(seconds[index])).segment(index, 0, new byte[1]);
        }
        return SegmentTimes.disorder(names.client().catalog(GENERATION));
    }

    @Test
    void timesThatStayOrGrowAreInOrder() throws IOException {
        assertThat(disorder()).isEmpty();
        assertThat(disorder(5)).isEmpty();
        assertThat(disorder(0, 1, 1, 1, 2)).isEmpty();
    }

    @Test
    void saysWhereTheyFirstGoBack() throws IOException {
        assertThat(disorder(0, 7, 6, 8))
                .contains("the times of the WAL segments are out of order in 1 place, first where " + GENERATION
                        + "/00000001:00000000 of " + time(7) + " is followed by " + GENERATION
                        + "/00000002:00000000 of " + time(6)
                        + ": a copy may have lost them, and a timestamp may mean another state than it did");
        assertThat(disorder(3, 2, 5, 1).orElseThrow())
                .contains(" in 2 places, first where " + GENERATION + "/00000000:00000000 of " + time(3)
                        + " is followed by " + GENERATION + "/00000001:00000000 of " + time(2) + ":");
    }
}
