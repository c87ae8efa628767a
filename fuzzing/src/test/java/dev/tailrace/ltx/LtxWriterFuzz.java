// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.lz4.Lz4Variants;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fuzzing.Bounds;
import dev.tailrace.fuzzing.InputBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;

/**
 * What {@link LtxWriter} takes, {@link LtxReader} reads again, page for page and byte for byte; and no file that differs from it
 * in one byte is read as if it were good.
 */
public final class LtxWriterFuzz {

    private static final BlockCompression COMPRESSION = Lz4Variants.fastest();
    private static final int MAX_PAGES = 64;
    private static final int RESERVED_FROM = 80;

    private LtxWriterFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Bounds.within((8 << 20) + 64L * input.length, () -> {
            InputBytes in = new InputBytes(input);
            int shape = in.next();
            LtxPageEncoding encoding = LtxPageEncoding.values()[shape & 1];
            LtxHeader header;
            try {
                header = header(in, (shape & 2) != 0, 512 << (shape >> 2 & 7));
            } catch (IllegalArgumentException e) {
                return;
            }
            ByteArrayOutputStream pages = new ByteArrayOutputStream();
            byte[] file;
            int place = in.nextInt();
            int change = in.next();
            try {
                file = write(header, encoding, in, pages);
            } catch (IllegalArgumentException | IllegalStateException e) {
                // Pages that may not follow, or a post-apply checksum that has to be given.
                return;
            }
            require(Arrays.equals(pages.toByteArray(), read(header, file)), "the pages are read otherwise");
            int at = Integer.remainderUnsigned(place, file.length);
            if (change != 0 && (at < RESERVED_FROM || at >= LtxHeader.SIZE)) {
                file[at] ^= (byte) change;
                requireRefused(header, file, pages.toByteArray());
            }
        });
    }

    private static LtxHeader header(InputBytes in, boolean tracks, int pageSize) {
        long commit = in.next();
        long min = in.next();
        long max = min + in.next();
        LtxWalRange wal = new LtxWalRange(in.next(), in.next(), in.next(), in.next());
        return new LtxHeader(
                tracks,
                pageSize,
                commit,
                min,
                max,
                Instant.ofEpochMilli(in.nextInt()),
                tracks && min != 1 ? Long.MIN_VALUE : 0,
                wal,
                in.next());
    }

    /** Three bytes for each page: how many pages are left out before it, and what it holds. */
    private static byte[] write(LtxHeader header, LtxPageEncoding encoding, InputBytes in, ByteArrayOutputStream pages)
            throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(file, header, encoding, COMPRESSION);
        byte[] page = new byte[header.pageSize()];
        long number = 0;
        for (int i = 0; i < MAX_PAGES && !in.isEmpty(); i++) {
            number += 1 + in.next();
            int first = in.next();
            int step = in.next();
            for (int at = 0; at < page.length; at++) {
                page[at] = (byte) (first + at * step + (step > 127 ? at * at * first >> 3 : 0));
            }
            writer.writePage(number, page, 0);
            pages.writeBytes(page);
        }
        if (header.tracksChecksums() && !header.isSnapshot() && header.commit() != 0) {
            writer.finish(Long.MIN_VALUE | number);
        } else {
            writer.finish();
        }
        return file.toByteArray();
    }

    private static byte[] read(LtxHeader header, byte[] file) throws IOException {
        String key = new LtxFileName(header.minTxid(), header.maxTxid()).toString();
        LtxReader reader = new LtxReader(key, new ByteArrayInputStream(file), COMPRESSION);
        require(reader.header().equals(header), "%s is read as %s", header, reader.header());
        ByteArrayOutputStream pages = new ByteArrayOutputStream();
        LtxPage page = new LtxPage();
        byte[] decoded = new byte[header.pageSize()];
        while (reader.nextPage(page)) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            pages.writeBytes(decoded);
        }
        reader.finish();
        return pages.toByteArray();
    }

    private static void requireRefused(LtxHeader header, byte[] file, byte[] pages) throws IOException {
        try {
            String key = new LtxFileName(header.minTxid(), header.maxTxid()).toString();
            LtxReader reader = new LtxReader(key, new ByteArrayInputStream(file), COMPRESSION);
            require(readAll(reader, pages), "a changed byte gives other pages, and nobody says so");
        } catch (DamagedReplicaException | UnsupportedReplicaException e) {
            // As it should be.
        }
    }

    /** Whether the pages are the same: a block may be stored in more than one way. */
    private static boolean readAll(LtxReader reader, byte[] pages) throws IOException {
        LtxPage page = new LtxPage();
        int pageSize = reader.header().pageSize();
        byte[] decoded = new byte[pageSize];
        boolean same = true;
        int from = 0;
        for (; reader.nextPage(page); from += pageSize) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            same &= from + pageSize <= pages.length
                    && Arrays.equals(decoded, 0, pageSize, pages, from, from + pageSize);
        }
        reader.finish();
        return same && from == pages.length;
    }
}
