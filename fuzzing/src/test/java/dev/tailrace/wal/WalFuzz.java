// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.fuzzing.Bounds;

/** WAL headers and frames: read, or refused by {@link WalFormatException}, which names a place inside. */
public final class WalFuzz {

    private WalFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        byte[] wal = WalBytes.of(input, new byte[512]);
        Bounds.within((1 << 20) + 64L * wal.length, () -> read(wal));
    }

    private static void read(byte[] wal) {
        if (wal.length < WalHeader.SIZE) {
            return;
        }
        WalReader reader;
        try {
            reader = new WalReader(WalHeader.parse(wal, 0));
        } catch (WalFormatException e) {
            require(e.offset() >= 0 && e.offset() < WalHeader.SIZE, "%s", e);
            return;
        }
        int frame = reader.header().frameSize();
        while (reader.offset() + frame <= wal.length) {
            long offset = reader.offset();
            long checksum = reader.checksum();
            try {
                WalFrame read = reader.next(wal, (int) offset);
                require(read.pageNumber() != 0, "a frame for no page at %d", offset);
                require(reader.offset() == offset + frame, "the reader went to %d", reader.offset());
            } catch (WalFormatException e) {
                require(e.offset() >= offset && e.offset() < offset + frame, "%s", e);
                require(reader.offset() == offset && reader.checksum() == checksum, "the reader went on after %s", e);
                return;
            }
        }
    }
}
