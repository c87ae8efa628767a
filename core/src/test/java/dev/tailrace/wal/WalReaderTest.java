// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalReaderTest {

    private static final int PAGE = 512;

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void readsTheHeaderOfEveryPageSizeInBothByteOrders(int pageSize) throws Exception {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            byte[] wal = new WalBytes(pageSize, 7, -2, 0x89abcdef, order).bytes();

            WalHeader header = WalHeader.parse(wal, 0);

            assertThat(header.checksumOrder()).isEqualTo(order);
            assertThat(header.pageSize()).isEqualTo(pageSize);
            assertThat(header.frameSize()).isEqualTo(pageSize + 24);
            assertThat(header.sequence()).isEqualTo(7);
            assertThat(header.salt1()).isEqualTo(-2);
            assertThat(header.salt2()).isEqualTo(0x89abcdef);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x377f0684, no WAL magic number, 0",
        "0, 0, no WAL magic number, 0",
        "4, 3007001, unknown WAL version, 4",
        "8, 0, no page size, 8",
        "8, 1, no page size, 8",
        "8, 256, no page size, 8",
        "8, 131072, no page size, 8",
        "8, 513, no page size, 8",
        "8, -512, no page size, 8",
        "12, 99, WAL header checksum is wrong, 24",
        "16, 99, WAL header checksum is wrong, 24",
        "20, 99, WAL header checksum is wrong, 24",
        "24, 99, WAL header checksum is wrong, 24",
        "28, 99, WAL header checksum is wrong, 24",
        "0, 0x377f0683, WAL header checksum is wrong, 24"
    })
    void refusesAHeaderWithAWrongField(int at, String value, String problem, long offset) {
        byte[] wal = WalBytes.ofIndex(PAGE, 0).bytes();
        ByteBuffer.wrap(wal).putInt(at, Integer.decode(value));

        assertThatExceptionOfType(WalFormatException.class)
                .isThrownBy(() -> WalHeader.parse(wal, 0))
                .satisfies(e -> {
                    assertThat(e.problem()).isEqualTo(problem);
                    assertThat(e.offset()).isEqualTo(offset);
                    assertThat(e).hasMessageContainingAll(problem, "expected " + e.expected(), "found " + e.actual());
                });
    }

    @Test
    void everyBitOfAHeaderMatters() throws Exception {
        byte[] wal = WalBytes.ofIndex(PAGE, 0).bytes();
        WalHeader.parse(wal, 0);
        for (int bit = 0; bit < 32 * 8; bit++) {
            wal[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> WalHeader.parse(wal, 0)).isInstanceOf(WalFormatException.class);
            wal[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void everyBitOfAFrameMatters() throws Exception {
        byte[] wal = WalBytes.ofIndex(PAGE, 0)
                .frame(3, ReplicaBytes.page(PAGE, 3, 1), 5)
                .bytes();
        WalReader reader = new WalReader(WalHeader.parse(wal, 0));
        for (int bit = 32 * 8; bit < wal.length * 8; bit++) {
            wal[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> reader.next(wal, 32)).isInstanceOf(WalFormatException.class);
            wal[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(reader.frames()).isZero();
        assertThat(reader.next(wal, 32)).isEqualTo(new WalFrame(3, 5));
    }

    @Test
    void provesFramesOneAfterTheOther() throws Exception {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            byte[] wal = new WalBytes(PAGE, 1, 5, 6, order)
                    .frame(2, ReplicaBytes.page(PAGE, 2, 1), 0)
                    .frame(-1, ReplicaBytes.page(PAGE, 1, 1), -2)
                    .bytes();
            WalReader reader = new WalReader(WalHeader.parse(wal, 0));

            assertThat(reader.offset()).isEqualTo(32);
            assertThat(reader.next(wal, 32).isCommit()).isFalse();
            assertThat(reader.offset()).isEqualTo(32 + 536);
            assertThat(reader.next(wal, 32 + 536)).isEqualTo(new WalFrame(-1, -2));
            assertThat(reader.frames()).isEqualTo(2);
        }
    }

    @Test
    void refusesAFrameOutOfItsPlaceAndStaysWhereItWas() throws Exception {
        byte[] wal = WalBytes.ofIndex(PAGE, 0)
                .frame(2, ReplicaBytes.page(PAGE, 2, 1), 0)
                .frame(3, ReplicaBytes.page(PAGE, 3, 1), 4)
                .bytes();
        WalReader reader = new WalReader(WalHeader.parse(wal, 0));

        assertThatExceptionOfType(WalFormatException.class)
                .isThrownBy(() -> reader.next(wal, 32 + 536))
                .satisfies(e -> assertThat(e.problem()).isEqualTo("WAL frame checksum is wrong"))
                .satisfies(e -> assertThat(e.offset()).isEqualTo(32 + 16));
        assertThat(reader.offset()).isEqualTo(32);
        reader.next(wal, 32);
        reader.next(wal, 32 + 536);
    }

    @Test
    void refusesAFrameForNoPageAndOneOfOtherSalts() throws Exception {
        byte[] noPage = WalBytes.ofIndex(PAGE, 0).frame(0, new byte[PAGE], 1).bytes();
        WalReader reader = new WalReader(WalHeader.parse(noPage, 0));
        assertThatThrownBy(() -> reader.next(noPage, 32)).hasMessageContaining("WAL frame for no page at offset 32");

        byte[] other = WalBytes.ofIndex(PAGE, 1).frame(1, new byte[PAGE], 1).bytes();
        assertThatThrownBy(() -> reader.next(other, 32))
                .hasMessageContaining("WAL frame has other salts than its header at offset 40");
    }

    @Test
    void saysWhatAHeaderShouldHoldAndWhatItHolds() {
        byte[] noMagic = WalBytes.ofIndex(PAGE, 0).bytes();
        ByteBuffer.wrap(noMagic).putInt(0, 0xbad);
        assertRefused(() -> WalHeader.parse(noMagic, 0), "377f0682 or ..83", "00000bad");

        byte[] wrongSum = WalBytes.ofIndex(PAGE, 0).bytes();
        ByteBuffer.wrap(wrongSum).putInt(24, 0xa).putInt(28, 0xb);
        int[] sums = WalBytes.checksum(ByteOrder.LITTLE_ENDIAN, new int[2], wrongSum, 0, 24);
        assertRefused(
                () -> WalHeader.parse(wrongSum, 0), String.format("%08x%08x", sums[0], sums[1]), "0000000a0000000b");
    }

    @Test
    void saysWhichSaltsAFrameShouldHaveAndWhichItHas() throws Exception {
        WalReader reader =
                new WalReader(WalHeader.parse(new WalBytes(PAGE, 1, 0x3e8, -2, ByteOrder.BIG_ENDIAN).bytes(), 0));
        byte[] other = new WalBytes(PAGE, 1, 0x3e9, 7, ByteOrder.BIG_ENDIAN)
                .frame(1, new byte[PAGE], 1)
                .bytes();

        assertRefused(() -> reader.next(other, 32), "000003e8fffffffe", "000003e900000007");
    }

    private static void assertRefused(ThrowingCallable reading, String expected, String actual) {
        assertThatExceptionOfType(WalFormatException.class).isThrownBy(reading).satisfies(e -> {
            assertThat(e.expected()).isEqualTo(expected);
            assertThat(e.actual()).isEqualTo(actual);
            assertThat(e).hasMessageEndingWith(", expected " + expected + ", found " + actual);
        });
    }
}
