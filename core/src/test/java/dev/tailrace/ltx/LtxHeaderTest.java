// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.error.DamagedReplicaException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LtxHeaderTest {

    private static final String KEY = "ltx/0/0000000000000007-0000000000000009.ltx";
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    private static LtxHeader full() {
        return new LtxHeader(true, 4096, 0xffffffffL, 7, 9, TIME, -2, new LtxWalRange(32, 4120, 1, -1), -3);
    }

    @Test
    void readsBackAllFields() throws Exception {
        assertThat(LtxHeader.parse(KEY, full().toBytes())).isEqualTo(full());
        LtxHeader plain = LtxHeader.of(65536, 0, 1, Long.MAX_VALUE, TIME);
        assertThat(LtxHeader.parse(KEY, plain.toBytes())).isEqualTo(plain);
    }

    @Test
    void storesTheFieldsWhereLitestreamHasThem() {
        ByteBuffer bytes = ByteBuffer.wrap(full().toBytes());

        assertThat(bytes.capacity()).isEqualTo(100);
        assertThat(new byte[] {bytes.get(0), bytes.get(1), bytes.get(2), bytes.get(3)})
                .isEqualTo(new byte[] {'L', 'T', 'X', '1'});
        assertThat(bytes.getInt(4)).isZero();
        assertThat(bytes.getInt(8)).isEqualTo(4096);
        assertThat(bytes.getInt(12)).isEqualTo(-1);
        assertThat(bytes.getLong(16)).isEqualTo(7);
        assertThat(bytes.getLong(24)).isEqualTo(9);
        assertThat(bytes.getLong(32)).isEqualTo(TIME.toEpochMilli());
        assertThat(bytes.getLong(40)).isEqualTo(-2);
        assertThat(bytes.getLong(48)).isEqualTo(32);
        assertThat(bytes.getLong(56)).isEqualTo(4120);
        assertThat(bytes.getInt(64)).isEqualTo(1);
        assertThat(bytes.getInt(68)).isEqualTo(-1);
        assertThat(bytes.getLong(72)).isEqualTo(-3);
        assertThat(ByteBuffer.wrap(LtxHeader.of(512, 1, 1, 1, TIME).toBytes()).getInt(4))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void knowsTheLockPageOfEveryPageSize(int pageSize) {
        LtxHeader header = LtxHeader.of(pageSize, 1, 1, 1, TIME);

        assertThat((header.lockPage() - 1) * pageSize).isEqualTo(1 << 30);
    }

    @Test
    void keepsTimesToTheMillisecond() {
        assertThat(LtxHeader.of(512, 1, 1, 1, TIME.plusNanos(999_999)).timestamp())
                .isEqualTo(TIME);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0, 0x4c545832, no LTX file",
        "4, 4, 1, unknown flags",
        "4, 4, 3, unknown flags",
        "4, 4, 0x40000000, unknown flags",
        "4, 8, 0, without a page size",
        "4, 8, 256, without a page size",
        "4, 8, 4097, without a page size",
        "4, 8, 131072, without a page size",
        "4, 8, -512, without a page size",
        "8, 16, 0, without a first transaction",
        "8, 16, -1, without a first transaction",
        "8, 16, 10, last transaction is before its first",
        "8, 24, 6, last transaction is before its first",
        "8, 24, 0, last transaction is before its first",
        "8, 24, -1, last transaction is before its first",
        "8, 40, 0, without a pre-apply checksum",
        "8, 40, 1, without a pre-apply checksum",
        "8, 48, -1, negative WAL offset",
        "8, 56, -1, negative WAL size",
        "8, 48, 0, a WAL size and no WAL offset"
    })
    void refusesAFieldThatCannotBe(int width, int at, String value, String problem) {
        ByteBuffer bytes = ByteBuffer.wrap(full().toBytes());
        long number = Long.decode(value);
        if (width == 4) {
            bytes.putInt(at, (int) number);
        } else {
            bytes.putLong(at, number);
        }

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> LtxHeader.parse(KEY, bytes.array()))
                .withMessageContaining(problem)
                .satisfies(e -> {
                    assertThat(e.damage().key()).isEqualTo(KEY);
                    assertThat(e.damage().offset().getAsLong()).isBetween((long) at, at + 8L);
                    assertThat(e.damage().expected()).isPresent();
                    assertThat(e.damage().actual()).isPresent();
                });
    }

    @Test
    void refusesFieldsThatContradictEachOther() {
        LtxWalRange salted = new LtxWalRange(0, 0, 0, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LtxHeader(false, 512, 1, 2, 2, TIME, 0, salted, 0))
                .withMessageContaining("salts and no WAL offset");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LtxHeader(false, 512, 1, 2, 2, TIME, -1, LtxWalRange.NONE, 0))
                .withMessageContaining("flags rule out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LtxHeader(true, 512, 1, 1, 2, TIME, -1, LtxWalRange.NONE, 0))
                .withMessageContaining("a snapshot does not have");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LtxHeader.of(512, 1L << 32, 1, 1, TIME))
                .withMessageContaining("commit size");
        assertThatIllegalArgumentException().isThrownBy(() -> LtxHeader.of(513, 1, 1, 1, TIME));
        assertThatIllegalArgumentException().isThrownBy(() -> LtxHeader.of(512, 1, 0, 1, TIME));
    }

    @Test
    void doesNotReadWhatIsReserved() throws Exception {
        byte[] bytes = full().toBytes();
        bytes[99] = 1;

        assertThat(LtxHeader.parse(KEY, bytes)).isEqualTo(full());
    }

    @Test
    void saysInTheFormOfTheFieldWhatItShouldHold() {
        assertRefused(0, 0x4c545832, "4c545831", "4c545832");
        assertRefused(4, 0x40000000, "00000000 or 00000002", "40000000");
        assertRefused(8, -512, "a power of two from 512 to 65536", "4294966784");
    }

    private static void assertRefused(int at, int value, String expected, String actual) {
        byte[] bytes = full().toBytes();
        ByteBuffer.wrap(bytes).putInt(at, value);

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> LtxHeader.parse(KEY, bytes))
                .satisfies(e -> {
                    assertThat(e.damage().offset()).hasValue(at);
                    assertThat(e.damage().expected()).contains(expected);
                    assertThat(e.damage().actual()).contains(actual);
                });
    }
}
