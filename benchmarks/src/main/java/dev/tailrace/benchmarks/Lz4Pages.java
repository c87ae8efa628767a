// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Pages, each in an LZ4 block of its own. */
final class Lz4Pages {

    private final List<byte[]> blocks = new ArrayList<>();

    Lz4Pages(byte[] pages, int pageSize) {
        LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
        for (int at = 0; at < pages.length; at += pageSize) {
            blocks.add(compressor.compress(Arrays.copyOfRange(pages, at, at + pageSize)));
        }
    }

    /** Decodes one after the other into the same place. */
    int decodeAll(LZ4SafeDecompressor decompressor, byte[] target) {
        int bytes = 0;
        for (byte[] block : blocks) {
            bytes += decompressor.decompress(block, 0, block.length, target, 0);
        }
        return bytes;
    }
}
