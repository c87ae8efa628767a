// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The first 32 bytes of a WAL file (SQLite's file format, section 4.1). All fields are stored big-endian.
 *
 * @param checksumOrder how the checksums read their words: the lowest bit of the magic number
 * @param pageSize in bytes, a power of two from 512 to 65536
 * @param sequence how often SQLite has restarted this WAL; set back when the file is made anew
 * @param salt1 grows by one (mod 2<sup>32</sup>) with each restart
 * @param salt2 random for each restart
 * @param checksum of the first 24 bytes; the frames' checksums go on from it
 */
public record WalHeader(ByteOrder checksumOrder, int pageSize, int sequence, int salt1, int salt2, long checksum) {

    /** In bytes. */
    public static final int SIZE = 32;

    /** Where salt-1 is stored, in bytes from the start. */
    public static final int SALT_OFFSET = 16;

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int MAGIC_LITTLE = 0x377f0682;
    private static final int MAGIC_BIG = 0x377f0683;
    private static final int VERSION = 3007000;
    private static final int CHECKED = 24;
    private static final int MIN_PAGE_SIZE = 512;
    private static final int MAX_PAGE_SIZE = 65536;

    /**
     * Reads a header and proves it.
     *
     * @throws WalFormatException if magic, version, page size or checksum is not what SQLite writes
     */
    public static WalHeader parse(byte[] bytes, int offset) throws WalFormatException {
        int magic = (int) INT.get(bytes, offset);
        if (magic != MAGIC_LITTLE && magic != MAGIC_BIG) {
            throw new WalFormatException(0, "no WAL magic number", hex(MAGIC_LITTLE) + " or ..83", hex(magic));
        }
        int version = (int) INT.get(bytes, offset + 4);
        if (version != VERSION) {
            throw new WalFormatException(4, "unknown WAL version", "" + VERSION, Integer.toUnsignedString(version));
        }
        int pageSize = (int) INT.get(bytes, offset + 8);
        if (!isPageSize(pageSize)) {
            throw new WalFormatException(
                    8, "no page size", "a power of two from 512 to 65536", Integer.toUnsignedString(pageSize));
        }
        ByteOrder order = magic == MAGIC_LITTLE ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        long computed = WalChecksum.update(WalChecksum.START, order, bytes, offset, CHECKED);
        long stored = WalChecksum.of((int) INT.get(bytes, offset + 24), (int) INT.get(bytes, offset + 28));
        if (computed != stored) {
            throw new WalFormatException(24, "WAL header checksum is wrong", hex(computed), hex(stored));
        }
        return new WalHeader(
                order,
                pageSize,
                (int) INT.get(bytes, offset + 12),
                (int) INT.get(bytes, offset + 16),
                (int) INT.get(bytes, offset + 20),
                stored);
    }

    /** Whether SQLite can have databases of that page size. */
    public static boolean isPageSize(int size) {
        return size >= MIN_PAGE_SIZE && size <= MAX_PAGE_SIZE && Integer.bitCount(size) == 1;
    }

    /** How many bytes one frame takes: its header and a page. */
    public int frameSize() {
        return WalFrame.HEADER_SIZE + pageSize;
    }

    /** Both salts, for messages. */
    String salts() {
        return hex(WalChecksum.of(salt1, salt2));
    }

    static String hex(int value) {
        return String.format("%08x", value);
    }

    static String hex(long value) {
        return String.format("%016x", value);
    }
}
