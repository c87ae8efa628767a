// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageHashTest {

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void tellsPagesApartThatDifferInABitOrTwo(int pageSize) {
        for (byte[] page : new byte[][] {new byte[pageSize], random(pageSize, 1)}) {
            Set<Long> hashes = new HashSet<>();
            hashes.add(PageHash.of(page, 0, pageSize));
            int count = 1;
            for (int bit = 0; bit < pageSize * 8; bit++) {
                page[bit / 8] ^= (byte) (1 << bit % 8);
                hashes.add(PageHash.of(page, 0, pageSize));
                int other = (bit * 31 + 7) % (pageSize * 8);
                if (other > bit) {
                    page[other / 8] ^= (byte) (1 << other % 8);
                    hashes.add(PageHash.of(page, 0, pageSize));
                    page[other / 8] ^= (byte) (1 << other % 8);
                    count++;
                }
                page[bit / 8] ^= (byte) (1 << bit % 8);
                count++;
            }
            assertThat(hashes).hasSize(count);
        }
    }

    @Test
    void tellsPagesApartThatHoldTheSameInAnotherOrder() {
        byte[] page = random(512, 2);
        Set<Long> hashes = new HashSet<>();
        for (int turned = 0; turned < 512; turned++) {
            byte[] other = Arrays.copyOfRange(page, turned, turned + 512);
            System.arraycopy(page, 0, other, 512 - turned, turned);
            hashes.add(PageHash.of(other, 0, 512));
        }
        assertThat(hashes).hasSize(512);
    }

    @Test
    void looksAtNothingButThePage() {
        byte[] page = random(1024, 3);
        byte[] between = random(1024 + 33, 4);
        System.arraycopy(page, 0, between, 17, 1024);

        assertThat(PageHash.of(between, 17, 1024)).isEqualTo(PageHash.of(page, 0, 1024));
        assertThat(PageHash.of(new byte[1024], 0, 1024)).isEqualTo(PageHash.ofZeros(1024));
        assertThat(PageHash.ofZeros(512)).isNotEqualTo(PageHash.ofZeros(1024));
    }

    @Test
    void tellsTheSamePageApartAtOtherNumbers() {
        Set<Long> hashes = new HashSet<>();
        for (long hash : new long[] {0, 1, PageHash.ofZeros(512), PageHash.of(random(512, 5), 0, 512)}) {
            for (long page = 1; page <= 5000; page++) {
                hashes.add(PageHash.at(page, hash));
            }
            hashes.add(PageHash.at(0xffffffffL, hash));
        }
        assertThat(hashes).hasSize(4 * 5001);
    }

    @Test
    void keepsTheHashOfEveryFrameOfALongIndex() {
        FrameHashes frames = new FrameHashes();
        for (int round = 1; round <= 2; round++) {
            frames.clear();
            for (int frame = 0; frame < 5000 / round; frame++) {
                frames.add((long) round * frame);
            }
            for (int frame = 0; frame < 5000 / round; frame++) {
                assertThat(frames.get(frame)).isEqualTo((long) round * frame);
            }
        }
    }
}
