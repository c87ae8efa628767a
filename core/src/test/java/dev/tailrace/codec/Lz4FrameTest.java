// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.TestCompression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Lz4FrameTest {

    private static final BlockCompression NATIVE = new TestCompression();
    private static final BlockCompression SAFE = new TestCompression(LZ4Factory.safeInstance());

    static List<LzFrames> kinds() {
        LzFrames linked = LzFrames.LINKED;
        return List.of(
                LzFrames.SMALL,
                LzFrames.SMALL.withSizeCode(5),
                LzFrames.SMALL.withSizeCode(6).withBlockChecksums(),
                LzFrames.SMALL.withSizeCode(7).withContentSize(),
                LzFrames.SMALL.withoutContentChecksum(),
                LzFrames.SMALL.withStoredBlocks(),
                LzFrames.SMALL.withBlockLength(1),
                LzFrames.SMALL.withBlockLength(700).withBlockChecksums().withContentSize(),
                linked,
                linked.withBlockLength(1),
                linked.withBlockLength(2),
                linked.withBlockLength(3),
                linked.withBlockLength(5),
                linked.withBlockLength(333).withBlockChecksums(),
                linked.withBlockLength(40_000).withoutContentChecksum(),
                linked.withSizeCode(7),
                linked.withStoredBlocks().withBlockLength(30_000));
    }

    @Test
    void roundTripsContentsOfManySizes() throws IOException {
        Random random = new Random(1);
        for (int size : new int[] {
            0, 1, 2, 11, 12, 13, 100, 65535, 65536, 65537, 1 << 20, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 9 << 20
        }) {
            byte[] content = content(random, size);
            byte[] frame = LzFrames.written(content);
            assertThat(decode(frame, NATIVE)).isEqualTo(content);
        }
        for (int round = 0; round < 50; round++) {
            byte[] content = content(random, random.nextInt(3000));
            assertThat(decode(LzFrames.written(content), round % 2 == 0 ? NATIVE : SAFE))
                    .isEqualTo(content);
        }
    }

    @Test
    void writesWhatLitestreamWritesAndOthersCanRead() throws IOException {
        byte[] content = content(new Random(2), 5 << 20);

        byte[] frame = LzFrames.written(content);

        assertThat(frame).isEqualTo(LzFrames.litestream(content));
        assertThat(Arrays.copyOf(frame, 7)).asHexString().isEqualTo("04224D186470B9");
        try (InputStream other = new LZ4FrameInputStream(new ByteArrayInputStream(frame))) {
            assertThat(other.readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void readsWhatOthersWrite() throws IOException {
        byte[] content = content(new Random(3), 300_000);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream other = new LZ4FrameOutputStream(
                frame,
                LZ4FrameOutputStream.BLOCKSIZE.SIZE_256KB,
                content.length,
                LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                LZ4FrameOutputStream.FLG.Bits.BLOCK_CHECKSUM,
                LZ4FrameOutputStream.FLG.Bits.CONTENT_SIZE)) {
            other.write(content);
        }
        assertThat(decode(frame.toByteArray(), NATIVE)).isEqualTo(content);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsFramesOfEveryKind(LzFrames kind) throws IOException {
        Random random = new Random(4);
        for (int size : new int[] {0, 1, 4, 5, 20, 1000, kind.blockLength() < 1000 ? 2000 : 150_000}) {
            byte[] content = content(random, size);
            byte[] frame = kind.of(content);
            assertThat(decode(frame, NATIVE)).isEqualTo(content);
            assertThat(decode(frame, SAFE)).isEqualTo(content);
        }
    }

    @Test
    void readsMatchesThatReachAsFarBackAsLz4Allows() throws IOException {
        byte[] unique = new byte[1000];
        new Random(5).nextBytes(unique);
        for (int distance : new int[] {1000, 65534, 65535, 65536}) {
            byte[] noise = new byte[distance - unique.length];
            new Random(6).nextBytes(noise);
            byte[] content = ByteBuffer.allocate(distance + unique.length + 20)
                    .put(unique)
                    .put(noise)
                    .put(unique)
                    .array();
            byte[] frame = LzFrames.LINKED
                    .withBlockLength(distance == 1000 ? 1000 : 32_768)
                    .of(content);
            assertThat(decode(frame, NATIVE)).isEqualTo(content);
            assertThat(decode(frame, SAFE)).isEqualTo(content);
        }
    }

    @Test
    void readsAMatchIntoAHistoryOfOneByte() throws IOException {
        // A block of one stored byte, then one that repeats it by a match of distance 1 with no literal before it.
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        LzFrames kind = LzFrames.LINKED.withoutContentChecksum();
        kind.writeHeader(frame, 0);
        LzFrames.writeInt(frame, 1 | 1 << 31);
        frame.write('a');
        byte[] block = {0x0f, 1, 0, 5, 0x50, 'b', 'c', 'd', 'e', 'f'};
        LzFrames.writeInt(frame, block.length);
        frame.writeBytes(block);
        LzFrames.writeInt(frame, 0);

        byte[] content = ("a".repeat(1 + 24) + "bcdef").getBytes(StandardCharsets.US_ASCII);
        assertThat(decode(frame.toByteArray(), NATIVE)).isEqualTo(content);
        assertThat(decode(frame.toByteArray(), SAFE)).isEqualTo(content);
    }

    @Test
    void decodesALinkedBlockIntoExactlyTheRoomItNeeds() throws IOException {
        for (int tail = 1; tail < 20; tail++) {
            byte[] content = content(new Random(7), 65536 + tail);
            for (LzFrames kind : List.of(LzFrames.LINKED, LzFrames.LINKED.withBlockLength(32_768))) {
                byte[] frame = compressEvenTiny(kind, content);
                for (BlockCompression compression : List.of(NATIVE, SAFE)) {
                    assertThat(decodeExactly(frame, compression, content.length))
                            .isEqualTo(content);
                }
            }
        }
    }

    /** As the kind does, but keeps blocks compressed also where that makes them longer. */
    private static byte[] compressEvenTiny(LzFrames kind, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        kind.writeHeader(frame, 0);
        for (int from = 0; from < content.length; from += kind.blockLength()) {
            int length = Math.min(kind.blockLength(), content.length - from);
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            if (length < 15) {
                block.write(length << 4);
                block.write(content, from, length);
            } else if (length < 20) {
                block.write(15 << 4);
                block.write(length - 15);
                block.write(content, from, length);
            } else {
                byte[] target = new byte[length + length / 255 + 16];
                int size = NATIVE.compress(content, from, length, target, 0, target.length);
                block.write(target, 0, size);
            }
            LzFrames.writeInt(frame, block.size());
            frame.writeBytes(block.toByteArray());
        }
        LzFrames.writeInt(frame, 0);
        LzFrames.writeInt(frame, NATIVE.checksum(content, 0, content.length));
        return frame.toByteArray();
    }

    private static byte[] decodeExactly(byte[] frame, BlockCompression compression, int length) throws IOException {
        byte[] decoded = new byte[length];
        Lz4FrameReader reader = new Lz4FrameReader(new ByteArrayInputStream(frame), compression);
        Lz4Block block = new Lz4Block();
        int end = 0;
        while (reader.nextBlock(block)) {
            int bound = Math.min(block.decodedBound(reader.header()), length - end);
            int count = reader.decode(block, decoded, end, bound);
            reader.accept(decoded, end, count);
            end += count;
        }
        reader.finish();
        assertThat(end).isEqualTo(length);
        return decoded;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesAFrameThatEndsAnywhereElse(LzFrames kind) {
        byte[] frame = kind.of(content(new Random(8), kind.blockLength() < 10 ? 100 : 900));
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> decode(cut, NATIVE))
                    .as("cut to %s", length)
                    .isInstanceOf(CorruptFrameException.class);
        }
        for (byte[] garbage : new byte[][] {{0}, {1, 2, 3}, frame}) {
            byte[] longer = Arrays.copyOf(frame, frame.length + garbage.length);
            System.arraycopy(garbage, 0, longer, frame.length, garbage.length);
            assertThatExceptionOfType(CorruptFrameException.class)
                    .isThrownBy(() -> decode(longer, NATIVE))
                    .withMessage("bytes after the end of the LZ4 frame")
                    .satisfies(e -> assertThat(e.offset()).isEqualTo(frame.length));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noSingleBitChangesTheContent(LzFrames kind) {
        byte[] content = content(new Random(9), 160);
        byte[] frame = kind.of(content);
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                byte[] decoded = decode(flipped, NATIVE);
                if (kind.contentChecksum()) {
                    assertThat(decoded).as("bit %s", bit).isEqualTo(content);
                }
            } catch (IOException e) {
                assertThat(e).as("bit %s", bit).isInstanceOf(CorruptFrameException.class);
            }
        }
    }

    @Test
    void everyBitOfALitestreamFrameIsProved() {
        byte[] content = content(new Random(10), 400);
        byte[] frame = LzFrames.written(content);
        int unnoticed = 0;
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                // The same content from other bytes is possible, another content is not.
                assertThat(decode(flipped, NATIVE)).isEqualTo(content);
                unnoticed++;
            } catch (IOException e) {
                assertThat(e).isInstanceOf(CorruptFrameException.class);
            }
        }
        assertThat(unnoticed).isLessThan(8);
    }

    @Test
    void refusesWhatIsNoFrame() {
        assertCorrupt(new byte[0], "object is empty, an LZ4 frame is missing");
        assertCorrupt(new byte[] {4, 0x22}, "no LZ4 frame, it begins with 04 22");
        assertCorrupt(
                "SQLite format 3".getBytes(StandardCharsets.US_ASCII), "no LZ4 frame, it begins with 53 51 4c 69");
        // The magic numbers of the legacy format and of skippable frames.
        assertCorrupt(new byte[] {0x02, 0x21, 0x4c, 0x18, 0, 0, 0, 0}, "no LZ4 frame");
        assertCorrupt(new byte[] {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0}, "no LZ4 frame");
        assertCorrupt(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "no LZ4 frame, it begins with 1f 8b 08 00");
    }

    @Test
    void refusesHeadersItDoesNotKnow() {
        assertCorrupt(frameWithDescriptor(0x24, 0x70), "LZ4 frame of another version, flags 0x24");
        assertCorrupt(frameWithDescriptor(0xe4, 0x70), "LZ4 frame of another version");
        assertCorrupt(frameWithDescriptor(0x66, 0x70), "LZ4 frame of another version");
        assertCorrupt(frameWithDescriptor(0x65, 0x70, 1, 2, 3, 4), "LZ4 frame that needs a dictionary");
        assertCorrupt(frameWithDescriptor(0x64, 0x30), "LZ4 frame with no known block size, 0x30");
        assertCorrupt(frameWithDescriptor(0x64, 0xf0), "LZ4 frame with no known block size");
        assertCorrupt(frameWithDescriptor(0x64, 0x71), "LZ4 frame with no known block size");
        assertCorrupt(
                frameWithDescriptor(0x6c, 0x70, 255, 255, 255, 255, 255, 255, 255, 255),
                "LZ4 frame with an absurd content size, 18446744073709551615");
        byte[] wrongChecksum = frameWithDescriptor(0x64, 0x70);
        wrongChecksum[6] ^= 1;
        assertCorrupt(wrongChecksum, "LZ4 header checksum is wrong");
    }

    @Test
    void refusesAContentOfAnotherSizeThanTheFrameNames() {
        byte[] content = content(new Random(11), 500);
        for (long claimed : new long[] {0, 499, 501, Long.MAX_VALUE}) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            LzFrames.SMALL.withContentSize().writeHeader(frame, claimed);
            byte[] whole = LzFrames.SMALL.of(content);
            frame.write(whole, 7, whole.length - 7);
            assertCorrupt(frame.toByteArray(), "LZ4 frame names a content of " + claimed + " bytes and holds 500");
        }
    }

    @Test
    void refusesABlockBeyondTheFramesBoundBeforeItIsRead() {
        for (int size : new int[] {65537, Integer.MAX_VALUE, 65537 | 1 << 31, -1}) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            LzFrames.SMALL.writeHeader(frame, 0);
            LzFrames.writeInt(frame, size);
            assertCorrupt(frame.toByteArray(), "more than the frame's bound of 65536");
        }
    }

    @Test
    void refusesABlockThatDecodesBeyondTheFramesBound() {
        byte[] large = new byte[70_000];
        byte[] block = new byte[1000];
        int size = NATIVE.compress(large, 0, large.length, block, 0, block.length);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        LzFrames.SMALL.writeHeader(frame, 0);
        LzFrames.writeInt(frame, size);
        frame.write(block, 0, size);
        LzFrames.writeInt(frame, 0);
        LzFrames.writeInt(frame, NATIVE.checksum(large, 0, large.length));
        assertCorrupt(frame.toByteArray(), "does not decode into 65536 bytes");
    }

    @Test
    void writesNothingAfterItIsClosed() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Lz4FrameWriter writer = new Lz4FrameWriter(out, NATIVE);
        writer.write('x');
        writer.close();
        byte[] whole = out.toByteArray();

        assertThatThrownBy(() -> writer.write(new byte[5 << 20])).isInstanceOf(IOException.class);
        writer.close();

        assertThat(out.toByteArray()).isEqualTo(whole);
        assertThat(decode(whole, NATIVE)).containsExactly('x');
    }

    @Test
    void finishComesLast() throws IOException {
        Lz4FrameReader reader = new Lz4FrameReader(new ByteArrayInputStream(LzFrames.written(new byte[10])), NATIVE);
        assertThatThrownBy(reader::finish).isInstanceOf(IllegalStateException.class);
    }

    private static void assertCorrupt(byte[] frame, String message) {
        assertThatThrownBy(() -> decode(frame, NATIVE))
                .isInstanceOf(CorruptFrameException.class)
                .hasMessageContaining(message);
    }

    private static byte[] frameWithDescriptor(int... descriptor) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        LzFrames.writeInt(frame, Lz4FrameHeader.MAGIC);
        byte[] bytes = new byte[descriptor.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) descriptor[i];
        }
        frame.writeBytes(bytes);
        frame.write(NATIVE.checksum(bytes, 0, bytes.length) >> 8);
        LzFrames.writeInt(frame, 0);
        return frame.toByteArray();
    }

    private static byte[] decode(byte[] frame, BlockCompression compression) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Lz4FrameReader reader = new Lz4FrameReader(new ByteArrayInputStream(frame), compression);
        Lz4Block block = new Lz4Block();
        while (reader.nextBlock(block)) {
            byte[] decoded = new byte[block.decodedBound(reader.header()) + 7];
            int length = reader.decode(block, decoded, 7, decoded.length - 7);
            reader.accept(decoded, 7, length);
            content.write(decoded, 7, length);
        }
        reader.finish();
        assertThat(reader.contentLength()).isEqualTo(content.size());
        return content.toByteArray();
    }

    /** Half noise, half repetition. */
    private static byte[] content(Random random, int size) {
        byte[] content = new byte[size];
        int at = 0;
        while (at < size) {
            int length = Math.min(size - at, 1 + random.nextInt(300));
            if (random.nextBoolean()) {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, content, at, length);
            } else if (at > 0) {
                int distance = 1 + random.nextInt(Math.min(at, 65535));
                for (int i = 0; i < length; i++) {
                    content[at + i] = content[at + i - distance];
                }
            }
            at += length;
        }
        return content;
    }
}
