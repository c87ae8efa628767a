// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes one LTX file. A file that is not {@linkplain #finish() finished} is not whole. It equals Litestream's byte for byte
 * but for what the LZ4 blocks are compressed to, which is left to a library.
 *
 * <p>Keeps the page index, about ten bytes for each page, until the end. For one thread at a time; does not close the stream
 * below, and does not write in large pieces: that stream should have a buffer.
 */
public final class LtxWriter {

    private static final byte[] END_OF_PAGES = new byte[PageForm.HEADER];

    private final OutputStream out;
    private final BlockCompression compression;
    private final LtxHeader header;
    private final LtxPageEncoding encoding;
    private final PageSequence sequence;
    private final LtxDigest digest;
    private final PageIndexEntry entry = new PageIndexEntry();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();
    private final byte[] stored;
    private long offset;
    private boolean finished;

    /**
     * Writes the header.
     *
     * @param out where the file goes; stays the caller's to close
     */
    public LtxWriter(OutputStream out, LtxHeader header, LtxPageEncoding encoding, BlockCompression compression)
            throws IOException {
        this.out = requireNonNull(out, "out");
        this.header = requireNonNull(header, "header");
        this.encoding = requireNonNull(encoding, "encoding");
        this.compression = requireNonNull(compression, "compression");
        sequence = new PageSequence("LTX file", header);
        digest = new LtxDigest(header);
        stored = new byte[PageForm.blockBound(header.pageSize())];
        writeHashed(header.toBytes());
    }

    /**
     * Writes the next page: in a snapshot the one after the last one, the lock page left out, from 1 up to the header's commit
     * size; in other files any greater one.
     *
     * @param bytes holds a page from {@code from} on
     * @throws IllegalArgumentException if that page may not follow; the message says what may
     */
    public void writePage(long number, byte[] bytes, int from) throws IOException {
        requireUnfinished();
        require(sequence.next(number, offset));
        long start = offset;
        byte[] head = new byte[PageForm.HEADER + (encoding == LtxPageEncoding.SIZED_BLOCK ? Integer.BYTES : 0)];
        PageForm.BIG_INT.set(head, 0, (int) number);
        PageForm.BIG_SHORT.set(head, Integer.BYTES, (short) encoding.flags());
        if (encoding == LtxPageEncoding.SIZED_BLOCK) {
            int size = compression.compress(bytes, from, header.pageSize(), stored, 0, stored.length);
            if (size <= 0) {
                throw new IllegalStateException(
                        compression.description() + " takes more for a page than LZ4 ever does");
            }
            PageForm.BIG_INT.set(head, PageForm.HEADER, size);
            write(head, head.length);
            write(stored, size);
        } else {
            write(head, head.length);
            writeFrame(bytes, from);
        }
        digest.add((int) number, head, head.length, bytes, from);
        entry.set(number, start, offset - start);
        index.write(entry.bytes(), 0, entry.length());
    }

    private void writeFrame(byte[] bytes, int from) throws IOException {
        int pageSize = header.pageSize();
        write(PageForm.FRAME_START, PageForm.FRAME_START.length);
        int size = compression.compress(bytes, from, pageSize, stored, 0, pageSize - 1);
        if (size > 0) {
            writeLittle(size);
            write(stored, size);
        } else {
            writeLittle(pageSize | PageForm.UNCOMPRESSED);
            out.write(bytes, from, pageSize);
            offset += pageSize;
        }
        writeLittle(0);
        writeLittle(compression.checksum(bytes, from, pageSize));
    }

    /**
     * Ends a file whose post-apply checksum follows from itself: one whose writer keeps no checksums of the database, or a
     * snapshot, or one that leaves no page.
     *
     * @throws IllegalArgumentException if a snapshot lacks pages
     * @throws IllegalStateException if the checksum has to be given
     */
    public LtxTrailer finish() throws IOException {
        if (!header.tracksChecksums()) {
            return end(0);
        }
        if (header.isSnapshot() || header.commit() == 0) {
            return end(digest.databaseChecksum());
        }
        throw new IllegalStateException("the post-apply checksum of these pages does not follow from them");
    }

    /**
     * Ends a file that is no snapshot, of a writer who keeps checksums of the database.
     *
     * @param postApplyChecksum of the database after the file's transactions, with its highest bit set
     * @throws IllegalArgumentException if it cannot be that
     */
    public LtxTrailer finish(long postApplyChecksum) throws IOException {
        if (!header.tracksChecksums() || header.isSnapshot() || header.commit() == 0 || postApplyChecksum >= 0) {
            throw new IllegalArgumentException(
                    "no post-apply checksum of such a file: " + LtxChecksum.hex(postApplyChecksum));
        }
        return end(postApplyChecksum);
    }

    private LtxTrailer end(long postApplyChecksum) throws IOException {
        requireUnfinished();
        require(sequence.end(offset));
        finished = true;
        writeHashed(END_OF_PAGES);
        index.write(0);
        byte[] listed = index.toByteArray();
        writeHashed(listed);
        writeHashed(big(listed.length));
        writeHashed(big(postApplyChecksum));
        LtxTrailer trailer = new LtxTrailer(postApplyChecksum, digest.fileChecksum());
        write(big(trailer.fileChecksum()), Long.BYTES);
        out.flush();
        return trailer;
    }

    private void requireUnfinished() {
        if (finished) {
            throw new IllegalStateException("the LTX file is finished");
        }
    }

    private static void require(Optional<Damage> broken) {
        if (broken.isPresent()) {
            throw new IllegalArgumentException(broken.get().toString());
        }
    }

    private void writeHashed(byte[] bytes) throws IOException {
        digest.update(bytes, 0, bytes.length);
        write(bytes, bytes.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        offset += length;
    }

    private void writeLittle(int value) throws IOException {
        byte[] word = new byte[Integer.BYTES];
        PageForm.LITTLE_INT.set(word, 0, value);
        write(word, word.length);
    }

    private static byte[] big(long value) {
        byte[] word = new byte[Long.BYTES];
        PageForm.BIG_LONG.set(word, 0, value);
        return word;
    }
}
