// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNameTest {

    @ParameterizedTest
    @CsvSource({
        "wal/00000001_00001020.wal.lz4, 1, 0x1020, V03_FLAT",
        "wal/00000001_000000000.wal.lz4, 1, 0, V03_FLAT",
        "wal/00000001_123456789.wal.lz4, 1, 0x123456789, V03_FLAT",
        "wal/7fffffffffffffff_7fffffffffffffff.wal.lz4, 0x7fffffffffffffff, 0x7fffffffffffffff, V03_FLAT",
        "wal/000003e8/000003e9.wal.lz4, 0x3e8, 0x3e9, NESTED",
        "wal/0000003e8/0000003e9.wal.lz4, 0x3e8, 0x3e9, NESTED",
        "wal/00000000000003e8/00000000000003e9.wal.lz4, 0x3e8, 0x3e9, V04_BETA"
    })
    void readsSegmentsOfEveryLayout(String path, String index, String offset, ReplicaLayout layout) {
        assertThat(ObjectName.parse(path))
                .isEqualTo(new ObjectName.WalSegment(Long.decode(index), Long.decode(offset), layout));
    }

    @Test
    void readsSnapshotsOfEveryWidth() {
        for (int digits = 8; digits <= 16; digits++) {
            assertThat(ObjectName.parse("snapshots/" + "0".repeat(digits - 3) + "3e8.snapshot.lz4"))
                    .isEqualTo(new ObjectName.Snapshot(0x3e8, digits));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wal/.wal.lz4",
                "wal/00000001.wal.lz4",
                "wal/0000001_00001020.wal.lz4",
                "wal/00000001_0001020.wal.lz4",
                "wal/0000000A_00001020.wal.lz4",
                "wal/0000000g_00001020.wal.lz4",
                "wal/00000001-00001020.wal.lz4",
                "wal/00000001_00001020_00000000.wal.lz4",
                "wal/00000000000000001_00001020.wal.lz4",
                "wal/8000000000000000_00001020.wal.lz4",
                "wal/00000001/ffffffffffffffff.wal.lz4",
                "wal/00000001/0000000000001020.wal.lz4",
                "wal/0000000000000001/00001020.wal.lz4",
                "wal/00000001/00000001/00001020.wal.lz4",
                "wal//00001020.wal.lz4",
                "wal/00000001 /00001020.wal.lz4",
                "wal/+0000001_00001020.wal.lz4",
                "wal/٠٠٠٠٠٠٠١_00001020.wal.lz4",
                "wal/copy of 00000001_00001020.wal.lz4"
            })
    void noticesWalNamesOfNoLayout(String path) {
        assertThat(ObjectName.parse(path)).isEqualTo(new ObjectName.UnknownWal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "wal",
                "wal/",
                "wal/00000001_00001020.wal.lz4.tmp",
                "wal/00000001/00001020.wal.lz4.tmp",
                "wal/00000001_00001020.wal",
                "wal/readme.txt",
                "wallet/00000001_00001020.wal.lz4",
                "snapshots/.snapshot.lz4",
                "snapshots/00000001.snapshot.lz4.tmp",
                "snapshots/0000001.snapshot.lz4",
                "snapshots/0000000A.snapshot.lz4",
                "snapshots/8000000000000000.snapshot.lz4",
                "snapshots/x/00000001.snapshot.lz4",
                "00000001.snapshot.lz4"
            })
    void leavesOutWhatSaysNothing(String path) {
        assertThat(ObjectName.parse(path)).isEqualTo(new ObjectName.Other());
    }

    @Test
    void readsAndWritesNumbers() {
        assertThat(HexNumber.parse("000003e8")).isEqualTo(1000);
        assertThat(HexNumber.parse("3e8")).isEqualTo(-1);
        assertThat(HexNumber.parse("ffffffffffffffff")).isEqualTo(-1);
        assertThat(HexNumber.format(1000)).isEqualTo("000003e8");
        assertThat(HexNumber.format(Long.MAX_VALUE)).isEqualTo("7fffffffffffffff");
    }

    @Test
    void readsAndWritesPositions() {
        Generation generation = new Generation("0123456789abcdef");
        Position position = new Position(generation, 1000, 0x123456789L);
        assertThat(position).hasToString("0123456789abcdef/000003e8:123456789");
        assertThat(Position.parse(position.toString())).isEqualTo(position);
        assertThat(Position.parse("0123456789abcdef/1:20")).isEqualTo(new Position(generation, 1, 0x20));
        assertThat(new Position(generation, 1, 5)).isLessThan(new Position(generation, 1, 6));
        assertThat(new Position(generation, 1, 5)).isLessThan(new Position(generation, 2, 0));
        assertThat(new Position(generation, 9, 9)).isLessThan(new Position(new Generation("0123456789abcdf0"), 0, 0));
        assertThatThrownBy(() -> new Position(generation, -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Position(generation, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdef",
                "0123456789abcdef/1",
                "0123456789abcdef:1/2",
                "0123456789abcdef/:",
                "0123456789abcdef/1:",
                "0123456789abcdef/:1",
                "0123456789abcdef/+1:2",
                "0123456789abcdef/1:-2",
                "0123456789abcdef/1:2:3",
                "0123456789abcdef/x:2",
                "0123456789abcdef/٣:2",
                "0123456789abcdef/1:8000000000000000",
                "0123456789abcdef/1:10000000000000000"
            })
    void refusesWhatIsNoPosition(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no position: \"" + text + "\"");
    }

    @Test
    void refusesWhatIsNoGeneration() {
        assertThatThrownBy(() -> new Generation("")).hasMessage("generation required");
        for (String text : new String[] {
            "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcde/"
        }) {
            assertThatThrownBy(() -> new Generation(text)).hasMessageContaining("no generation name: \"" + text + "\"");
            assertThat(Generation.isName(text)).isFalse();
        }
        assertThat(Generation.isName("0123456789abcdef")).isTrue();
    }
}
