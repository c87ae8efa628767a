// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameListTest {

    private final FrameList frames = new FrameList();

    @Test
    void tellsWhichFramesCommitAndWhatSizeEachOfThemLeaves() {
        frames.add(7, 0);
        frames.add(8, 9);
        frames.add(3, 4);
        frames.add(5, 0);

        assertThat(frames.size()).isEqualTo(4);
        assertThat(frames.committed()).isEqualTo(3);
        assertThat(frames.commitSize()).isEqualTo(4);
        assertThat(frames.largestCommitSize()).isEqualTo(9);
        assertThat(frames.commits(0)).isFalse();
        assertThat(frames.commits(1)).isTrue();
        assertThat(frames.commits(2)).isTrue();
        assertThat(frames.commits(3)).isFalse();
        assertThat(frames.sizeAfterCommit(0)).isEqualTo(9);
        assertThat(frames.sizeAfterCommit(1)).isEqualTo(4);
        assertThat(frames.commitsAmong(1)).isZero();
        assertThat(frames.commitsAmong(3)).isEqualTo(2);
        assertThat(frames.commitAtOrBefore(0)).isZero();
        assertThat(frames.commitAtOrBefore(1)).isZero();
        assertThat(frames.commitAtOrBefore(2)).isEqualTo(2);
        assertThat(frames.commitAfter(0)).isEqualTo(2);
        assertThat(frames.commitAfter(2)).isEqualTo(3);
        assertThat(frames.commitAfter(3)).isZero();
    }

    @Test
    void nothingIsLeftOfTheIndexBefore() {
        frames.add(7, 100);
        frames.add(8, 50);
        frames.clear();
        frames.add(9, 0);

        assertThat(frames.size()).isEqualTo(1);
        assertThat(frames.committed()).isZero();
        assertThat(frames.commitSize()).isZero();
        assertThat(frames.largestCommitSize()).isZero();
        assertThat(frames.commits(0)).isFalse();
        assertThat(frames.commitAfter(0)).isZero();
        frames.add(10, 3);
        assertThat(frames.sizeAfterCommit(0)).isEqualTo(3);
        assertThat(frames.largestCommitSize()).isEqualTo(3);
    }

    @Test
    void numbersAreUnsignedAndThereIsRoomForMany() {
        for (int frame = 0; frame < 3000; frame++) {
            frames.add(-1 - frame, -2 - frame);
        }

        assertThat(frames.page(2999)).isEqualTo(0xffffffffL - 2999);
        assertThat(frames.sizeAfterCommit(2999)).isEqualTo(0xfffffffeL - 2999);
        assertThat(frames.largestCommitSize()).isEqualTo(0xfffffffeL);
        assertThat(frames.commitsAmong(3000)).isEqualTo(3000);
    }
}
