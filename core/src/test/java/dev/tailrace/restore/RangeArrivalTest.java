// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the next range is asked for. */
class RangeArrivalTest {

    private long now;
    private int told;

    private RangeArrival arrival(long size) {
        return new RangeArrival(size, () -> now, () -> told++);
    }

    private void comes(RangeArrival arrival, long atTime, long length) {
        now = atTime;
        arrival.came(length);
    }

    @Test
    void theNextIsAskedForWhenTheRestTakesAsLongAsTheFirstByteTook() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 200, 100);
        // A byte takes one unit of time from here on.
        comes(arrival, 800, 700);
        assertThat(told).isZero();
        comes(arrival, 899, 799);
        assertThat(told).isZero();
        comes(arrival, 900, 800);
        assertThat(told).isEqualTo(1);
    }

    @Test
    void itIsAskedForOnce() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 400, 1);
        for (long length = 500; length <= 1000; length += 100) {
            comes(arrival, 400 + length, length);
        }
        assertThat(told).isEqualTo(1);
    }

    @Test
    void howeverLongTheFirstByteTookHalfOfItComesBefore() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 1_000_000, 1);
        comes(arrival, 1_000_100, 499);
        assertThat(told).isZero();
        comes(arrival, 1_000_101, 500);
        assertThat(told).isEqualTo(1);
    }

    @Test
    void whereTheStoreAnswersAtOnceTheNextWaitsForTheLastByte() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 0, 100);
        comes(arrival, 500, 600);
        comes(arrival, 899, 999);
        assertThat(told).isZero();
        comes(arrival, 900, 1000);
        assertThat(told).isEqualTo(1);
    }

    @Test
    void aResponseThatComesAtOnceTellsNothingBeforeItsEnd() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 300, 1000);
        assertThat(told).isZero();
    }

    @Test
    void aResponseThatSlowsDownTellsLater() {
        RangeArrival arrival = arrival(1000);
        comes(arrival, 100, 100);
        comes(arrival, 10_000, 900);
        assertThat(told).isZero();
        comes(arrival, 10_100, 999);
        assertThat(told).isEqualTo(1);
    }

    @Test
    void countsFromWhenItWasAskedWhateverTheClockShows() {
        long[] now = {1_000};
        int[] told = {0};
        RangeArrival arrival = new RangeArrival(100, () -> now[0], () -> told[0]++);
        now[0] = 1_010;
        arrival.came(10);
        now[0] = 1_110;
        arrival.came(60);
        assertThat(told[0]).isZero();
        now[0] = 1_182;
        arrival.came(96);
        assertThat(told[0]).isEqualTo(1);
    }
}
