// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fixture.WalBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalChecksumTest {

    private static final byte[] HEADER = hex("377f0682002de218000010000000000052382eac857b1a4e");
    private static final byte[] FRAME = hex("0000000200000002");

    @Test
    void givesTheKnownSumsInOnePass() { // peer 99
        byte[] all = ByteBuffer.allocate(24 + 8 + 4096)
                .put(HEADER)
                .put(FRAME)
                .put(page())
                .array();

        long sums = WalChecksum.update(WalChecksum.START, ByteOrder.LITTLE_ENDIAN, all, 0, all.length);

        assertThat(WalChecksum.first(sums)).isEqualTo(0xdc2f3e84);
        assertThat(WalChecksum.second(sums)).isEqualTo(0x540488d3);
    }

    @Test
    void givesTheSameSumsPieceByPiece() { // peer 100
        long header = WalChecksum.update(WalChecksum.START, ByteOrder.LITTLE_ENDIAN, HEADER, 0, HEADER.length);
        assertThat(WalChecksum.first(header)).isEqualTo(0x81153b65);
        assertThat(WalChecksum.second(header)).isEqualTo(0x87178e8f);

        long frame = WalChecksum.update(header, ByteOrder.LITTLE_ENDIAN, FRAME, 0, FRAME.length);
        long all = WalChecksum.update(frame, ByteOrder.LITTLE_ENDIAN, page(), 0, 4096);

        assertThat(all).isEqualTo(WalChecksum.of(0xdc2f3e84, 0x540488d3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void equalsTheSumsTakenWordByWord(boolean bigEndian) {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[8 + random.nextInt(5000)];
            random.nextBytes(bytes);
            int offset = random.nextInt(8);
            int length = (bytes.length - offset) / 8 * 8;
            int[] start = {random.nextInt(), random.nextInt()};

            long sums = WalChecksum.update(WalChecksum.of(start[0], start[1]), order, bytes, offset, length);

            int[] expected = WalBytes.checksum(order, start, bytes, offset, length);
            assertThat(sums).isEqualTo(WalChecksum.of(expected[0], expected[1]));
        }
    }

    @Test
    void refusesHalfAPairOfWords() {
        assertThatThrownBy(() -> WalChecksum.update(0, ByteOrder.BIG_ENDIAN, new byte[12], 0, 12))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 bytes");
    }

    /** Page 2 of a small database: a table's leaf with eight rows, which hold a number each. */
    private static byte[] page() {
        byte[] page = new byte[4096];
        byte[] head = hex("0d000000080fe0000ffc0ff80ff40ff00fec0fe80fe40fe0");
        System.arraycopy(head, 0, page, 0, head.length);
        for (int row = 1; row <= 8; row++) {
            System.arraycopy(new byte[] {2, (byte) row, 2, 9}, 0, page, 4096 - 4 * row, 4);
        }
        return page;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
