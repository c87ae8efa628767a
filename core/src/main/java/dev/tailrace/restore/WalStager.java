// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.internal.failure.UnreadableObject;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Puts WAL files together from their segments, each of which is one whole LZ4 frame. It holds one block at a time, and does
 * not look into the WAL. Used again for one file after the other, by one thread at a time.
 */
final class WalStager {

    /** What a worker may hold: the stored bytes of the largest block, and what they decode to. */
    static final long MEMORY = 8L << 20;

    /** The runtime keeps a buffer outside of the heap for each thread, as large as the longest write. */
    private static final int LONGEST_WRITE = 128 << 10;

    private final ObjectReads reads;
    private final String location;
    private final BlockCompression compression;
    private final Turns turns;
    private final Lz4Block block = new Lz4Block();
    private byte[] decoded = new byte[0];

    /** @param location of the store, for messages */
    WalStager(ObjectReads reads, String location, BlockCompression compression, Turns turns) {
        this.reads = reads;
        this.location = location;
        this.compression = compression;
        this.turns = turns;
    }

    /**
     * Writes one WAL file.
     *
     * @param segments of one index, ascending by offset
     * @param target only for messages
     * @throws DamagedReplicaException if they do not join, or one is not a whole frame
     */
    void stage(List<WalSegmentInfo> segments, Disk.DiskFile file, TargetFile target) throws TailraceException {
        long position = 0;
        for (WalSegmentInfo segment : segments) {
            if (segment.offset() != position) {
                throw new DamagedReplicaException(Damage.of(
                        segment.object().key(),
                        String.format(
                                "missing WAL offset: generation=%s index=%08x offset=%08x",
                                segment.generation(), segment.index(), position)));
            }
            InputStream stream = open(segment);
            try (stream) {
                position += copy(stream, file, position, target);
            } catch (CorruptFrameException e) {
                throw UnreadableObject.explain(segment.object().key(), e);
            } catch (IOException e) {
                throw SameFailure.in("copy WAL segment", e, location);
            }
        }
    }

    private InputStream open(WalSegmentInfo segment) throws TailraceException {
        try {
            return reads.open(segment);
        } catch (IOException e) {
            throw SameFailure.in("read WAL segment", e, location);
        }
    }

    /** @return how many bytes the segment decoded to */
    private long copy(InputStream stream, Disk.DiskFile file, long position, TargetFile target) throws IOException {
        Lz4FrameReader frame = new Lz4FrameReader(stream, compression);
        while (frame.nextBlock(block)) {
            turns.checkGoingOn();
            int bound = block.decodedBound(frame.header());
            decoded = decoded.length < bound ? new byte[bound] : decoded;
            int length = frame.decode(block, decoded, 0, bound);
            write(length, file, position + frame.contentLength(), target);
            frame.accept(decoded, 0, length);
        }
        frame.finish();
        return frame.contentLength();
    }

    private void write(int length, Disk.DiskFile file, long position, TargetFile target) throws TailraceException {
        try {
            for (int from = 0; from < length; from += LONGEST_WRITE) {
                file.write(ByteBuffer.wrap(decoded, from, Math.min(LONGEST_WRITE, length - from)), position + from);
            }
        } catch (IOException e) {
            throw target.failed("write", e);
        }
    }
}
