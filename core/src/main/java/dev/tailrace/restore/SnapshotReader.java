// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.internal.failure.UnreadableObject;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.restore.StepReading.SnapshotSize;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads snapshots page by page and proves every byte of them. Used again for one after the other, by one thread at a time. */
final class SnapshotReader {

    private final ObjectReads reads;
    private final BlockCompression compression;
    private final Turns turns;
    private final Lz4Block block = new Lz4Block();
    private byte[] window = new byte[0];

    SnapshotReader(ObjectReads reads, BlockCompression compression, Turns turns) {
        this.reads = reads;
        this.compression = compression;
        this.turns = turns;
    }

    /**
     * Reads a snapshot.
     *
     * @param pages takes its pages in their order; those of a snapshot that turns out to be damaged are proved by nothing
     * @throws dev.tailrace.error.DamagedReplicaException if anything of it is not what it must be
     */
    SnapshotSize read(SnapshotInfo snapshot, PageSink pages) throws IOException {
        String key = snapshot.object().key();
        try (InputStream stream = reads.open(snapshot)) {
            return read(new Lz4FrameReader(stream, compression), new SnapshotHeader(key), pages);
        } catch (CorruptFrameException e) {
            throw UnreadableObject.explain(key, e);
        }
    }

    private SnapshotSize read(Lz4FrameReader lz4, SnapshotHeader header, PageSink pages) throws IOException {
        int pageSize = 0;
        int held = 0;
        long page = 1;
        while (lz4.nextBlock(block)) {
            turns.checkGoingOn();
            int bound = block.decodedBound(lz4.header());
            if (window.length < held + bound) {
                window = Arrays.copyOf(window, held + bound);
            }
            int length = lz4.decode(block, window, held, bound);
            lz4.accept(window, held, length);
            if (header.accept(window, held, length)) {
                pageSize = header.pageSize();
            }
            held += length;
            int at = 0;
            while (pageSize > 0 && held - at >= pageSize) {
                pages.page(page++, window, at, pageSize);
                at += pageSize;
            }
            System.arraycopy(window, at, window, 0, held - at);
            held -= at;
        }
        lz4.finish();
        return new SnapshotSize(header.pages(lz4.contentLength(), pageSize), pageSize);
    }
}
