// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An answer that is held in memory. Ends it with an error if it is too long: a store that lies could use up the heap. */
final class BoundedAnswer extends FilterInputStream {

    /** A page of a thousand names of a kilobyte, with eight kilobytes of metadata each, has less. */
    static final long MOST_BYTES = 16L << 20;

    private long read;

    BoundedAnswer(InputStream answer) {
        super(answer);
    }

    @Override
    public int read() throws IOException {
        return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        return counted(count, count);
    }

    private int counted(int result, int bytes) throws IOException {
        read += result < 0 ? 0 : bytes;
        if (read > MOST_BYTES) {
            throw new IOException("the store's answer is longer than " + MOST_BYTES + " bytes");
        }
        return result;
    }
}
