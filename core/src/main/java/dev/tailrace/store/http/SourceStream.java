// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.store.ObjectSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The range of a source that one request sends: exactly as many bytes as announced, or a {@link SourceFailure}. That a source
 * goes on where it should end is found before the last bytes are sent, which would make them an object.
 */
public final class SourceStream extends InputStream {

    private final InputStream in;
    private final long size;
    private final boolean last;
    private final BooleanSupplier abandoned;
    private long left;

    private SourceStream(InputStream in, long size, boolean last, long left, BooleanSupplier abandoned) {
        this.in = in;
        this.size = size;
        this.last = last;
        this.left = left;
        this.abandoned = abandoned;
    }

    /**
     * The bytes {@code [from, to)}, read from the source's start.
     *
     * @param abandoned whether nobody waits for the request any more; then reading fails
     * @throws SourceFailure if the source cannot be opened
     */
    public static InputStream open(ObjectSource source, long from, long to, BooleanSupplier abandoned) {
        try {
            InputStream in = source.open();
            try {
                in.skipNBytes(from);
                return new SourceStream(in, source.size(), to == source.size(), to - from, abandoned);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
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
                requireEnd();
            }
            return count;
        } catch (IOException e) {
            throw new SourceFailure(e);
        }
    }

    private void requireEnd() throws IOException {
        if (last && in.read() >= 0) {
            throw new IOException("the source goes on: it announced " + size + " bytes");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
