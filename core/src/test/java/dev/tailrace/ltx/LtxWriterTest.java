// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tailrace.fixture.LtxBytes;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LtxWriterTest {

    private static final int PAGE = 1024;
    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    @ParameterizedTest
    @EnumSource
    void writesTheVeryBytesOfTheFormat(LtxPageEncoding encoding) throws Exception {
        LtxBytes expected = new LtxBytes(PAGE, 500, 3, 4);
        LtxWriter writer = writer(LtxHeader.of(PAGE, 500, 3, 4, TIME), encoding);
        for (int number : new int[] {1, 2, 127, 128, 499, 500}) {
            byte[] page = page(number);
            writer.writePage(number, page, 0);
            if (encoding == LtxPageEncoding.FRAME) {
                expected.frame(number, page);
            } else {
                expected.block(number, page);
            }
        }
        LtxTrailer trailer = writer.finish();

        assertThat(file.toByteArray()).isEqualTo(expected.bytes());
        assertThat(LtxContent.read(expected.key(), file.toByteArray()).trailer())
                .isEqualTo(trailer);
    }

    @ParameterizedTest
    @EnumSource
    void readsBackRandomFiles(LtxPageEncoding encoding) throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 100; round++) {
            file.reset();
            int pageSize = 512 << random.nextInt(8);
            boolean snapshot = random.nextBoolean();
            boolean tracked = random.nextBoolean();
            int commit = 1 + random.nextInt(60);
            long min = snapshot ? 1 : 2 + random.nextInt(100);
            long preApply = tracked && !snapshot ? random.nextLong() | 1L << 63 : 0;
            LtxWalRange wal = random.nextBoolean() ? new LtxWalRange(32, 99, 1, 2) : LtxWalRange.NONE;
            LtxHeader header =
                    new LtxHeader(tracked, pageSize, commit, min, min + random.nextInt(9), TIME, preApply, wal, 6);
            Map<Long, byte[]> pages = new TreeMap<>();
            LtxWriter writer = writer(header, encoding);
            for (long number = 1; number <= commit; number++) {
                if (snapshot || random.nextInt(4) == 0) {
                    byte[] page = new byte[pageSize + 3];
                    random.nextBytes(page);
                    Arrays.fill(page, random.nextInt(page.length), page.length, (byte) 0);
                    writer.writePage(number, page, 3);
                    pages.put(number, Arrays.copyOfRange(page, 3, page.length));
                }
            }
            LtxTrailer trailer = tracked && !snapshot ? writer.finish(-12345) : writer.finish();

            LtxContent content =
                    LtxContent.read(new LtxFileName(header.minTxid(), header.maxTxid()).toString(), file.toByteArray());

            assertThat(content.header()).isEqualTo(header);
            assertThat(content.trailer()).isEqualTo(trailer);
            assertThat(content.pages().keySet()).isEqualTo(pages.keySet());
            content.pages().forEach((number, page) -> assertThat(page).isEqualTo(pages.get(number)));
        }
    }

    @Test
    void refusesPagesThatMayNotFollow() throws Exception {
        LtxWriter increment = writer(LtxHeader.of(PAGE, 9, 2, 2, TIME), LtxPageEncoding.SIZED_BLOCK);
        increment.writePage(5, page(5), 0);
        for (long number : new long[] {-1, 0, 4, 5, 10}) {
            assertThatIllegalArgumentException().isThrownBy(() -> increment.writePage(number, page(1), 0));
        }
        increment.writePage(9, page(9), 0);
        LtxWriter snapshot = writer(LtxHeader.of(PAGE, 3, 1, 2, TIME), LtxPageEncoding.SIZED_BLOCK);
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.writePage(2, page(2), 0));
        snapshot.writePage(1, page(1), 0);
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.writePage(3, page(3), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(snapshot::finish)
                .withMessageContaining("snapshot lacks its last pages");
    }

    @Test
    void asksForThePostApplyChecksumOnlyWhereItDoesNotFollow() throws Exception {
        LtxHeader incremental = new LtxHeader(true, PAGE, 9, 2, 2, TIME, -1, LtxWalRange.NONE, 0);
        assertThatIllegalStateException().isThrownBy(writer(incremental, LtxPageEncoding.FRAME)::finish);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer(incremental, LtxPageEncoding.FRAME).finish(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer(incremental, LtxPageEncoding.FRAME).finish(0));
        LtxHeader untracked = LtxHeader.of(PAGE, 9, 2, 2, TIME);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer(untracked, LtxPageEncoding.FRAME).finish(-1));
        LtxHeader emptied = new LtxHeader(true, PAGE, 0, 2, 2, TIME, -1, LtxWalRange.NONE, 0);
        assertThat(writer(emptied, LtxPageEncoding.FRAME).finish().postApplyChecksum())
                .isEqualTo(1L << 63);
    }

    @Test
    void writesNothingAfterTheEnd() throws Exception {
        LtxWriter writer = writer(LtxHeader.of(PAGE, 9, 2, 2, TIME), LtxPageEncoding.SIZED_BLOCK);
        writer.finish();

        assertThatIllegalStateException().isThrownBy(() -> writer.writePage(1, page(1), 0));
        assertThatIllegalStateException().isThrownBy(writer::finish);
    }

    @Test
    void leavesNothingBehindInTheStreamsBuffer() throws Exception {
        LtxHeader header = LtxHeader.of(PAGE, 9, 2, 2, TIME);
        LtxWriter writer = new LtxWriter(
                new BufferedOutputStream(file, 1 << 20), header, LtxPageEncoding.FRAME, LtxContent.COMPRESSION);
        writer.writePage(3, page(3), 0);
        writer.finish();

        assertThat(LtxContent.read("0000000000000002-0000000000000002.ltx", file.toByteArray())
                        .pages())
                .containsOnlyKeys(3L);
    }

    @Test
    void compressesNoPageInAFrameThatDoesNotBecomeSmaller() throws Exception {
        // The more of it is alike, the smaller it becomes: one of these becomes as large as it was.
        byte[] page = page(1);
        int alike = 4;
        while (new LtxBytes(PAGE, 9, 2, 2).compressed(page).length != PAGE) {
            alike++;
            page = page(1);
            Arrays.fill(page, 100, 100 + alike, (byte) 7);
        }
        LtxWriter writer = writer(LtxHeader.of(PAGE, 9, 2, 2, TIME), LtxPageEncoding.FRAME);
        writer.writePage(3, page, 0);

        // Behind the page's head and the beginning of its frame: a block of a whole page, stored as it is.
        ByteBuffer block =
                ByteBuffer.wrap(file.toByteArray(), LtxHeader.SIZE + 6 + 7, 4).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(block.getInt()).isEqualTo(PAGE | 1 << 31);
    }

    private LtxWriter writer(LtxHeader header, LtxPageEncoding encoding) throws IOException {
        return new LtxWriter(file, header, encoding, LtxContent.COMPRESSION);
    }

    private static byte[] page(int seed) {
        byte[] page = new byte[PAGE];
        new Random(seed).nextBytes(page);
        if (seed % 2 == 0) {
            Arrays.fill(page, 100, PAGE, (byte) 7);
        }
        return page;
    }
}
