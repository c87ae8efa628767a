// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the transactions of one WAL index after the other, each as soon as it is proved. For one thread. */
final class TransactionReader {

    /** Ends the reading: nothing more is wanted. */
    static final class EnoughException extends IOException {

        private static final long serialVersionUID = 1L;

        EnoughException() {
            super("nothing more is wanted");
        }
    }

    private final GenerationCatalog catalog;
    private final TransactionLog.Visitor visitor;
    private final WalIndexDecoder decoder;

    private @Nullable WalIndex neighbour;
    private @Nullable WalHeader neighbourHeader;

    // Of the index that is being read.
    private int segment;
    private int open;
    private int commits;

    TransactionReader(GenerationCatalog catalog, ObjectReads reads, TransactionLog.Visitor visitor) {
        this.catalog = catalog;
        this.visitor = visitor;
        decoder =
                new WalIndexDecoder(reads, BlockCompressions.installed(), new Turns(), WalIndexDecoder.PASSING_WINDOW);
    }

    /**
     * Reads an index, which is next to the one read last, if that is of the number before or after it.
     *
     * @throws EnoughException if the visitor has seen enough
     * @throws DamagedReplicaException if anything of it is not what it must be
     */
    void read(WalIndex wal) throws IOException {
        segment = 0;
        open = 0;
        commits = 0;
        Optional<Instant> before = createdBefore(wal);
        boolean[] joined = {false};
        decoder.decode(wal, (frame, page, bytes, offset) -> {
            if (!joined[0]) {
                // Before any of it is told: it might not belong there.
                checkJoin(wal, decoder.provedHeader().orElseThrow());
                joined[0] = true;
            }
            frame(wal, frame, before);
        });
    }

    private void checkJoin(WalIndex wal, WalHeader header) throws DamagedReplicaException {
        WalIndex other = neighbour;
        WalHeader otherHeader = neighbourHeader;
        neighbour = wal;
        neighbourHeader = header;
        if (other == null || otherHeader == null) {
            return;
        }
        if (other.index() + 1 == wal.index()) {
            WalJoins.isProved(catalog.layout(), other, otherHeader, wal, header);
        } else if (wal.index() + 1 == other.index()) {
            WalJoins.isProved(catalog.layout(), wal, header, other, otherHeader);
        }
    }

    private void frame(WalIndex wal, int frame, Optional<Instant> before) throws IOException {
        open++;
        FrameList frames = decoder.frames();
        if (!frames.commits(frame)) {
            return;
        }
        WalHeader header = decoder.provedHeader().orElseThrow();
        long end = WalHeader.SIZE + (frame + 1L) * header.frameSize();
        List<WalSegmentInfo> segments = wal.segments();
        while (segment + 1 < segments.size() && segments.get(segment + 1).offset() < end) {
            segment++;
        }
        Transaction transaction = new Transaction(
                new Position(catalog.generation(), wal.index(), end),
                segment > 0 ? Optional.of(segments.get(segment - 1).createdAt()) : before,
                segments.get(segment).createdAt(),
                open,
                header.pageSize(),
                frames.sizeAfterCommit(commits++));
        open = 0;
        if (!visitor.visit(transaction)) {
            throw new EnoughException();
        }
    }

    /** When the last segment before an index was created. */
    private Optional<Instant> createdBefore(WalIndex wal) {
        int first = GenerationHistory.firstFrom(catalog.segments(), wal.index());
        return first == 0
                ? Optional.empty()
                : Optional.of(catalog.segments().get(first - 1).createdAt());
    }
}
