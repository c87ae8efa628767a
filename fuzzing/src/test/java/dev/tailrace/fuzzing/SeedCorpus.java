// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import dev.tailrace.codec.Lz4FrameWriter;
import dev.tailrace.codec.lz4.Lz4Variants;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the seeds that no hand writes: into {@code src/test/corpus}, with {@code base.db} (not yet there) and the folder of some
 * LTX files that Litestream wrote as second and third argument.
 */
final class SeedCorpus {

    private final Path folder;

    private SeedCorpus(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        SeedCorpus corpus = new SeedCorpus(Path.of(args[0]));
        corpus.wal(Path.of(args[1]));
        corpus.ltx(Path.of(args[2]));
        corpus.lz4();
    }

    /** Some workloads on one small database, which is also what the WALs belong to. */
    private void wal(Path base) throws IOException, SQLException {
        Path database = Files.createTempDirectory("seeds").resolve("app.db");
        workload(
                database,
                List.of(
                        "PRAGMA page_size=512",
                        "PRAGMA auto_vacuum=INCREMENTAL",
                        "PRAGMA journal_mode=WAL",
                        "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)",
                        "INSERT INTO t(b) VALUES (x'00'), (zeroblob(900))"),
                "");
        Files.copy(database, base);
        byte[] start = Files.readAllBytes(database);
        String grow = "INSERT INTO t(b) SELECT randomblob(700) FROM t";
        String shrink = "DELETE FROM t WHERE a > 1; PRAGMA incremental_vacuum";
        String change = "UPDATE t SET b = x'0102'";
        record Workload(String name, List<String> statements) {}
        for (Workload workload : List.of(
                new Workload("one", List.of(change)),
                new Workload("grow", List.of(change, grow, grow)),
                new Workload("shrink", List.of(grow, grow, shrink)),
                new Workload("drop", List.of("DROP TABLE t", "PRAGMA incremental_vacuum")),
                new Workload("vacuum", List.of(grow, "DELETE FROM t WHERE a > 2", "VACUUM")),
                new Workload("restart", List.of(grow, grow, "PRAGMA wal_checkpoint(RESTART)", change)))) {
            Files.write(database, start);
            byte[] wal = workload(database, workload.statements(), "-wal");
            for (int how = 0; how < 3; how += 2) {
                write("WalCheckpoint", "sqlite-" + workload.name() + "-" + how, how, wal);
            }
            if (workload.name().equals("one") || workload.name().equals("grow")) {
                write("Wal", workload.name() + "-as-it-is", 0, wal);
                write("Wal", workload.name() + "-repaired", 2, wal);
            }
        }
    }

    /** What the database's file, or the one with that suffix, holds at the end. */
    private static byte[] workload(Path database, List<String> statements, String suffix)
            throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                for (String one : sql.split(";")) {
                    statement.execute(one);
                }
            }
            return Files.readAllBytes(Path.of(database + suffix));
        }
    }

    /** @param litestream a folder of files that Litestream wrote */
    private void ltx(Path litestream) throws IOException {
        for (LtxPageEncoding encoding : LtxPageEncoding.values()) {
            String name = encoding.name().toLowerCase(java.util.Locale.ROOT);
            Instant time = Instant.ofEpochMilli(1_767_225_600_000L);
            for (int how = 0; how < 2; how++) {
                write("Ltx", name + "-snapshot-" + how, how, file(LtxHeader.of(512, 3, 1, 4, time), encoding, 1, 2, 3));
                write("Ltx", name + "-changes-" + how, how, file(LtxHeader.of(1024, 9, 5, 5, time), encoding, 2, 9));
                write("Ltx", name + "-empty-" + how, how, file(LtxHeader.of(512, 0, 7, 7, time), encoding));
            }
        }
        List<Path> files;
        try (var listed = Files.list(litestream)) {
            files = listed.sorted().toList();
        }
        for (Path file : files) {
            write("Ltx", "litestream-" + file.getFileName().toString().charAt(15), 1, Files.readAllBytes(file));
        }
    }

    private static byte[] file(LtxHeader header, LtxPageEncoding encoding, int... pages) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(file, header, encoding, Lz4Variants.java());
        for (int number : pages) {
            byte[] page = new byte[header.pageSize()];
            for (int i = 0; i < page.length; i++) {
                page[i] = (byte) (number == 3 ? i * i * 31 >> 3 : i / 64);
            }
            writer.writePage(number, page, 0);
        }
        writer.finish();
        return file.toByteArray();
    }

    private void lz4() throws IOException {
        byte[] content = new byte[3000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i < 1000 ? i / 50 : i * i * 31 >> 3);
        }
        for (int length : new int[] {0, 1, 20, 1000, 3000}) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            try (Lz4FrameWriter writer = new Lz4FrameWriter(frame, Lz4Variants.java())) {
                writer.write(content, 0, length);
            }
            for (int how = 0; how < 2; how++) {
                write("Lz4Frame", "litestream-" + length + "-" + how, how, frame.toByteArray());
            }
            write("Lz4Frame", "content-" + length, 3, Arrays.copyOf(content, length));
        }
        // Flags of other frames; the checksums are put right. Linked blocks, checksums of blocks, a content size; a
        // match in it.
        int[] block = {0x1f, 'a', 1, 0, 20, 0x50, 'v', 'w', 'x', 'y', 'z'};
        for (int flags : new int[] {0x40, 0x44, 0x50, 0x54, 0x60, 0x70, 0x74, 0x4c, 0x6c, 0x5c}) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            ints(frame, 0x04, 0x22, 0x4d, 0x18, flags, 0x40);
            if ((flags & 8) != 0) {
                ints(frame, 90, 0, 0, 0, 0, 0, 0, 0);
            }
            ints(frame, 0);
            for (int i = 0; i < 2; i++) {
                ints(frame, block.length, 0, 0, 0);
                ints(frame, block);
                if ((flags & 16) != 0) {
                    ints(frame, 0, 0, 0, 0);
                }
            }
            ints(frame, 3, 0, 0, 0x80, 'r', 'a', 'w');
            if ((flags & 16) != 0) {
                ints(frame, 0, 0, 0, 0);
            }
            ints(frame, 0, 0, 0, 0, 0, 0, 0, 0);
            write("Lz4Frame", "flags-" + Integer.toHexString(flags), 1, frame.toByteArray());
        }
    }

    private static void ints(ByteArrayOutputStream out, int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
    }

    private void write(String target, String name, int how, byte[] bytes) throws IOException {
        byte[] input = new byte[1 + bytes.length];
        input[0] = (byte) how;
        System.arraycopy(bytes, 0, input, 1, bytes.length);
        Files.write(Files.createDirectories(folder.resolve(target)).resolve(name), input);
    }
}
