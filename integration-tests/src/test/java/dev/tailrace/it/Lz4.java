// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.codec.Lz4FrameWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** Whole LZ4 frames as byte arrays. */
public final class Lz4 {

    private static final BlockCompression COMPRESSION = BlockCompressions.installed();

    private Lz4() {}

    public static byte[] decode(byte[] stored) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        decode(stored, content);
        return content.toByteArray();
    }

    private static void decode(byte[] stored, ByteArrayOutputStream content) throws IOException {
        Lz4FrameReader frame = new Lz4FrameReader(new ByteArrayInputStream(stored), COMPRESSION);
        Lz4Block block = new Lz4Block();
        while (frame.nextBlock(block)) {
            byte[] decoded = new byte[block.decodedBound(frame.header())];
            int length = frame.decode(block, decoded, 0, decoded.length);
            frame.accept(decoded, 0, length);
            content.write(decoded, 0, length);
        }
        frame.finish();
    }

    /** What the blocks before the first broken one hold; the frame's own checksum is not asked. */
    static byte[] decodeBeginning(byte[] stored) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            decode(stored, content);
        } catch (IOException e) {
            // Up to here it is what is wanted.
        }
        return content.toByteArray();
    }

    /** The content; empty if the bytes are not exactly one whole frame. */
    static Optional<byte[]> tryDecode(byte[] stored) {
        try {
            return Optional.of(decode(stored));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public static byte[] encode(byte[] content) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (Lz4FrameWriter frame = new Lz4FrameWriter(stored, COMPRESSION)) {
            frame.write(content);
        }
        return stored.toByteArray();
    }
}
