// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads page after page as stored, and then the index that must list them. It keeps no list: what the index has to hold is
 * known by length and checksum.
 */
final class PageWalk {

    private static final byte[] END = {0};
    private static final int CHUNK = 8 << 10;

    private final LtxInput in;
    private final int pageSize;
    private final PageSequence sequence;
    private final PageIndexEntry entry = new PageIndexEntry();
    private long indexLength;
    private long indexChecksum = LtxChecksum.START;
    private long pages;
    private boolean ended;

    PageWalk(LtxInput in, LtxHeader header) {
        this.in = in;
        pageSize = header.pageSize();
        sequence = new PageSequence(in.key(), header);
    }

    /** How many pages have been read. */
    long pages() {
        return pages;
    }

    boolean ended() {
        return ended;
    }

    boolean next(LtxPage page) throws IOException {
        long start = in.offset();
        page.begin(start);
        byte[] bytes = page.bytes();
        in.readFully(bytes, 0, PageForm.HEADER, "the header of a page");
        long number = Integer.toUnsignedLong((int) PageForm.BIG_INT.get(bytes, 0));
        int flags = (short) PageForm.BIG_SHORT.get(bytes, Integer.BYTES) & 0xffff;
        if (number == 0 && flags == 0) {
            require(sequence.end(start));
            appendToIndex(END, END.length);
            ended = true;
            return false;
        }
        require(sequence.next(number, start));
        page.is(number, encoding(flags, start + Integer.BYTES));
        if (page.encoding() == LtxPageEncoding.FRAME) {
            readFrame(page);
        } else {
            readBlock(page);
        }
        entry.set(number, start, in.offset() - start);
        appendToIndex(entry.bytes(), entry.length());
        pages++;
        return true;
    }

    private LtxPageEncoding encoding(int flags, long offset) throws DamagedReplicaException {
        if (flags == LtxPageEncoding.SIZED_BLOCK.flags()) {
            return LtxPageEncoding.SIZED_BLOCK;
        }
        if (flags == LtxPageEncoding.FRAME.flags()) {
            return LtxPageEncoding.FRAME;
        }
        throw in.damaged(offset, "page with unknown flags", "0000 or 0001", String.format("%04x", flags));
    }

    private void readBlock(LtxPage page) throws IOException {
        int dataOffset = PageForm.HEADER + Integer.BYTES;
        page.room(dataOffset);
        long sizeOffset = in.offset();
        in.readFully(page.bytes(), PageForm.HEADER, Integer.BYTES, "the size of a page");
        int size = (int) PageForm.BIG_INT.get(page.bytes(), PageForm.HEADER);
        int bound = PageForm.blockBound(pageSize);
        if (size <= 0 || size > bound) {
            throw in.damaged(
                    sizeOffset, "no size of a stored page", "1 to " + bound + " bytes", Integer.toUnsignedString(size));
        }
        page.room(dataOffset + size);
        in.readFully(page.bytes(), dataOffset, size, "a page");
        page.holds(dataOffset, size, true);
    }

    private void readFrame(LtxPage page) throws IOException {
        int sizeAt = PageForm.HEADER + PageForm.FRAME_START.length;
        int dataOffset = sizeAt + Integer.BYTES;
        page.room(dataOffset);
        long frameOffset = in.offset();
        in.readFully(page.bytes(), PageForm.HEADER, dataOffset - PageForm.HEADER, "the LZ4 frame of a page");
        byte[] start = Arrays.copyOfRange(page.bytes(), PageForm.HEADER, sizeAt);
        if (!Arrays.equals(start, PageForm.FRAME_START)) {
            throw in.damaged(
                    frameOffset,
                    "page is no LZ4 frame as LTX has them",
                    HexFormat.of().formatHex(PageForm.FRAME_START),
                    HexFormat.of().formatHex(start));
        }
        int word = (int) PageForm.LITTLE_INT.get(page.bytes(), sizeAt);
        boolean compressed = (word & PageForm.UNCOMPRESSED) == 0;
        int size = word & ~PageForm.UNCOMPRESSED;
        if (size == 0 || (compressed ? size > PageForm.blockBound(pageSize) : size != pageSize)) {
            throw in.damaged(
                    frameOffset + PageForm.FRAME_START.length,
                    "no size of an LZ4 block that holds one page",
                    compressed ? "1 to " + PageForm.blockBound(pageSize) + " bytes" : pageSize + " bytes",
                    size);
        }
        page.room(dataOffset + size + PageForm.FRAME_END);
        in.readFully(page.bytes(), dataOffset, size + PageForm.FRAME_END, "the LZ4 frame of a page");
        int end = (int) PageForm.LITTLE_INT.get(page.bytes(), dataOffset + size);
        if (end != 0) {
            throw in.damaged(
                    in.offset() - PageForm.FRAME_END,
                    "LZ4 frame goes on after its page",
                    "00000000",
                    String.format("%08x", end));
        }
        page.holds(dataOffset, size, compressed);
    }

    /** Reads the index and its length, and proves that it lists exactly the pages that were read. */
    void readIndex(LtxDigest digest) throws IOException {
        long start = in.offset();
        long checksum = LtxChecksum.START;
        byte[] chunk = new byte[CHUNK];
        for (long left = indexLength; left > 0; ) {
            int some = (int) Math.min(left, chunk.length);
            in.readFully(chunk, 0, some, "the page index");
            digest.update(chunk, 0, some);
            checksum = LtxChecksum.update(checksum, chunk, 0, some);
            left -= some;
        }
        if (checksum != indexChecksum) {
            throw in.damaged(
                    start,
                    "page index does not list the pages of its file, by its checksum",
                    LtxChecksum.hex(indexChecksum),
                    LtxChecksum.hex(checksum));
        }
        long lengthOffset = in.offset();
        in.readFully(chunk, 0, Long.BYTES, "the length of the page index");
        digest.update(chunk, 0, Long.BYTES);
        long length = (long) PageForm.BIG_LONG.get(chunk, 0);
        if (length != indexLength) {
            throw in.damaged(
                    lengthOffset,
                    "length of the page index is wrong",
                    indexLength + " bytes",
                    Long.toUnsignedString(length) + " bytes");
        }
    }

    private void appendToIndex(byte[] bytes, int length) {
        indexChecksum = LtxChecksum.update(indexChecksum, bytes, 0, length);
        indexLength += length;
    }

    private static void require(Optional<Damage> broken) throws DamagedReplicaException {
        if (broken.isPresent()) {
            throw new DamagedReplicaException(broken.get());
        }
    }
}
