// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.wal.WalChecksum;
import dev.tailrace.wal.WalFrame;
import dev.tailrace.wal.WalHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Pages as databases have them, and a WAL of them. */
final class HotLoopInput {

    private static final int MAGIC = 0x377f0682;
    private static final int VERSION = 3_007_000;
    private static final int SEED = 7;
    private static final int CHECKED_OF_FRAME = 8;
    private static final String[] WORDS = {"apple", "pear", "plum", "cherry", "quince", "medlar", "grape", "fig"};

    private HotLoopInput() {}

    /** Words and numbers, which LZ4 makes half as long. */
    static byte[] pages(int count, int size) {
        Random random = new Random(SEED);
        byte[] pages = new byte[count * size];
        int at = 0;
        while (at < pages.length) {
            String text = WORDS[random.nextInt(WORDS.length)] + random.nextInt(1_000_000);
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            int some = Math.min(bytes.length, pages.length - at);
            System.arraycopy(bytes, 0, pages, at, some);
            at += some;
        }
        return pages;
    }

    /** A WAL with one frame for each page, all of one transaction. */
    static byte[] wal(byte[] pages, int pageSize) {
        int count = pages.length / pageSize;
        ByteBuffer wal = ByteBuffer.allocate(WalHeader.SIZE + count * (WalFrame.HEADER_SIZE + pageSize));
        wal.putInt(MAGIC).putInt(VERSION).putInt(pageSize).putInt(0).putInt(1).putInt(2);
        long state = WalChecksum.update(WalChecksum.START, ByteOrder.LITTLE_ENDIAN, wal.array(), 0, wal.position());
        wal.putInt(WalChecksum.first(state)).putInt(WalChecksum.second(state));
        for (int i = 0; i < count; i++) {
            int frame = wal.position();
            wal.putInt(i + 1).putInt(i + 1 == count ? count : 0);
            state = WalChecksum.update(state, ByteOrder.LITTLE_ENDIAN, wal.array(), frame, CHECKED_OF_FRAME);
            state = WalChecksum.update(state, ByteOrder.LITTLE_ENDIAN, pages, i * pageSize, pageSize);
            wal.putInt(1).putInt(2).putInt(WalChecksum.first(state)).putInt(WalChecksum.second(state));
            wal.put(pages, i * pageSize, pageSize);
        }
        return wal.array();
    }
}
