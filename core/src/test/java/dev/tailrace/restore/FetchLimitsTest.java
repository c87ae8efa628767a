// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchLimitsTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 9, 16, 32, 64})
    void haveRoomForAllRangesAndHalfAsManyThatWait(int ranges) {
        FetchLimits limits = FetchLimits.of(ranges, ranges);

        assertThat((ranges + ranges / 2L) * limits.rangeSize()).isLessThan(limits.memory());
    }

    @Test
    void askForAsMuchAtOnceAsThereIsRoomFor() {
        assertThat(FetchLimits.of(1, 1).rangeSize()).isEqualTo(2 * MIB);
        assertThat(FetchLimits.of(8, 8).rangeSize()).isEqualTo(2 * MIB);
        // Of 28 MB, a little more than nothing is left over.
        assertThat(FetchLimits.of(32, 32).rangeSize()).isBetween(28 * MIB / 50, 28 * MIB / 48);
        assertThat(FetchLimits.of(1000, 1000).rangeSize()).isEqualTo(256 * KIB);
    }

    @Test
    void allowNoMoreRangesThanRequests() {
        assertThat(FetchLimits.of(4, 100).ranges()).isEqualTo(4);
        assertThat(FetchLimits.of(4, 100).rangeSize()).isEqualTo(2 * MIB);
        assertThat(FetchLimits.of(100, 4).ranges()).isEqualTo(4);
        assertThat(FetchLimits.of(100, 4).requests()).isEqualTo(100);
    }

    @Test
    void askForLessTowardsTheEndOfAnObject() {
        FetchLimits limits = new FetchLimits(8, 4, 2 * MIB, 28 * MIB);

        assertThat(limits.rangeOf(1000L * MIB)).isEqualTo(2 * MIB);
        assertThat(limits.rangeOf(8 * MIB)).isEqualTo(2 * MIB);
        assertThat(limits.rangeOf(6 * MIB)).isEqualTo(3 * MIB / 2);
        assertThat(limits.rangeOf(2 * MIB)).isEqualTo(MIB);
        assertThat(new FetchLimits(8, 4, 256 * KIB, MIB).rangeOf(6 * MIB)).isEqualTo(256 * KIB);
    }
}
