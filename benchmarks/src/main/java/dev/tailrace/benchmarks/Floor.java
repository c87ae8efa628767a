// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4FrameInputStream;

/**
 * The least that a restore has to do, by a simple loop: decode every object of a v0.3 replica of one generation (of an LTX
 * replica, every file that leads to its newest state), copy pages
 * within the heap, write the result once, sync it. It proves nothing, retries nothing, and trusts the replica.
 */
public final class Floor {

    private static final int WAL_HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int BUFFER = 1 << 20;

    private final DatabasePages pages = new DatabasePages();

    private Floor() {}

    public static void main(String[] arguments) throws IOException {
        if (!LtxFloor.files(Path.of(arguments[0])).isEmpty()) {
            LtxFloor.restore(Path.of(arguments[0]), Path.of(arguments[1]));
            return;
        }
        Path generation;
        try (Stream<Path> generations = Files.list(Path.of(arguments[0], "generations"))) {
            generation = generations.findFirst().orElseThrow();
        }
        Floor floor = new Floor();
        floor.readSnapshot(files(generation.resolve("snapshots")).get(0));
        // One index after the other: its segments stand together, since names sort so.
        ByteArrayOutputStream wal = new ByteArrayOutputStream();
        String index = "";
        for (Path segment : files(generation.resolve("wal"))) {
            String name = String.valueOf(segment.getFileName());
            if (!name.startsWith(index)) {
                floor.apply(wal.toByteArray());
                wal.reset();
            }
            index = name.substring(0, name.indexOf('_'));
            try (InputStream in = decode(segment)) {
                in.transferTo(wal);
            }
        }
        floor.apply(wal.toByteArray());
        floor.pages.write(Path.of(arguments[1]));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static InputStream decode(Path file) throws IOException {
        return new LZ4FrameInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    private void readSnapshot(Path file) throws IOException {
        try (InputStream in = decode(file)) {
            byte[] head = in.readNBytes(512);
            int pageSize = pageSize(head);
            byte[] first = Arrays.copyOf(head, pageSize);
            in.readNBytes(first, head.length, pageSize - head.length);
            int number = 0;
            for (byte[] page = first; page.length == pageSize; page = in.readNBytes(pageSize)) {
                pages.put(++number, page, 0, pageSize);
            }
        }
    }

    private static int pageSize(byte[] head) {
        int size = ByteBuffer.wrap(head).getShort(16) & 0xffff;
        return size == 1 ? 1 << 16 : size;
    }

    private void apply(byte[] wal) {
        ByteBuffer words = ByteBuffer.wrap(wal);
        int pageSize = wal.length == 0 ? 0 : words.getInt(8);
        for (int at = WAL_HEADER; at + FRAME_HEADER + pageSize <= wal.length; at += FRAME_HEADER + pageSize) {
            int page = words.getInt(at);
            pages.put(page, wal, at + FRAME_HEADER, pageSize);
            int committed = words.getInt(at + 4);
            if (committed > 0) {
                pages.truncate(committed);
            }
        }
    }
}
