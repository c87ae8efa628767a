// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The bytes around a page's data. */
final class PageForm {

    static final VarHandle BIG_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle BIG_SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LITTLE_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Page number and flags, in bytes. All zero after the last page. */
    static final int HEADER = 6;

    /**
     * How each LZ4 frame begins: magic number, independent blocks of at most 64 KiB, a content checksum, and the checksum of
     * all that. Since no page is larger, one block follows; then its end mark, and the page's checksum.
     */
    static final byte[] FRAME_START = {0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, (byte) 0xa7};

    static final int FRAME_MAGIC = 0x04224d18;

    /** Set in the size of a frame's block that is not compressed. */
    static final int UNCOMPRESSED = 1 << 31;

    /** End mark and content checksum. */
    static final int FRAME_END = 2 * Integer.BYTES;

    private PageForm() {}

    /** The most that a page takes as an LZ4 block. */
    static int blockBound(int pageSize) {
        return pageSize + pageSize / 255 + 16;
    }
}
