// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

/** One block of a frame as it is stored, in a buffer that is used again for the next one. For one thread at a time. */
public final class Lz4Block {

    /** What no LZ4 block decodes beyond: 255 bytes for each stored one. */
    private static final long MAX_EXPANSION = 255;

    private byte[] bytes = new byte[0];
    private int length;
    private boolean compressed;
    private long offset;

    /** An empty block; its buffer grows to the largest block that is read into it. */
    public Lz4Block() {}

    /** The stored bytes of the block: the first {@link #length()} of the array, which is not to be kept. */
    byte[] bytes() {
        return bytes;
    }

    /** How many bytes are stored. */
    public int length() {
        return length;
    }

    boolean compressed() {
        return compressed;
    }

    /** Where the block's bytes begin, from the start of the frame. */
    long offset() {
        return offset;
    }

    /** The most that this block can decode to, in a frame with that header. */
    public int decodedBound(Lz4FrameHeader header) {
        return compressed ? (int) Math.min(header.blockMaxSize(), length * MAX_EXPANSION) : length;
    }

    /** Makes room for the next block, whose bytes the caller then reads into {@link #bytes()}. */
    void reset(int newLength, boolean isCompressed, long newOffset) {
        if (bytes.length < newLength) {
            bytes = new byte[Math.max(newLength, Math.min(2 * bytes.length, Lz4FrameHeader.LITESTREAM.blockMaxSize()))];
        }
        length = newLength;
        compressed = isCompressed;
        offset = newOffset;
    }
}
