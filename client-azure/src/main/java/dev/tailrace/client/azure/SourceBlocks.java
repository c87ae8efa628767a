// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.store.ObjectSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** A source, block by block: exactly as many bytes as it announced, or an {@link IOException}. */
final class SourceBlocks implements Closeable {

    private final InputStream in;
    private final long size;
    private long left;

    private SourceBlocks(InputStream in, long size) {
        this.in = in;
        this.size = size;
        this.left = size;
    }

    static SourceBlocks open(ObjectSource source) throws IOException {
        return new SourceBlocks(source.open(), source.size());
    }

    boolean hasNext() {
        return left > 0;
    }

    /** Up to that many bytes, fewer only at the end. The source must end there too. */
    byte[] next(int most) throws IOException {
        int wanted = (int) Math.min(most, left);
        byte[] block = in.readNBytes(wanted);
        if (block.length < wanted) {
            throw new IOException("the source ends early: it announced " + size + " bytes");
        }
        left -= wanted;
        if (left == 0 && in.read() >= 0) {
            throw new IOException("the source goes on: it announced " + size + " bytes");
        }
        return block;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
