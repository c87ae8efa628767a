// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.internal.failure.UnreadableObject;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalFormatException;
import dev.tailrace.wal.WalFrame;
import dev.tailrace.wal.WalHeader;
import dev.tailrace.wal.WalReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the segments of one WAL index and proves every byte of it. What is decoded stays in a window of bounded size; an
 * index that is larger is proved piece by piece and decoded a second time to be written.
 *
 * <p>Used again for one index after the other, by one thread at a time.
 */
final class WalIndexDecoder {

    /** The largest index that is kept while it waits for its turn, in bytes. */
    static final int DEFAULT_WINDOW = 16 << 20;

    /** Enough where frames are seen once, when they are proved. */
    static final int PASSING_WINDOW = 5 << 20;

    private static final int FIRST_WINDOW = 1 << 20;

    private final ObjectReads reads;
    private final BlockCompression compression;
    private final Turns turns;
    private final int maxWindow;
    private final Lz4Block block = new Lz4Block();
    private final FrameList frames = new FrameList();

    private byte[] window = new byte[0];
    /** Where in the window the bytes begin that are not proved yet, and where they end. */
    private int start;

    private int end;
    private boolean kept;
    /** Where the plan stops reading, and whether that has been reached. */
    private long stopAt;

    private boolean stopped;
    /** How many segments have been opened on this pass. */
    private int opened;

    private @Nullable WalReader reader;
    /** What the first pass read, to which the second one must come as well. */
    private @Nullable WalReader firstPass;

    WalIndexDecoder(ObjectReads reads, BlockCompression compression, Turns turns) {
        this(reads, compression, turns, DEFAULT_WINDOW);
    }

    WalIndexDecoder(ObjectReads reads, BlockCompression compression, Turns turns, int maxWindow) {
        this.reads = reads;
        this.compression = compression;
        this.turns = turns;
        this.maxWindow = maxWindow;
    }

    /** Takes the frames that are to be written. */
    interface FrameSink {

        /**
         * A page of the database, valid during the call only.
         *
         * @param frame which frame of the index it is, from 0
         */
        void page(int frame, long page, byte[] bytes, int offset) throws IOException;
    }

    /** The frames of the index decoded last; not to be kept beyond the next one. */
    FrameList frames() {
        return frames;
    }

    /**
     * Decodes an index and proves it.
     *
     * @return its header; what the frames are is in {@link #frames()}
     * @throws DamagedReplicaException if anything of it is not what it must be
     */
    WalHeader decode(WalIndex wal) throws IOException {
        return decode(wal, null);
    }

    /**
     * The same, with a witness of each frame.
     *
     * @param proved is handed each frame as soon as it is proved, and listed, in their order; null for none
     */
    WalHeader decode(WalIndex wal, @Nullable FrameSink proved) throws IOException {
        frames.clear();
        kept = true;
        WalHeader header = walk(wal, null, proved);
        firstPass = reader;
        for (WalSegmentInfo beyond :
                wal.segments().subList(opened, wal.segments().size())) {
            reads.passOver(beyond);
        }
        if (wal.followed() && frames.committed() < frames.size()) {
            throw new DamagedReplicaException(Damage.at(
                            wal.lastSegment().object().key(),
                            WalHeader.SIZE + (long) frames.committed() * header.frameSize(),
                            "WAL index ends inside a transaction although another index follows")
                    .expecting(
                            "a frame that commits at its end", (frames.size() - frames.committed()) + " open frames"));
        }
        if (wal.followed() && frames.size() == 0) {
            throw new DamagedReplicaException(Damage.at(
                    wal.lastSegment().object().key(),
                    WalHeader.SIZE,
                    "WAL index holds no frame although another index follows"));
        }
        return header;
    }

    /** The header of the index decoded last, also if that failed further on; empty if it failed before. */
    Optional<WalHeader> provedHeader() {
        return Optional.ofNullable(reader).map(WalReader::header);
    }

    /** Decodes no more of an index than its header, and proves that. */
    WalHeader header(WalIndex wal) throws IOException {
        frames.clear();
        return walk(new WalIndex(wal.index(), wal.segments(), WalHeader.SIZE, false), null, null);
    }

    /** Hands over the pages of the chosen frames of the index decoded last, ascending within each window. */
    void write(WalIndex wal, BitSet chosen, FrameSink sink) throws IOException {
        if (chosen.isEmpty()) {
            return;
        }
        if (!kept) {
            WalReader first = requireNonNull(firstPass);
            walk(wal, chosen, sink);
            WalReader second = requireNonNull(reader);
            if (second.frames() != first.frames() || second.checksum() != first.checksum()) {
                throw changed(wal);
            }
            return;
        }
        writeSorted(chosen, 0, frames.size(), WalHeader.SIZE, proved(wal).header(), sink);
    }

    /**
     * Reads all segments through the window.
     *
     * @param chosen on the second pass, which frames to hand over; null on the first, which lists and proves them
     * @param sink on the second pass, takes the frames chosen; on the first, sees all of them
     */
    private WalHeader walk(WalIndex wal, @Nullable BitSet chosen, @Nullable FrameSink sink) throws IOException {
        start = 0;
        end = 0;
        reader = null;
        stopAt = wal.end();
        stopped = false;
        long offset = 0;
        opened = 0;
        for (int i = 0; i < wal.segments().size() && !stopped; i++) {
            WalSegmentInfo segment = wal.segments().get(i);
            opened++;
            if (segment.offset() != offset) {
                throw new DamagedReplicaException(Damage.of(
                                segment.object().key(),
                                segment.offset() > offset
                                        ? "WAL bytes are missing before this segment of index " + wal.index()
                                        : "this segment overlaps the one before it in index " + wal.index())
                        .expecting("offset " + offset, segment.offset()));
            }
            boolean last = i + 1 == wal.segments().size();
            long known = last ? Long.MAX_VALUE : wal.segments().get(i + 1).offset() - offset;
            try {
                offset += walkSegment(wal, segment, known, chosen, sink);
            } catch (CorruptFrameException e) {
                throw UnreadableObject.explain(segment.object().key(), e);
            } catch (WalFormatException e) {
                throw new DamagedReplicaException(
                        Damage.at(segment.object().key(), e.offset(), e.problem())
                                .expecting(e.expected(), e.actual()),
                        e);
            }
        }
        WalSegmentInfo tail = wal.lastSegment();
        if (reader == null) {
            throw new DamagedReplicaException(Damage.at(tail.object().key(), offset, "WAL index ends inside its header")
                    .expecting("at least " + WalHeader.SIZE + " bytes", offset));
        }
        if (start != end && !stopped) {
            throw new DamagedReplicaException(
                    Damage.at(tail.object().key(), reader.offset(), "bytes after the last whole WAL frame")
                            .expecting("none, or a frame of " + reader.header().frameSize() + " bytes", end - start));
        }
        return reader.header();
    }

    /** @return how many bytes the segment decoded to */
    private long walkSegment(
            WalIndex wal, WalSegmentInfo segment, long known, @Nullable BitSet chosen, @Nullable FrameSink sink)
            throws IOException {
        try (InputStream stream = chosen == null ? reads.open(segment) : reads.openAgain(segment)) {
            Lz4FrameReader frame = new Lz4FrameReader(stream, compression);
            while (frame.nextBlock(block)) {
                turns.checkGoingOn();
                int bound = (int) Math.min(block.decodedBound(frame.header()), known - frame.contentLength());
                makeRoom(bound);
                int length = frame.decode(block, window, end, bound);
                frame.accept(window, end, length);
                end += length;
                proveFrames(wal, chosen, sink);
                if (stopped) {
                    return frame.contentLength();
                }
            }
            frame.finish();
            if (known != Long.MAX_VALUE && frame.contentLength() != known) {
                throw new DamagedReplicaException(Damage.at(
                                segment.object().key(),
                                segment.offset() + frame.contentLength(),
                                "segment does not reach to the next one")
                        .expecting(known + " bytes", frame.contentLength()));
            }
            return frame.contentLength();
        }
    }

    private void makeRoom(int bound) {
        if ((long) end + bound > maxWindow && start > 0) {
            // The index is larger than what may be kept: only what is not proved yet stays.
            kept = false;
            System.arraycopy(window, start, window, 0, end - start);
            end -= start;
            start = 0;
        }
        int needed = Math.addExact(end, bound);
        if (needed > window.length) {
            int grown = Math.max(needed, Math.min(maxWindow, Math.max(FIRST_WINDOW, 2 * window.length)));
            window = Arrays.copyOf(window, grown);
        }
    }

    private static DamagedReplicaException changed(WalIndex wal) {
        // Only a store that has no versions lets it come to this.
        return new DamagedReplicaException(
                Damage.of(wal.segments().get(0).object().key(), "WAL index was replaced while it was read"));
    }

    private void proveFrames(WalIndex wal, @Nullable BitSet chosen, @Nullable FrameSink sink) throws IOException {
        WalReader proving = reader;
        if (proving == null) {
            if (end - start < WalHeader.SIZE) {
                return;
            }
            proving = new WalReader(WalHeader.parse(window, start));
            if (chosen != null
                    && !proving.header().equals(requireNonNull(firstPass).header())) {
                throw changed(wal);
            }
            reader = proving;
            start += WalHeader.SIZE;
        }
        int frameSize = proving.header().frameSize();
        int first = (int) proving.frames();
        int firstAt = start;
        stopped = proving.offset() + frameSize > stopAt;
        while (!stopped && end - start >= frameSize) {
            WalFrame frame = proving.next(window, start);
            if (chosen == null) {
                frames.add(frame.pageNumber(), frame.commitSize());
                if (sink != null) {
                    sink.page(frames.size() - 1, frames.page(frames.size() - 1), window, start + WalFrame.HEADER_SIZE);
                }
            }
            start += frameSize;
            stopped = proving.offset() + frameSize > stopAt;
        }
        if (chosen != null && sink != null) {
            writeSorted(chosen, first, (int) proving.frames(), firstAt, proving.header(), sink);
        }
    }

    /** Hands over the chosen ones of the frames {@code [from, to)}, which lie in the window from {@code at} on. */
    private void writeSorted(BitSet chosen, int from, int to, int at, WalHeader header, FrameSink sink)
            throws IOException {
        int count = 0;
        for (int i = chosen.nextSetBit(from); i >= 0 && i < to; i = chosen.nextSetBit(i + 1)) {
            count++;
        }
        // Page number above, frame number below: sorted, they give the pages in file order.
        long[] order = new long[count];
        count = 0;
        for (int i = chosen.nextSetBit(from); i >= 0 && i < to; i = chosen.nextSetBit(i + 1)) {
            order[count++] = frames.page(i) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        for (long entry : order) {
            int frame = (int) entry;
            sink.page(
                    frame,
                    entry >>> Integer.SIZE,
                    window,
                    at + (frame - from) * header.frameSize() + WalFrame.HEADER_SIZE);
        }
    }

    private WalReader proved(WalIndex wal) {
        WalReader proved = reader;
        if (proved == null) {
            throw new IllegalStateException("WAL index " + wal.index() + " is not decoded");
        }
        return proved;
    }
}
