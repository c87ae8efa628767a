// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

/**
 * Proves the frames of one WAL file, one after the other: salts and running checksum. It keeps no bytes; the caller hands
 * over each frame where it lies. For one thread at a time.
 */
public final class WalReader {

    private static final int SALTS = 8;
    private static final int CHECKSUM = 16;

    private final WalHeader header;
    private final int frameSize;
    private long checksum;
    private long frames;

    /** Begins with the first frame after the header. */
    public WalReader(WalHeader header) {
        this.header = header;
        frameSize = header.frameSize();
        checksum = header.checksum();
    }

    public WalHeader header() {
        return header;
    }

    /** How many frames have been proved. */
    public long frames() {
        return frames;
    }

    /** The running checksum up to the last frame that has been proved: it stands for all bytes before. */
    public long checksum() {
        return checksum;
    }

    /** Where the next frame begins, in bytes from the start of the WAL file. */
    public long offset() {
        return WalHeader.SIZE + frames * frameSize;
    }

    /**
     * Proves the next frame.
     *
     * @param bytes holds a whole frame, header and page, from {@code offset} on
     * @throws WalFormatException if it does not belong to this WAL, or is altered; the reader stays where it was
     */
    public WalFrame next(byte[] bytes, int offset) throws WalFormatException {
        int salt1 = (int) WalHeader.INT.get(bytes, offset + SALTS);
        int salt2 = (int) WalHeader.INT.get(bytes, offset + SALTS + 4);
        if (salt1 != header.salt1() || salt2 != header.salt2()) {
            throw new WalFormatException(
                    offset() + SALTS,
                    "WAL frame has other salts than its header",
                    header.salts(),
                    WalHeader.hex(WalChecksum.of(salt1, salt2)));
        }
        int pageNumber = (int) WalHeader.INT.get(bytes, offset);
        if (pageNumber == 0) {
            throw new WalFormatException(offset(), "WAL frame for no page", "a page number", "0");
        }
        long computed = WalChecksum.update(checksum, header.checksumOrder(), bytes, offset, SALTS);
        computed = WalChecksum.update(
                computed, header.checksumOrder(), bytes, offset + WalFrame.HEADER_SIZE, header.pageSize());
        long stored = WalChecksum.of((int) WalHeader.INT.get(bytes, offset + CHECKSUM), (int)
                WalHeader.INT.get(bytes, offset + CHECKSUM + 4));
        if (computed != stored) {
            throw new WalFormatException(
                    offset() + CHECKSUM, "WAL frame checksum is wrong", WalHeader.hex(computed), WalHeader.hex(stored));
        }
        checksum = computed;
        frames++;
        return new WalFrame(pageNumber, (int) WalHeader.INT.get(bytes, offset + 4));
    }
}
