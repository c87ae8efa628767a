// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.util.OptionalLong;

/**
 * The descriptor at the start of an LZ4 frame, as in the LZ4 frame format, version 1.6.
 *
 * @param blockMaxSize the most that one block decodes to: 64 KiB, 256 KiB, 1 MiB or 4 MiB
 * @param linkedBlocks whether a block refers to the 64 KiB decoded before it, so that blocks decode in order only
 * @param blockChecksums whether each block is followed by its checksum
 * @param contentChecksum whether the end mark is followed by a checksum of the whole content
 * @param contentSize how much the frame decodes to, where it says so; in bytes
 */
public record Lz4FrameHeader(
        int blockMaxSize,
        boolean linkedBlocks,
        boolean blockChecksums,
        boolean contentChecksum,
        OptionalLong contentSize) {

    /** What Litestream writes: independent 4 MiB blocks, a content checksum, no size (bytes 04 22 4d 18 64 70 b9). */
    public static final Lz4FrameHeader LITESTREAM =
            new Lz4FrameHeader(4 << 20, false, false, true, OptionalLong.empty());

    static final int MAGIC = 0x184D2204;
    static final int MIN_DESCRIPTOR = 2;
    static final int MAX_DESCRIPTOR = 14;

    private static final int VERSION_BITS = 0b1100_0000;
    private static final int VERSION_1 = 0b0100_0000;
    private static final int INDEPENDENT = 1 << 5;
    private static final int BLOCK_CHECKSUMS = 1 << 4;
    private static final int CONTENT_SIZE = 1 << 3;
    private static final int CONTENT_CHECKSUM = 1 << 2;
    private static final int RESERVED = 1 << 1;
    private static final int DICTIONARY = 1;
    private static final int BLOCK_SIZE_RESERVED = 0b1000_1111;

    /** How many bytes the descriptor has that begins with this flag byte, without its own checksum. */
    static int descriptorLength(int flags) {
        return 2 + ((flags & CONTENT_SIZE) != 0 ? 8 : 0) + ((flags & DICTIONARY) != 0 ? 4 : 0);
    }

    static Lz4FrameHeader parse(byte[] descriptor) throws CorruptFrameException {
        int flags = descriptor[0];
        if ((flags & VERSION_BITS) != VERSION_1 || (flags & RESERVED) != 0) {
            throw new CorruptFrameException("LZ4 frame of another version, flags " + hex(flags), 4, null);
        }
        if ((flags & DICTIONARY) != 0) {
            throw new CorruptFrameException("LZ4 frame that needs a dictionary", 4, null);
        }
        int sizeCode = (descriptor[1] >> 4) & 7;
        if ((descriptor[1] & BLOCK_SIZE_RESERVED) != 0 || sizeCode < 4) {
            throw new CorruptFrameException("LZ4 frame with no known block size, " + hex(descriptor[1]), 5, null);
        }
        OptionalLong size = OptionalLong.empty();
        if ((flags & CONTENT_SIZE) != 0) {
            long value = LittleEndian.getLong(descriptor, 2);
            if (value < 0) {
                throw new CorruptFrameException(
                        "LZ4 frame with an absurd content size, " + Long.toUnsignedString(value), 6, null);
            }
            size = OptionalLong.of(value);
        }
        return new Lz4FrameHeader(
                1 << (8 + 2 * sizeCode),
                (flags & INDEPENDENT) == 0,
                (flags & BLOCK_CHECKSUMS) != 0,
                (flags & CONTENT_CHECKSUM) != 0,
                size);
    }

    /** The descriptor without its checksum. */
    byte[] toBytes() {
        int flags = VERSION_1
                | (linkedBlocks ? 0 : INDEPENDENT)
                | (blockChecksums ? BLOCK_CHECKSUMS : 0)
                | (contentSize.isPresent() ? CONTENT_SIZE : 0)
                | (contentChecksum ? CONTENT_CHECKSUM : 0);
        byte[] descriptor = new byte[descriptorLength(flags)];
        descriptor[0] = (byte) flags;
        descriptor[1] = (byte) (((Integer.numberOfTrailingZeros(blockMaxSize) - 8) / 2) << 4);
        contentSize.ifPresent(size -> LittleEndian.putLong(descriptor, 2, size));
        return descriptor;
    }

    private static String hex(int value) {
        return String.format("0x%02x", value & 0xff);
    }
}
