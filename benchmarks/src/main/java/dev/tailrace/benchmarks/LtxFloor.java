// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.Tailrace;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.LtxRestorer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** The least that a restore of an LTX replica has to do; pages as Litestream 0.5.16 and newer write them. */
final class LtxFloor {

    private static final int HEADER = 100;
    private static final int PAGE_SIZE = 8;
    private static final int BUFFER = 1 << 20;
    private static final short SIZED_BLOCK = 1;

    private LtxFloor() {}

    /** The files that lead to the newest state, oldest first; none if it is no such replica. */
    static List<Path> files(Path replica) throws IOException {
        try (ReplicaClient client = Tailrace.open(replica.toUri().toString())) {
            for (LtxReplicaClient ltx : client.ltxReplicas()) {
                return LtxRestorer.of(ltx).plan().files().stream()
                        .map(LtxFileInfo::key)
                        .map(replica::resolve)
                        .toList();
            }
            return List.of();
        }
    }

    static void restore(Path replica, Path database) throws IOException {
        LZ4SafeDecompressor blocks = LZ4Factory.fastestInstance().safeDecompressor();
        DatabasePages pages = new DatabasePages();
        for (Path file : files(replica)) {
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
                apply(in, blocks, pages);
            }
        }
        pages.write(database);
    }

    private static void apply(DataInputStream in, LZ4SafeDecompressor blocks, DatabasePages pages) throws IOException {
        in.skipNBytes(PAGE_SIZE);
        int pageSize = in.readInt();
        int commit = in.readInt();
        in.skipNBytes(HEADER - PAGE_SIZE - 2L * Integer.BYTES);
        byte[] stored = new byte[2 * pageSize];
        byte[] page = new byte[pageSize];
        int number = in.readInt();
        for (short flags = in.readShort(); number != 0; flags = in.readShort()) {
            if (flags != SIZED_BLOCK) {
                throw new IOException("the floor reads only pages as Litestream 0.5.16 and newer write them");
            }
            int size = in.readInt();
            in.readFully(stored, 0, size);
            blocks.decompress(stored, 0, size, page, 0, pageSize);
            pages.put(number, page, 0, pageSize);
            number = in.readInt();
        }
        pages.truncate(commit);
    }
}
