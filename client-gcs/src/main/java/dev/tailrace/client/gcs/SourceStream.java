// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import dev.tailrace.store.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A source while it is sent: exactly as many bytes as announced, or a {@link SourceFailure}. */
final class SourceStream extends InputStream {

    private final InputStream in;
    private final long size;
    private final BooleanSupplier abandoned;
    private long left;

    private SourceStream(InputStream in, long size, BooleanSupplier abandoned) {
        this.in = in;
        this.size = size;
        this.left = size;
        this.abandoned = abandoned;
    }

    static InputStream open(ObjectSource source, BooleanSupplier abandoned) {
        try {
            return new SourceStream(source.open(), source.size(), abandoned);
        } catch (IOException e) {
            throw new SourceFailure(e);
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        try {
            if (left == 0) {
                requireEnd();
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            // After the read, which may have taken long: the last byte must not be sent for nobody.
            if (abandoned.getAsBoolean()) {
                throw new IOException("nobody waits for this any more");
            }
            if (count < 0) {
                throw new IOException("the source ends early: it announced " + size + " bytes");
            }
            left -= count;
            if (left == 0) {
                // Before the last bytes are sent, which would make it an object.
                requireEnd();
            }
            return count;
        } catch (IOException e) {
            throw new SourceFailure(e);
        }
    }

    private void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw new IOException("the source goes on: it announced " + size + " bytes");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
