// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import java.util.List;

/**
 * What decoded pages contribute to the checksums at the end of their file. The digests of several runs of pages can be made
 * side by side, each by one thread, and are handed to {@link LtxReader#accept(LtxDigest)} in the order of the pages.
 */
public final class LtxDigest {

    /** How many checksums are taken side by side. */
    private static final int LANES = 4;

    private final int pageSize;
    private final boolean foldsPages;
    private long checksum = LtxChecksum.START;
    private long length;
    private long folded;
    private long pages;

    /** Of no page yet, to be had of {@link LtxReader#newDigest()}. */
    LtxDigest(LtxHeader header) {
        pageSize = header.pageSize();
        foldsPages = header.tracksChecksums() && header.isSnapshot();
    }

    /** Takes in the page that follows on the one before, with what it was decoded to: as many bytes as a page has. */
    public void add(LtxPage page, byte[] decoded, int offset) {
        add((int) page.number(), page.bytes(), page.headLength(), decoded, offset);
    }

    /**
     * Takes in the pages that follow on the one before; for many of them this is faster than one by one.
     *
     * @param decoded what they were decoded to, one behind the other from the first byte on
     */
    public void addAll(List<LtxPage> run, byte[] decoded) {
        int quarter = run.size() / LANES;
        if (quarter > 0) {
            addQuarters(run, quarter, decoded);
        }
        for (int i = LANES * quarter; i < run.size(); i++) {
            add(run.get(i), decoded, i * pageSize);
        }
    }

    /** Takes in four quarters side by side, and then puts one behind the other. */
    private void addQuarters(List<LtxPage> run, int quarter, byte[] decoded) {
        long[] states = new long[LANES];
        long[] lengths = new long[LANES];
        for (int i = 0; i < quarter; i++) {
            for (int lane = 0; lane < LANES; lane++) {
                LtxPage page = run.get(lane * quarter + i);
                states[lane] = LtxChecksum.update(states[lane], page.bytes(), 0, page.headLength());
                lengths[lane] += page.headLength() + pageSize;
            }
            LtxChecksum.updateFour(states, decoded, i * pageSize, quarter * pageSize, pageSize);
        }
        for (int lane = 0; lane < LANES; lane++) {
            join(states[lane], lengths[lane]);
        }
        for (int i = 0; i < LANES * quarter; i++) {
            fold((int) run.get(i).number(), decoded, i * pageSize);
        }
    }

    /** Takes in a page with the first bytes of its stored form. */
    void add(int number, byte[] head, int headLength, byte[] page, int offset) {
        update(head, 0, headLength);
        update(page, offset, pageSize);
        fold(number, page, offset);
    }

    private void fold(int number, byte[] page, int offset) {
        if (foldsPages) {
            folded ^= LtxChecksum.ofPage(number, page, offset, pageSize);
        }
        pages++;
    }

    private void join(long state, long itsLength) {
        checksum = LtxChecksum.join(checksum, state, itsLength);
        length += itsLength;
    }

    /** Takes in what is no page. */
    void update(byte[] bytes, int offset, int count) {
        checksum = LtxChecksum.update(checksum, bytes, offset, count);
        length += count;
    }

    void append(LtxDigest next) {
        join(next.checksum, next.length);
        folded ^= next.folded;
        pages += next.pages;
    }

    /** How many pages were taken in. */
    long pages() {
        return pages;
    }

    /** The checksum of all bytes so far, as it is stored at the end of a file. */
    long fileChecksum() {
        return LtxChecksum.stored(checksum);
    }

    /** The checksum of a database that has these pages and no others; only of snapshots whose writer keeps one. */
    long databaseChecksum() {
        return LtxChecksum.stored(folded);
    }
}
