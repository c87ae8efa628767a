// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Walks one LTX file page by page, and proves at its end that the bytes are that file, whole, and nothing else.
 *
 * <p>The only proof of a page is the file's checksum, which is over the pages as they are when decoded and is stored behind
 * the last one. <b>So all pages, and the header, are unproven until {@link #finish()} has returned</b>: what is made of them
 * before must be thrown away if it fails. (A page that is an LZ4 frame has a checksum of its own, which
 * {@link #decode} checks.)
 *
 * <p>Each page takes three steps: {@link #nextPage} reads its stored bytes, {@link #decode} decodes them, and {@code accept}
 * takes the decoded ones into the checksum. The first and the last are to be done in the order of the pages, and by different
 * threads if each of them is guarded by the caller; decoding may be done by any thread. Where one thread takes in whole runs
 * of pages, digests of runs made elsewhere are {@linkplain #accept(LtxDigest) joined}.
 *
 * <p>Keeps no page, and takes the same small memory for files of any size. No size is trusted before it is checked. Failures
 * are {@link DamagedReplicaException}, with the object's key and the offset in its bytes, and what the stream throws.
 */
public final class LtxReader {

    private static final byte[] END_OF_PAGES = new byte[PageForm.HEADER];

    private final LtxInput in;
    private final BlockCompression compression;
    private final LtxHeader header;
    private final PageWalk walk;
    private final LtxDigest digest;

    /**
     * Reads the header.
     *
     * @param key of the object, whose last element is an {@link LtxFileName}
     * @param in the object's bytes up to its end; stays the caller's to close
     * @throws DamagedReplicaException if it has no valid header, or one of other transactions than its name says
     * @throws UnsupportedReplicaException if it is of LTX version 1 or 2
     * @throws IllegalArgumentException if {@code key} is none of an LTX file
     */
    public LtxReader(String key, InputStream in, BlockCompression compression) throws IOException {
        LtxFileName name = LtxFileName.ofKey(key)
                .orElseThrow(() -> new IllegalArgumentException("not the key of an LTX file: " + key));
        this.in = new LtxInput(key, requireNonNull(in, "in"));
        this.compression = requireNonNull(compression, "compression");
        byte[] bytes = new byte[LtxHeader.SIZE];
        header = readHeader(name, bytes);
        walk = new PageWalk(this.in, header);
        digest = new LtxDigest(header);
        digest.update(bytes, 0, bytes.length);
    }

    /** What the file says of itself. */
    public LtxHeader header() {
        return header;
    }

    /**
     * Reads the next page's stored bytes.
     *
     * @return false after the last page, when only {@link #finish()} may follow
     */
    public boolean nextPage(LtxPage page) throws IOException {
        if (walk.ended()) {
            throw new IllegalStateException("there are no more pages in " + in.key());
        }
        return walk.next(page);
    }

    /**
     * Decodes a page into as many bytes of {@code target} as the header's page size says. By any thread.
     *
     * @throws DamagedReplicaException if it is malformed, or decodes to another size
     */
    public void decode(LtxPage page, byte[] target, int targetOffset) throws DamagedReplicaException {
        int pageSize = header.pageSize();
        long offset = page.offset() + page.dataOffset();
        if (page.compressed()) {
            int decoded;
            try {
                decoded = compression.decompress(
                        page.bytes(), page.dataOffset(), page.dataLength(), target, targetOffset, pageSize);
            } catch (IOException e) {
                throw new DamagedReplicaException(
                        Damage.at(in.key(), offset, "page " + page.number() + " does not decode")
                                .expecting("an LZ4 block of " + pageSize + " bytes", "none"),
                        e);
            }
            if (decoded != pageSize) {
                throw in.damaged(
                        offset,
                        "page " + page.number() + " decodes to another size",
                        pageSize + " bytes",
                        decoded + " bytes");
            }
        } else {
            System.arraycopy(page.bytes(), page.dataOffset(), target, targetOffset, pageSize);
        }
        if (page.encoding() == LtxPageEncoding.FRAME) {
            requireFrameChecksum(page, compression.checksum(target, targetOffset, pageSize));
        }
    }

    private void requireFrameChecksum(LtxPage page, int computed) throws DamagedReplicaException {
        int checksumAt = page.dataOffset() + page.dataLength() + PageForm.FRAME_END - Integer.BYTES;
        int stored = (int) PageForm.LITTLE_INT.get(page.bytes(), checksumAt);
        if (stored != computed) {
            throw in.damaged(
                    page.offset() + checksumAt,
                    "LZ4 checksum of page " + page.number() + " is wrong",
                    String.format("%08x", computed),
                    String.format("%08x", stored));
        }
    }

    /** Takes in what the next page in order was decoded to. */
    public void accept(LtxPage page, byte[] decoded, int offset) {
        digest.add(page, decoded, offset);
    }

    /** Takes in the next pages in order, as many as {@code run} has. */
    public void accept(LtxDigest run) {
        digest.append(run);
    }

    /** For a run of pages of this file. By any thread. */
    public LtxDigest newDigest() {
        return new LtxDigest(header);
    }

    /**
     * Reads what follows on the pages and proves the file: page index, checksums, and that the object ends there.
     *
     * @throws DamagedReplicaException if one of them does not hold; then no page of the file is to be used
     * @throws IllegalStateException if there are more pages, or some were not accepted
     */
    public LtxTrailer finish() throws IOException {
        if (!walk.ended() || digest.pages() != walk.pages()) {
            throw new IllegalStateException("not all pages were read and accepted of " + in.key() + ": "
                    + digest.pages() + " of " + walk.pages() + (walk.ended() ? "" : " or more"));
        }
        digest.update(END_OF_PAGES, 0, END_OF_PAGES.length);
        walk.readIndex(digest);
        long offset = in.offset();
        byte[] bytes = new byte[LtxTrailer.SIZE];
        in.readFully(bytes, 0, bytes.length, "the trailer");
        digest.update(bytes, 0, Long.BYTES);
        LtxTrailer trailer =
                new LtxTrailer((long) PageForm.BIG_LONG.get(bytes, 0), (long) PageForm.BIG_LONG.get(bytes, Long.BYTES));
        in.requireEnd();
        if (trailer.fileChecksum() != digest.fileChecksum()) {
            throw in.damaged(
                    offset + Long.BYTES,
                    "checksum of the LTX file is wrong",
                    LtxChecksum.hex(digest.fileChecksum()),
                    LtxChecksum.hex(trailer.fileChecksum()));
        }
        requirePostApplyChecksum(trailer.postApplyChecksum(), offset);
        return trailer;
    }

    private void requirePostApplyChecksum(long stored, long offset) throws DamagedReplicaException {
        boolean known = header.isSnapshot() || header.commit() == 0;
        if (!header.tracksChecksums()) {
            if (stored != 0) {
                throw postApply(offset, "the LTX file's flags rule out a post-apply checksum", 0, stored);
            }
        } else if (known ? stored != digest.databaseChecksum() : stored >= 0) {
            long expected = known ? digest.databaseChecksum() : LtxChecksum.STORED;
            throw postApply(offset, "post-apply checksum of the LTX file is wrong", expected, stored);
        }
    }

    private DamagedReplicaException postApply(long offset, String problem, long expected, long actual) {
        return in.damaged(offset, problem, LtxChecksum.hex(expected), LtxChecksum.hex(actual));
    }

    private LtxHeader readHeader(LtxFileName name, byte[] bytes) throws IOException {
        in.readFully(bytes, 0, bytes.length, "the header of the LTX file");
        if ((int) PageForm.BIG_INT.get(bytes, 0) == LtxHeader.MAGIC) {
            refuseOlderVersion(bytes);
        }
        LtxHeader parsed = LtxHeader.parse(in.key(), bytes);
        if (parsed.minTxid() != name.minTxid() || parsed.maxTxid() != name.maxTxid()) {
            LtxFileName range = new LtxFileName(parsed.minTxid(), parsed.maxTxid());
            throw in.damaged(
                    LtxHeader.TXIDS_OFFSET, "LTX file holds other transactions than its name says", name, range);
        }
        return parsed;
    }

    private void refuseOlderVersion(byte[] headerBytes) throws IOException {
        Optional<Integer> version = OlderVersion.of(headerBytes, in.peek(OlderVersion.LOOK));
        if (version.isPresent()) {
            throw new UnsupportedReplicaException(
                    in.key() + " is of LTX version " + version.get()
                            + ", as LiteFS and test releases before Litestream 0.5.0 wrote it; this version reads LTX 3,"
                            + " restore it with the program that wrote it",
                    null);
        }
    }
}
