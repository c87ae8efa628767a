// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.codec.lz4.Lz4Variants;
import dev.tailrace.fuzzing.Bounds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * LZ4 frames: decoded to the same bytes with native code and without, or refused by {@link CorruptFrameException}; never more
 * than 255 bytes for each stored one; and what is written is read again.
 */
public final class Lz4FrameFuzz {

    private static final BlockCompression NATIVE = Lz4Variants.fastest();
    private static final BlockCompression JAVA = Lz4Variants.java();
    private static final int MAX_REPAIRS = 8;
    private static final int LARGEST_BLOCK = 4 << 20;

    private Lz4FrameFuzz() {}

    /** The input's first byte says whether the rest is a frame, one whose checksums are to be put right, or a content. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        int kind = input[0] & 3;
        if (kind == 3) {
            Bounds.within(10L * LARGEST_BLOCK + 64L * input.length, () -> writeAndRead(rest));
            return;
        }
        decodeBoth(rest, kind == 0 ? 0 : MAX_REPAIRS);
    }

    private static void decodeBoth(byte[] frame, int repairs) {
        byte[] tried = frame;
        for (int i = 0; i <= repairs; i++) {
            Decoding one = new Decoding(tried, NATIVE);
            Decoding other = new Decoding(tried, JAVA);
            // A block may be as long as its frame says, and linked ones have 64 KiB in front of them.
            long reserved = 3L * LARGEST_BLOCK + 20_000L * frame.length;
            Bounds.within(reserved, one::run);
            Bounds.within(reserved, other::run);
            require(one.refusal.isPresent() == other.refusal.isPresent(), "%s, but %s", one.refusal, other.refusal);
            require(one.refusal.isPresent() || Arrays.equals(one.content, other.content), "decoded to other bytes");
            require(one.length <= 255L * frame.length, "%d bytes of %d", one.length, frame.length);
            Optional<byte[]> next = one.refusal.flatMap(refusal -> Lz4Repair.of(frame, refusal));
            if (next.isEmpty()) {
                return;
            }
            tried = next.get();
        }
    }

    /** One reading of a frame. */
    private static final class Decoding {

        private final byte[] frame;
        private final BlockCompression compression;
        private byte[] content = {};
        private long length;
        private Optional<CorruptFrameException> refusal = Optional.empty();

        Decoding(byte[] frame, BlockCompression compression) {
            this.frame = frame;
            this.compression = compression;
        }

        void run() throws IOException {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream();
            length = 0;
            try {
                Lz4FrameReader reader = new Lz4FrameReader(new ByteArrayInputStream(frame), compression);
                Lz4Block block = new Lz4Block();
                while (reader.nextBlock(block)) {
                    byte[] target = new byte[block.decodedBound(reader.header())];
                    int count = reader.decode(block, target, 0, target.length);
                    reader.accept(target, 0, count);
                    length += count;
                    decoded.write(target, 0, count);
                }
                reader.finish();
                require(reader.contentLength() == length, "%d bytes are %d", length, reader.contentLength());
            } catch (CorruptFrameException e) {
                require(e.offset() >= 0 && e.offset() <= frame.length, "%s at %d", e, e.offset());
                refusal = Optional.of(e);
            }
            content = decoded.toByteArray();
        }
    }

    private static void writeAndRead(byte[] content) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (Lz4FrameWriter writer = new Lz4FrameWriter(frame, content.length % 2 == 0 ? NATIVE : JAVA)) {
            writer.write(content, 0, content.length);
        }
        Decoding decoding = new Decoding(frame.toByteArray(), content.length % 2 == 0 ? JAVA : NATIVE);
        decoding.run();
        require(decoding.refusal.isEmpty(), "what was written is refused: %s", decoding.refusal);
        require(Arrays.equals(decoding.content, content), "what was written is read otherwise");
    }
}
