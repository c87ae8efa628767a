// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * A replica as Litestream 0.5 writes it, made from a database: a snapshot of it, and files above that which rewrite some of
 * its pages. What they restore to is the database.
 */
final class LtxReplica {

    private static final int PAGE_SIZE = 4096;
    private static final int BUFFER = 1 << 20;
    private static final long SNAPSHOT_TXID = 100;
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
    private static final long SEED = 5;

    private final Path database;
    private final List<Change> changes;

    private LtxReplica(Path database, List<Change> changes) {
        this.database = database;
        this.changes = changes;
    }

    /** Pages, with their numbers less one, that one file above the snapshot rewrites. */
    private record Change(int level, long transactions, BitSet pages) {}

    /** A snapshot and five files that were compacted, each smaller than the one before: runs of eight pages. */
    static LtxReplica compacted(Path database) throws IOException {
        int count = pageCount(database);
        Random random = new Random(SEED);
        List<Change> changes = new ArrayList<>();
        for (int file = 0; file < 5; file++) {
            BitSet pages = new BitSet();
            while (pages.cardinality() < count / (20 + 20 * file)) {
                int first = random.nextInt(count - 8);
                pages.set(first, first + 8);
            }
            changes.add(new Change(file < 3 ? 2 : 1, 10, pages));
        }
        return new LtxReplica(database, changes);
    }

    /** A snapshot and a thousand transactions: each rewrites some 200 pages, two thirds of them near each other. */
    static LtxReplica level0(Path database) throws IOException {
        int count = pageCount(database);
        Random random = new Random(SEED);
        List<Change> changes = new ArrayList<>();
        for (int file = 0; file < 1000; file++) {
            BitSet pages = new BitSet();
            int near = random.nextInt(count - 300);
            for (int i = 0; i < 147; i++) {
                pages.set(near + i % 280);
            }
            for (int i = 0; i < 63; i++) {
                pages.set(random.nextInt(count));
            }
            changes.add(new Change(0, 1, pages));
        }
        return new LtxReplica(database, changes);
    }

    private static int pageCount(Path database) throws IOException {
        return (int) (Files.size(database) / PAGE_SIZE);
    }

    /** Writes the replica into a folder. */
    void write(Path folder) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        try (FileChannel channel = FileChannel.open(database)) {
            BitSet all = new BitSet();
            all.set(0, pageCount(database));
            write(folder, new Change(9, SNAPSHOT_TXID, all), 1, START, channel, compression);
            long txid = SNAPSHOT_TXID + 1;
            for (int i = 0; i < changes.size(); i++) {
                Change change = changes.get(i);
                write(folder, change, txid, START.plusSeconds(i + 1L), channel, compression);
                txid += change.transactions();
            }
        }
    }

    private void write(
            Path folder, Change change, long minTxid, Instant time, FileChannel channel, BlockCompression compression)
            throws IOException {
        long maxTxid = minTxid + change.transactions() - 1;
        Path level = Files.createDirectories(folder.resolve("ltx").resolve(Integer.toString(change.level())));
        Path file = level.resolve(String.format("%016x-%016x.ltx", minTxid, maxTxid));
        LtxHeader header = LtxHeader.of(PAGE_SIZE, pageCount(database), minTxid, maxTxid, time);
        ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
            LtxWriter writer = new LtxWriter(out, header, LtxPageEncoding.SIZED_BLOCK, compression);
            for (int i = change.pages().nextSetBit(0);
                    i >= 0;
                    i = change.pages().nextSetBit(i + 1)) {
                if (i + 1 == header.lockPage()) {
                    continue;
                }
                page.clear();
                channel.read(page, (long) i * PAGE_SIZE);
                writer.writePage(i + 1L, page.array(), 0);
            }
            writer.finish();
        }
        Files.setLastModifiedTime(file, FileTime.from(time));
    }
}
