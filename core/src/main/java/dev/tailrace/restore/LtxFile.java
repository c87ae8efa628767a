// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.replica.LtxFileInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A file of a plan that is being read. */
final class LtxFile implements Closeable {

    private final LtxFileInfo info;
    private final InputStream stream;
    private final LtxReader reader;

    private LtxFile(LtxFileInfo info, InputStream stream, LtxReader reader) {
        this.info = info;
        this.stream = stream;
        this.reader = reader;
    }

    /** Opens a file and reads its header. */
    static LtxFile open(LtxFileInfo info, ObjectReads reads, BlockCompression compression) throws IOException {
        InputStream stream = reads.open(info);
        try {
            return new LtxFile(info, stream, new LtxReader(info.key(), stream, compression));
        } catch (IOException | RuntimeException | Error e) {
            try (stream) {
                throw e;
            }
        }
    }

    LtxFileInfo info() {
        return info;
    }

    LtxReader reader() {
        return reader;
    }

    int pageSize() {
        return reader.header().pageSize();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
