// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageWriterTest {

    private final byte[] written = new byte[4 << 20];
    private final List<Long> positions = new ArrayList<>();
    private final PageWriter writer = new PageWriter(new DatabaseOutput() {
        @Override
        public void write(ByteBuffer bytes, long position) {
            positions.add(position);
            bytes.get(written, (int) position, bytes.remaining());
        }

        @Override
        public boolean read(ByteBuffer bytes, long position) {
            return false;
        }

        @Override
        public void complete(long size) {}
    });

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void gathersWhatContinuesAndWritesTheRestAtItsOwnPlace() throws IOException {
        byte[] source = random(3000);
        writer.write(source, 0, 1000, 5000);
        writer.write(source, 1000, 500, 6000);
        assertThat(positions).isEmpty();
        writer.write(source, 2000, 1000, 700);
        writer.write(source, 1500, 500, 6500);
        writer.flush();
        writer.flush();

        assertThat(positions).containsExactly(5000L, 700L, 6500L);
        assertThat(writer.writes()).isEqualTo(3);
        assertThat(writer.bytes()).isEqualTo(3000);
        byte[] expected = new byte[written.length];
        System.arraycopy(source, 0, expected, 5000, 2000);
        System.arraycopy(source, 2000, expected, 700, 1000);
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void bytesThatAreMoreThanItGathersGoOnWhereTheOnesBeforeThemEnd() throws IOException {
        byte[] source = random(3_000_000);
        writer.write(source, 10, 100, 77);
        writer.write(source, 110, 2_999_890, 177);
        writer.flush();

        byte[] expected = new byte[written.length];
        System.arraycopy(source, 10, expected, 77, 2_999_990);
        assertThat(written).isEqualTo(expected);
        assertThat(positions).containsExactly(77L, 77L + (1 << 20), 77L + (2 << 20));
        assertThat(writer.bytes()).isEqualTo(2_999_990);
        assertThat(writer.writes()).isEqualTo(3);
    }
}
