// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.error.TailraceException;
import dev.tailrace.internal.failure.UnreadableObject;
import dev.tailrace.replica.SnapshotInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the snapshot block by block on several threads, and writes the pages that no WAL has. Blocks are read in order and
 * accepted in order; between the two each thread decodes its own.
 */
final class SnapshotDecoder implements Closeable {

    private final SnapshotInfo snapshot;
    private final ObjectReads reads;
    private final BlockCompression compression;
    private final DatabaseAssembly assembly;
    private final Turns turns;
    private final long firstTurn;
    private final ReentrantLock reading = new ReentrantLock();
    private final SnapshotHeader header;

    private @Nullable InputStream stream;
    private @Nullable Lz4FrameReader frame;
    private long blocks;
    private boolean ended;

    /** @param firstTurn the turn of the first block; earlier ones belong to the WAL */
    SnapshotDecoder(
            SnapshotInfo snapshot,
            ObjectReads reads,
            BlockCompression compression,
            DatabaseAssembly assembly,
            Turns turns,
            long firstTurn) {
        this.snapshot = snapshot;
        this.reads = reads;
        this.compression = compression;
        this.assembly = assembly;
        this.turns = turns;
        this.firstTurn = firstTurn;
        header = new SnapshotHeader(snapshot.object().key());
    }

    /** Takes part until the last block is taken; each thread calls it once, with a writer of its own. */
    void work(PageWriter writer) throws IOException {
        Lz4Block block = new Lz4Block();
        byte[] decoded = new byte[0];
        try {
            while (true) {
                turns.checkGoingOn();
                long number = next(block);
                if (number < 0) {
                    return;
                }
                Lz4FrameReader lz4 = frame();
                int bound = block.decodedBound(lz4.header());
                decoded = decoded.length < bound ? new byte[bound] : decoded;
                boolean inOrderOnly = lz4.header().linkedBlocks();
                int length = inOrderOnly ? 0 : lz4.decode(block, decoded, 0, bound);
                turns.await(firstTurn + number);
                if (inOrderOnly) {
                    length = lz4.decode(block, decoded, 0, bound);
                }
                long position = lz4.contentLength();
                lz4.accept(decoded, 0, length);
                if (header.accept(decoded, 0, length)) {
                    assembly.snapshotPageSize(header.pageSize());
                }
                turns.pass();
                write(decoded, length, position, writer);
            }
        } catch (CorruptFrameException e) {
            throw UnreadableObject.explain(snapshot.object().key(), e);
        }
    }

    /** Reads the next block; -1 if there is none, and then whoever comes first has proved the end of the frame. */
    private long next(Lz4Block block) throws IOException {
        reading.lock();
        try {
            if (ended) {
                return -1;
            }
            // Also if it fails: then nobody is to begin again.
            ended = true;
            if (frame == null) {
                stream = reads.open(snapshot);
                frame = new Lz4FrameReader(stream, compression);
            }
            if (frame.nextBlock(block)) {
                ended = false;
                return blocks++;
            }
        } finally {
            reading.unlock();
        }
        turns.await(firstTurn + blocks);
        prove();
        turns.pass();
        return -1;
    }

    private void prove() throws IOException {
        Lz4FrameReader lz4 = frame();
        lz4.finish();
        assembly.complete(header.pages(lz4.contentLength(), assembly.pageSize()));
    }

    /** Writes those bytes of a block that lie in pages which no WAL has; a page may lie in two blocks. */
    private void write(byte[] decoded, int length, long position, PageWriter writer) throws TailraceException {
        int pageSize = assembly.pageSize();
        if (pageSize == 0) {
            // The header is not whole yet, and there was no WAL: every page comes from here.
            writer.write(decoded, 0, length, position);
            return;
        }
        int at = 0;
        while (at < length) {
            long page = (position + at) / pageSize + 1;
            int end = (int) Math.min(length, page * pageSize - position);
            if (assembly.wantsFromSnapshot(page)) {
                writer.write(decoded, at, end - at, position + at);
            }
            at = end;
        }
    }

    private Lz4FrameReader frame() {
        Lz4FrameReader opened = frame;
        if (opened == null) {
            throw new IllegalStateException("the snapshot is not open");
        }
        return opened;
    }

    @Override
    public void close() throws IOException {
        InputStream opened = stream;
        if (opened != null) {
            opened.close();
        }
    }
}
