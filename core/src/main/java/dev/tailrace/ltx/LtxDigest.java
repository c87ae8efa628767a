// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

/**
 * What decoded pages contribute to the checksums at the end of their file. The digests of several runs of pages can be made
 * side by side, each by one thread, and are handed to {@link LtxReader#accept(LtxDigest)} in the order of the pages.
 */
public final class LtxDigest {

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

    /** Takes in a page with the first bytes of its stored form. */
    void add(int number, byte[] head, int headLength, byte[] page, int offset) {
        update(head, 0, headLength);
        update(page, offset, pageSize);
        if (foldsPages) {
            folded ^= LtxChecksum.ofPage(number, page, offset, pageSize);
        }
        pages++;
    }

    /** Takes in what is no page. */
    void update(byte[] bytes, int offset, int count) {
        checksum = LtxChecksum.update(checksum, bytes, offset, count);
        length += count;
    }

    void append(LtxDigest next) {
        checksum = LtxChecksum.join(checksum, next.checksum, next.length);
        length += next.length;
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
