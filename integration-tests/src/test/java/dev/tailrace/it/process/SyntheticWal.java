// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.wal.WalChecksum;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a WAL file whose checksums are right, faster than SQLite could fill one. */
final class SyntheticWal {

    private static final int SALT_1 = 0x1234abcd;
    private static final int SALT_2 = 0x77665544;

    private final OutputStream out;
    private final int pageSize;
    private final byte[] head = new byte[24];
    private long checksum;

    /** Writes the WAL's header. */
    SyntheticWal(OutputStream out, int pageSize) throws IOException {
        this.out = out;
        this.pageSize = pageSize;
        byte[] header = new byte[32];
        ByteBuffer fields = ByteBuffer.wrap(header);
        fields.putInt(0x377f0682).putInt(3007000).putInt(pageSize).putInt(0);
        fields.putInt(SALT_1).putInt(SALT_2);
        checksum = WalChecksum.update(WalChecksum.START, ByteOrder.LITTLE_ENDIAN, header, 0, 24);
        fields.putLong(checksum);
        out.write(header);
    }

    /** @param commitSize the database's size in pages after the transaction that this frame ends; 0 if it ends none */
    void frame(int pageNumber, int commitSize, byte[] page) throws IOException {
        ByteBuffer.wrap(head)
                .putInt(pageNumber)
                .putInt(commitSize)
                .putInt(SALT_1)
                .putInt(SALT_2);
        checksum = WalChecksum.update(checksum, ByteOrder.LITTLE_ENDIAN, head, 0, 8);
        checksum = WalChecksum.update(checksum, ByteOrder.LITTLE_ENDIAN, page, 0, pageSize);
        ByteBuffer.wrap(head).putLong(16, checksum);
        out.write(head);
        out.write(page);
    }
}
