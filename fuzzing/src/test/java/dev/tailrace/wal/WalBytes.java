// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import dev.tailrace.fuzzing.InputBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A WAL from an input. Its first byte says how: the rest is the WAL as it is; or the WAL with its checksums put right, which
 * no mutation would hit upon; or what frames it is to have.
 */
final class WalBytes {

    private static final int SALTED = 24;

    private WalBytes() {}

    /** @param page what frames have in them that are made by a description */
    static byte[] of(byte[] input, byte[] page) {
        InputBytes in = new InputBytes(input);
        return switch (in.next() & 3) {
            case 0 -> in.rest();
            case 1 -> repaired(in.rest(), false);
            case 2 -> repaired(in.rest(), true);
            default -> described(in, page);
        };
    }

    /** @param salts whether frames of other salts are to belong to the WAL, too */
    private static byte[] repaired(byte[] wal, boolean salts) {
        ByteBuffer bytes = ByteBuffer.wrap(wal);
        if (wal.length < WalHeader.SIZE) {
            return wal;
        }
        ByteOrder order = (bytes.getInt(0) & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        long checksum = WalChecksum.update(WalChecksum.START, order, wal, 0, SALTED);
        bytes.putLong(SALTED, checksum);
        int pageSize = bytes.getInt(8);
        if (!WalHeader.isPageSize(pageSize)) {
            return wal;
        }
        int frame = WalFrame.HEADER_SIZE + pageSize;
        for (int at = WalHeader.SIZE; at + frame <= wal.length; at += frame) {
            if (salts) {
                bytes.putLong(at + 8, bytes.getLong(16));
            }
            checksum = WalChecksum.update(checksum, order, wal, at, 8);
            checksum = WalChecksum.update(checksum, order, wal, at + WalFrame.HEADER_SIZE, pageSize);
            bytes.putLong(at + 16, checksum);
        }
        return wal;
    }

    /** Three bytes for each frame: its page, the size it commits (0 for none, 255 for an absurd one), what is in it. */
    private static byte[] described(InputBytes in, byte[] page) {
        ByteArrayOutputStream wal = new ByteArrayOutputStream();
        int shape = in.next();
        wal.writeBytes(ByteBuffer.allocate(WalHeader.SIZE)
                .putInt(0x377f0682 | shape & 1)
                .putInt(3007000)
                .putInt(page.length)
                .putInt(shape >> 1)
                .putLong(0x0123456789abcdefL)
                .array());
        while (!in.isEmpty()) {
            int number = in.next();
            int commit = in.next();
            int content = in.next();
            ByteBuffer frame = ByteBuffer.allocate(WalFrame.HEADER_SIZE + page.length)
                    .putInt(number == 255 ? -1 : number)
                    .putInt(commit == 255 ? -1 : commit)
                    .putLong(content == 255 ? 0 : 0x0123456789abcdefL)
                    .putLong(0)
                    .put(page);
            if (number != 1) {
                java.util.Arrays.fill(frame.array(), WalFrame.HEADER_SIZE, frame.capacity(), (byte) content);
            }
            wal.writeBytes(frame.array());
        }
        byte[] bytes = repaired(wal.toByteArray(), false);
        return shape > 127 ? java.util.Arrays.copyOf(bytes, Math.max(0, bytes.length - (shape & 63))) : bytes;
    }
}
