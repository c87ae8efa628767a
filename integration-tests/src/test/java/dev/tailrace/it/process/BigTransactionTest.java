// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4FrameWriter;
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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction is one segment, however large: it must not have to fit into the heap. */
class BigTransactionTest {

    private static final Generation GENERATION = new Generation("00c0ffee00c0ffee");

    @TempDir
    Path folder;

    @Test
    void transactionAsLargeAsTheHeapRestores() throws Exception {
        restore(48, 4096, List.of("-XX:+UseSerialGC", "-Xmx56m", "-XX:MaxDirectMemorySize=36m"));
    }

    @Test
    @Tag("slow")
    void transactionOf512MegabytesRestoresInTheHeapOfTheLauncher() throws Exception {
        restore(512, 4096, List.of("-XX:+UseSerialGC", "-Xmx72m", "-XX:MaxDirectMemorySize=36m"));
    }

    @Test
    @Tag("slow")
    void transactionOfAMillionSmallPagesRestoresInTheHeapOfTheLauncher() throws Exception {
        restore(512, 512, List.of("-XX:+UseSerialGC", "-Xmx72m", "-XX:MaxDirectMemorySize=36m"));
    }

    private void restore(int megabytes, int pageSize, List<String> bounds) throws Exception {
        int pages = (int) (((long) megabytes << 20) / pageSize);
        Path replica = folder.resolve("replica");
        writeReplica(replica, pages, pageSize);
        Path target = folder.resolve("big.db");
        try (ChildJvm child = ChildJvm.tailrace(
                folder.resolve("output"), bounds, "restore", "-o", target.toString(), replica.toString())) {
            assertThat(child.exitCode()).as(child::told).isZero();
        }
        assertThat(Files.size(target)).isEqualTo((long) pages * pageSize);
        byte[] found = new byte[pageSize];
        byte[] expected = new byte[pageSize];
        try (DataInputStream in = new DataInputStream(Files.newInputStream(target))) {
            for (int page = 1; page <= pages; page++) {
                in.readFully(found);
                fill(expected, page, page % 16 == 0 ? 2 : 1);
                assertThat(found).as("page " + page).isEqualTo(expected);
            }
        }
    }

    /** Each page is written once, far from the one before it; then some are written again. */
    private static void writeReplica(Path replica, int pages, int pageSize) throws IOException {
        byte[] page = new byte[pageSize];
        try (OutputStream out = open(replica, ReplicaWriter.snapshotKey(ReplicaLayout.V03_FLAT, GENERATION, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            fill(page, 1, 0);
            frame.write(page);
        }
        try (OutputStream out = open(replica, ReplicaWriter.segmentKey(ReplicaLayout.V03_FLAT, GENERATION, 0, 0));
                Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed())) {
            SyntheticWal wal = new SyntheticWal(frame, pageSize);
            // Odd, so that it visits each of 2^n pages, and for other numbers the rest is visited in a second round.
            int stride = 40_503;
            boolean[] done = new boolean[pages + 1];
            for (long i = 0; i < pages; i++) {
                visit(wal, done, (int) (i * stride % pages) + 1, page);
            }
            for (int number = 1; number <= pages; number++) {
                visit(wal, done, number, page);
            }
            int last = pages / 16 * 16;
            for (int number = 16; number <= last; number += 16) {
                fill(page, number, 2);
                wal.frame(number, number == last ? pages : 0, page);
            }
        }
    }

    private static void visit(SyntheticWal wal, boolean[] done, int number, byte[] page) throws IOException {
        if (!done[number]) {
            done[number] = true;
            fill(page, number, 1);
            wal.frame(number, 0, page);
        }
    }

    private static OutputStream open(Path replica, String key) throws IOException {
        Path file = replica.resolve(key);
        Files.createDirectories(file.getParent());
        return new BufferedOutputStream(Files.newOutputStream(file));
    }

    /** Half of a page is noise, half is nothing; the first one begins as a database does. */
    private static void fill(byte[] page, int number, int version) {
        Random noise = new Random(number * 7L + version);
        ByteBuffer words = ByteBuffer.wrap(page);
        while (words.position() < page.length / 2) {
            words.putLong(noise.nextLong());
        }
        if (number == 1) {
            byte[] magic = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
            words.position(0).put(magic).putShort((short) (page.length == 65536 ? 1 : page.length));
        }
    }
}
