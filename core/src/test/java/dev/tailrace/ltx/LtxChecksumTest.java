// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.LtxBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LtxChecksumTest {

    @Test
    void givesTheKnownValueOfCrc64Iso() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

        assertThat(LtxChecksum.update(LtxChecksum.START, digits, 0, digits.length))
                .isEqualTo(0xb90956c775a41001L);
    }

    @Test
    void givesWhatTheDefinitionGivesForEveryLengthAndOffset() {
        byte[] bytes = random(1, 200);
        for (int from = 0; from < 9; from++) {
            for (int to = from; to <= bytes.length; to++) {
                assertThat(LtxChecksum.update(LtxChecksum.START, bytes, from, to - from))
                        .as("[%d, %d)", from, to)
                        .isEqualTo(LtxBytes.crc(Arrays.copyOfRange(bytes, from, to)));
            }
        }
    }

    @Test
    void goesOnFromAnyState() {
        byte[] bytes = random(2, 300);
        long whole = LtxBytes.crc(bytes);
        for (int split = 0; split <= bytes.length; split++) {
            long first = LtxChecksum.update(LtxChecksum.START, bytes, 0, split);

            assertThat(LtxChecksum.update(first, bytes, split, bytes.length - split))
                    .isEqualTo(whole);
        }
    }

    @Test
    void takesInFourRunsAsItDoesOne() {
        byte[] bytes = random(4, 4 * 520 + 3);
        for (int length : new int[] {0, 8, 16, 512}) {
            for (int apart : new int[] {length, 520}) {
                long[] states = {LtxChecksum.START, 1, -1, 0x0123456789abcdefL};
                long[] expected = states.clone();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = LtxChecksum.update(expected[i], bytes, 3 + i * apart, length);
                }
                LtxChecksum.updateFour(states, bytes, 3, apart, length);

                assertThat(states).as("%d bytes, %d apart", length, apart).isEqualTo(expected);
            }
        }
    }

    @Test
    void joinsTheChecksumsOfTwoRunsOfAnyLength() {
        byte[] bytes = random(3, 70_000);
        long whole = LtxChecksum.update(LtxChecksum.START, bytes, 0, bytes.length);
        for (int split : new int[] {0, 1, 7, 8, 9, 4096, 65_535, 65_536, 69_999, 70_000}) {
            long first = LtxChecksum.update(LtxChecksum.START, bytes, 0, split);
            long second = LtxChecksum.update(LtxChecksum.START, bytes, split, bytes.length - split);

            assertThat(LtxChecksum.join(first, second, bytes.length - split))
                    .as("split at %d", split)
                    .isEqualTo(whole);
        }
    }

    @Test
    void joinsRunsThatAreFarLargerThanAnArray() {
        long zeros = LtxBytes.crc(new byte[8]);
        long length = 8;
        for (; length < 1L << 16; length *= 2) {
            zeros = LtxChecksum.join(zeros, zeros, length);
        }
        assertThat(zeros).isEqualTo(LtxBytes.crc(new byte[1 << 16]));
        for (; length < 1L << 40; length *= 2) {
            zeros = LtxChecksum.join(zeros, zeros, length);
        }
        long beginning = LtxBytes.crc(random(5, 100));
        long halfAndHalf = LtxChecksum.join(LtxChecksum.join(beginning, zeros, length), zeros, length);

        assertThat(LtxChecksum.join(beginning, LtxChecksum.join(zeros, zeros, length), 2 * length))
                .isEqualTo(halfAndHalf);
    }

    @Test
    void putsThePageNumberBeforeThePage() {
        byte[] page = random(4, 512);

        assertThat(LtxChecksum.ofPage(0x01020304, page, 0, 512)).isEqualTo(LtxBytes.pageCrc(0x01020304, page));
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
