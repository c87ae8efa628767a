// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.Tailrace;
import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4FrameWriter;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Restorer;
import dev.tailrace.wal.WalChecksum;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Replicas that nothing but ill will, or a broken disk, would write, each restored in this virtual machine. Prints one line
 * for each: its name, and {@code right} with the database's size or the failure.
 */
final class HostileReplicas {

    private static final String GENERATION = "generations/00000000000000aa/";
    private static final String SNAPSHOT = GENERATION + "snapshots/00000000.snapshot.lz4";
    private static final String WAL = GENERATION + "wal/00000000_00000000.wal.lz4";
    private static final int BLOCK = 4 << 20;

    private final Path folder;
    private int copies;

    private HostileReplicas(Path folder) {
        this.folder = folder;
    }

    /** Writes a replica's objects. */
    private interface Content {
        void write(Path root) throws IOException;
    }

    /** @param arguments the scratch folder */
    public static void main(String[] arguments) throws IOException {
        plan("a day of one segment a second", new ManyNames(86_400));
        plan("a large generation among others", new ManyNames(150_000, "00000000000000bb", "00000000000000cc"));
        plan("a million names", new ManyNames(1_000_000));
        new HostileReplicas(Path.of(arguments[0])).restoreAll();
    }

    private void restoreAll() throws IOException {
        restore(
                "a snapshot of zeros, 3000 times its size",
                root -> blocks(root.resolve(SNAPSHOT), new byte[BLOCK], 300));
        restore("a snapshot that goes on with zeros, cut off by the WAL", root -> {
            blocks(root.resolve(SNAPSHOT), page(4096, BLOCK), 500);
            try (Wal wal = new Wal(root.resolve(WAL), 4096)) {
                wal.frame(1, 1);
            }
        });
        restore("a segment of zeros behind a good header", root -> {
            snapshot(root, 4096);
            byte[] first = new byte[BLOCK];
            System.arraycopy(Wal.header(4096), 0, first, 0, 32);
            blocks(root.resolve(WAL), first, 300);
        });
        restore("one transaction of 100 MB on one page", root -> {
            snapshot(root, 65536);
            try (Wal wal = new Wal(root.resolve(WAL), 65536)) {
                for (int i = 0; i < 1_600; i++) {
                    wal.frame(1, i == 1_599 ? 1 : 0);
                }
            }
        });
        restore("one transaction of half a million frames", root -> {
            snapshot(root, 512);
            try (Wal wal = new Wal(root.resolve(WAL), 512)) {
                for (int i = 0; i < 500_000; i++) {
                    wal.frame(1, i == 499_999 ? 1 : 0);
                }
            }
        });
        for (int pageSize : new int[] {0, 1, 3, 256, 131072, Integer.MIN_VALUE, -1}) {
            restore("page size " + Integer.toUnsignedString(pageSize), root -> {
                snapshot(root, 4096);
                try (OutputStream wal = frame(root.resolve(WAL))) {
                    wal.write(Wal.header(pageSize));
                    wal.write(new byte[5_000]);
                }
            });
        }
        restoreFrames("a commit to 2^32 - 1 pages", new int[] {1}, -1);
        restoreFrames("a commit to 2^31 pages", new int[] {1}, Integer.MIN_VALUE);
        restoreFrames("the last page of 2^32 - 1", new int[] {1, -1}, -1);
        restoreFrames("a page near 2^32 that is cut off", new int[] {-2, 1}, 1);
        int[] scattered = new int[65_536];
        for (int i = 0; i < scattered.length; i++) {
            scattered[i] = (i << 16) + 1;
        }
        restoreFrames("pages all over the numbers there are", scattered, -1);
        restore("a snapshot that ends in its first block", root -> {
            blocks(root.resolve(SNAPSHOT), page(4096, BLOCK), 1);
            byte[] stored = Files.readAllBytes(root.resolve(SNAPSHOT));
            Files.write(root.resolve(SNAPSHOT), Arrays.copyOf(stored, stored.length / 2));
        });
    }

    private static void plan(String name, ManyNames names) throws IOException {
        String outcome;
        try (ReplicaClient replica = ReplicaClient.over("names", names)) {
            outcome = "right, " + Restorer.of(replica).plan().objects() + " objects";
        } catch (TailraceException e) {
            outcome = e.getClass().getSimpleName() + " " + e.getMessage();
        } catch (Exception | Error e) {
            outcome = "untyped " + e;
        }
        System.out.println(name + ": " + outcome);
    }

    private void restoreFrames(String name, int[] pages, int size) throws IOException {
        restore(name, root -> {
            snapshot(root, 512);
            try (Wal wal = new Wal(root.resolve(WAL), 512)) {
                for (int i = 0; i < pages.length; i++) {
                    wal.frame(pages[i], i == pages.length - 1 ? size : 0);
                }
            }
        });
    }

    private void restore(String name, Content content) throws IOException {
        Path root = folder.resolve("hostile-" + copies++);
        Path output = Files.createDirectories(root.resolve("out"));
        Files.createDirectories(root.resolve(SNAPSHOT).getParent());
        Files.createDirectories(root.resolve(WAL).getParent());
        content.write(root);
        String outcome;
        Path database = output.resolve("app.db");
        try (ReplicaClient replica = Tailrace.open("file://" + root)) {
            RestoreOptions options = RestoreOptions.builder().parallelism(2).build();
            Restorer.of(replica, options).restoreTo(database);
            outcome = "right, " + Files.size(database) + " bytes";
            Files.delete(database);
        } catch (TailraceException e) {
            outcome = e.getClass().getSimpleName() + " " + e.getMessage();
        } catch (Exception | Error e) {
            outcome = "untyped " + e;
        }
        List<String> left = Scratch.names(output);
        System.out.println(name + ": " + outcome + (left.isEmpty() ? "" : ", left behind " + left));
        Scratch.delete(root);
    }

    private static void snapshot(Path root, int pageSize) throws IOException {
        try (OutputStream snapshot = frame(root.resolve(SNAPSHOT))) {
            snapshot.write(page(pageSize, pageSize));
        }
    }

    private static byte[] page(int pageSize, int length) {
        byte[] page = new byte[length];
        byte[] magic = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(magic, 0, page, 0, magic.length);
        ByteBuffer.wrap(page).putShort(16, (short) (pageSize == 65536 ? 1 : pageSize));
        return page;
    }

    private static OutputStream frame(Path file) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        Lz4FrameWriter frame = new Lz4FrameWriter(out, BlockCompressions.installed());
        return new BufferedOutputStream(frame, 1 << 16) {
            @Override
            public void close() throws IOException {
                flush();
                frame.close();
                out.close();
            }
        };
    }

    /** A frame without a checksum: one block, then the same number of blocks of zeros again and again. */
    private static void blocks(Path file, byte[] first, int count) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        byte[] descriptor = {0x60, 0x70};
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(new byte[] {0x04, 0x22, 0x4d, 0x18});
            out.write(descriptor);
            out.write(compression.checksum(descriptor, 0, descriptor.length) >> 8);
            writeBlock(compression, first, stored);
            stored.writeTo(out);
            stored.reset();
            writeBlock(compression, new byte[BLOCK], stored);
            for (int i = 1; i < count; i++) {
                stored.writeTo(out);
            }
            out.write(new byte[4]);
        }
    }

    private static void writeBlock(BlockCompression compression, byte[] content, ByteArrayOutputStream stored) {
        byte[] block = new byte[1 << 17];
        int length = compression.compress(content, 0, content.length, block, 0, block.length);
        stored.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());
        stored.write(block, 0, length);
    }

    /** A WAL file whose checksums are right. */
    private static final class Wal implements AutoCloseable {

        private static final int SALT = 0x1234;

        private final OutputStream out;
        private final byte[] frame;
        private long checksum;

        Wal(Path file, int pageSize) throws IOException {
            out = HostileReplicas.frame(file);
            byte[] header = header(pageSize);
            out.write(header);
            frame = new byte[24 + pageSize];
            System.arraycopy(page(pageSize, pageSize), 0, frame, 24, pageSize);
            checksum = ByteBuffer.wrap(header).getLong(24);
        }

        static byte[] header(int pageSize) {
            ByteBuffer header = ByteBuffer.allocate(32)
                    .putInt(0x377f0683)
                    .putInt(3007000)
                    .putInt(pageSize)
                    .putInt(1)
                    .putInt(SALT)
                    .putInt(SALT);
            header.putLong(WalChecksum.update(WalChecksum.START, ByteOrder.BIG_ENDIAN, header.array(), 0, 24));
            return header.array();
        }

        void frame(int page, int size) throws IOException {
            ByteBuffer words = ByteBuffer.wrap(frame);
            words.putInt(page).putInt(size).putInt(SALT).putInt(SALT);
            checksum = WalChecksum.update(checksum, ByteOrder.BIG_ENDIAN, frame, 0, 8);
            checksum = WalChecksum.update(checksum, ByteOrder.BIG_ENDIAN, frame, 24, frame.length - 24);
            words.putLong(checksum);
            out.write(frame);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
