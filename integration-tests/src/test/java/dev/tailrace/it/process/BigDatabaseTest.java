// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4FrameWriter;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.testkit.ReplicaWriter;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that a restore takes does not grow with the database. */
@Tag("slow")
class BigDatabaseTest {

    private static final Generation GENERATION = new Generation("0b160b160b160b16");
    private static final int PAGE_SIZE = 4096;
    private static final int PAGES = 1 << 20;
    private static final int RUN_PAGES = 1 << 10;

    /** As the launcher sets them on two processors. */
    private static final List<String> BOUNDS =
            List.of("-XX:+UseSerialGC", "-Xmx72m", "-XX:MaxDirectMemorySize=36m", "-XX:ActiveProcessorCount=2");

    @TempDir
    Path folder;

    @Test
    void databaseOfFourGigabytesIsRestoredFromASnapshotAndWal() throws Exception {
        byte[] page = new byte[PAGE_SIZE];
        try (OutputStream out = open(ReplicaWriter.snapshotKey(ReplicaLayout.V03_FLAT, GENERATION, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            for (int number = 1; number <= PAGES; number++) {
                fill(page, number, 1);
                frame.write(page);
            }
        }
        try (OutputStream out = open(ReplicaWriter.segmentKey(ReplicaLayout.V03_FLAT, GENERATION, 0, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            SyntheticWal wal = new SyntheticWal(frame, PAGE_SIZE);
            for (int number = 1000; number <= PAGES; number += 1000) {
                fill(page, number, 2);
                wal.frame(number, PAGES, page);
            }
        }
        restoreAndCheck();
    }

    @Test
    void databaseOfFourGigabytesIsRestoredFromLtxFiles() throws Exception {
        byte[] page = new byte[PAGE_SIZE];
        Instant time = Instant.parse("2026-11-20T00:00:00Z");
        LtxHeader snapshot = LtxHeader.of(PAGE_SIZE, PAGES, 1, 1, time);
        try (OutputStream out = open("ltx/9/0000000000000001-0000000000000001.ltx")) {
            LtxWriter writer = new LtxWriter(out, snapshot, LtxPageEncoding.SIZED_BLOCK, BlockCompressions.installed());
            for (int number = 1; number <= PAGES; number++) {
                if (number != snapshot.lockPage()) {
                    fill(page, number, 1);
                    writer.writePage(number, page, 0);
                }
            }
            writer.finish();
        }
        try (OutputStream out = open("ltx/0/0000000000000002-0000000000000002.ltx")) {
            LtxWriter writer = new LtxWriter(
                    out,
                    LtxHeader.of(PAGE_SIZE, PAGES, 2, 2, time.plusSeconds(1)),
                    LtxPageEncoding.SIZED_BLOCK,
                    BlockCompressions.installed());
            for (int number = 1000; number <= PAGES; number += 1000) {
                fill(page, number, 2);
                writer.writePage(number, page, 0);
            }
            writer.finish();
        }
        restoreAndCheck();
    }

    /** No disk is filled: of pages without content there can be so many in a small replica, and to prove it writes none. */
    @Test
    void databaseOf100GigabytesIsPlannedAndProved() throws Exception {
        int pages = (int) ((100L << 30) / PAGE_SIZE);
        byte[] page = new byte[PAGE_SIZE];
        byte[] run = new byte[RUN_PAGES * PAGE_SIZE];
        try (OutputStream out = open(ReplicaWriter.snapshotKey(ReplicaLayout.V03_FLAT, GENERATION, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            fill(page, 1, 1);
            System.arraycopy(page, 0, run, 0, PAGE_SIZE);
            for (int number = 1; number <= pages; number += RUN_PAGES) {
                frame.write(run);
                Arrays.fill(run, 0, PAGE_SIZE, (byte) 0);
            }
        }
        try (OutputStream out = open(ReplicaWriter.segmentKey(ReplicaLayout.V03_FLAT, GENERATION, 0, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            SyntheticWal wal = new SyntheticWal(frame, PAGE_SIZE);
            for (int number = pages / 1000; number <= pages; number += pages / 1000) {
                fill(page, number, 2);
                wal.frame(number, pages, page);
            }
        }
        String replica = folder.resolve("replica").toString();
        assertThat(run(BOUNDS, "restore", "-dry-run", replica)).contains("1 WAL index");
        assertThat(run(BOUNDS, "verify", replica)).startsWith("ok: ");
    }

    private String run(List<String> bounds, String... arguments) throws Exception {
        try (ChildJvm child = ChildJvm.tailrace(folder.resolve("output"), bounds, arguments)) {
            assertThat(child.exitCode()).as(child::told).isZero();
            return child.output();
        }
    }

    private void restoreAndCheck() throws Exception {
        Path target = folder.resolve("big.db");
        try (ChildJvm child = ChildJvm.tailrace(
                folder.resolve("output"),
                BOUNDS,
                "restore",
                "-o",
                target.toString(),
                folder.resolve("replica").toString())) {
            assertThat(child.exitCode()).as(child::told).isZero();
        }
        assertThat(Files.size(target)).isEqualTo((long) PAGES * PAGE_SIZE);
        byte[] found = new byte[PAGE_SIZE];
        byte[] expected = new byte[PAGE_SIZE];
        int lockPage = (1 << 30) / PAGE_SIZE + 1;
        try (DataInputStream in = new DataInputStream(Files.newInputStream(target))) {
            for (int number = 1; number <= PAGES; number++) {
                in.readFully(found);
                fill(expected, number, number % 1000 == 0 ? 2 : 1);
                if (number != lockPage && !Arrays.equals(found, expected)) {
                    assertThat(found).as("page " + number).isEqualTo(expected);
                }
            }
        }
    }

    private OutputStream open(String key) throws IOException {
        Path file = folder.resolve("replica").resolve(key);
        Files.createDirectories(file.getParent());
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    }

    /** Nearly nothing, which compresses well; the first one begins as a database does. */
    private static void fill(byte[] page, int number, int version) {
        ByteBuffer words = ByteBuffer.wrap(page);
        words.putInt(512, number).putInt(PAGE_SIZE - Integer.BYTES, version);
        if (number == 1) {
            byte[] magic = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
            words.position(0).put(magic).putShort((short) PAGE_SIZE);
        } else {
            words.putLong(0, 0).putLong(8, 0).putShort(16, (short) 0);
        }
    }
}
