// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/**
 * One page as it is stored, in a buffer that is used again for the next one. Between {@link LtxReader#nextPage} and the end
 * of its use it may be handed to another thread.
 */
public final class LtxPage {

    private byte[] bytes = new byte[0];
    private long offset;
    private long number;
    private LtxPageEncoding encoding = LtxPageEncoding.FRAME;
    private int dataOffset;
    private int dataLength;
    private boolean compressed;

    /** No page yet; its buffer grows with the pages read into it, to no more than twice the largest. */
    public LtxPage() {}

    /** Which page of the database, from 1. */
    public long number() {
        return number;
    }

    /** Where its header begins, in bytes from the start of the file. */
    public long offset() {
        return offset;
    }

    public LtxPageEncoding encoding() {
        return encoding;
    }

    /** From its header on. Not to be kept. */
    byte[] bytes() {
        return bytes;
    }

    /** How many of the bytes are in the file's checksum as they are stored: all before the page's data. */
    int headLength() {
        return encoding == LtxPageEncoding.FRAME ? PageForm.HEADER : PageForm.HEADER + Integer.BYTES;
    }

    /** Where the LZ4 block begins in {@link #bytes()}. */
    int dataOffset() {
        return dataOffset;
    }

    int dataLength() {
        return dataLength;
    }

    /** Whether the data are an LZ4 block, and not the page itself. */
    boolean compressed() {
        return compressed;
    }

    void begin(long newOffset) {
        offset = newOffset;
        room(PageForm.HEADER);
    }

    void is(long newNumber, LtxPageEncoding newEncoding) {
        number = newNumber;
        encoding = newEncoding;
    }

    void holds(int newDataOffset, int newDataLength, boolean isCompressed) {
        dataOffset = newDataOffset;
        dataLength = newDataLength;
        compressed = isCompressed;
    }

    /** Makes the buffer large enough, keeping what is in it. */
    void room(int length) {
        if (bytes.length < length) {
            byte[] larger = new byte[Math.max(length, 2 * bytes.length)];
            System.arraycopy(bytes, 0, larger, 0, bytes.length);
            bytes = larger;
        }
    }
}
