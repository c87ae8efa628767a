// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes one LZ4 frame with the settings Litestream uses ({@link Lz4FrameHeader#LITESTREAM}). {@link #close()} ends the frame
 * and leaves the stream below open; a frame that is not closed is not whole. For one thread at a time.
 */
public final class Lz4FrameWriter extends OutputStream {

    private final OutputStream out;
    private final BlockCompression compression;
    private final BlockCompression.Checksum contentChecksum;
    private final byte[] content = new byte[Lz4FrameHeader.LITESTREAM.blockMaxSize()];
    private final byte[] stored = new byte[Lz4FrameHeader.LITESTREAM.blockMaxSize()];
    private int length;
    private boolean closed;

    /**
     * Writes the frame's header.
     *
     * @param out where the frame goes; stays the caller's to close
     */
    public Lz4FrameWriter(OutputStream out, BlockCompression compression) throws IOException {
        this.out = requireNonNull(out, "out");
        this.compression = compression;
        contentChecksum = compression.newChecksum();
        byte[] descriptor = Lz4FrameHeader.LITESTREAM.toBytes();
        writeInt(Lz4FrameHeader.MAGIC);
        out.write(descriptor);
        out.write(Lz4FrameReader.headerChecksum(compression, descriptor, descriptor.length));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (closed) {
            throw new IOException("the LZ4 frame is closed");
        }
        int from = offset;
        int left = count;
        while (left > 0) {
            if (length == content.length) {
                writeBlock();
            }
            int some = Math.min(left, content.length - length);
            System.arraycopy(bytes, from, content, length, some);
            length += some;
            from += some;
            left -= some;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (length > 0) {
            writeBlock();
        }
        writeInt(0);
        writeInt(contentChecksum.value());
        out.flush();
    }

    private void writeBlock() throws IOException {
        contentChecksum.update(content, 0, length);
        int size = compression.compress(content, 0, length, stored, 0, length - 1);
        if (size > 0) {
            writeInt(size);
            out.write(stored, 0, size);
        } else {
            writeInt(length | 1 << 31);
            out.write(content, 0, length);
        }
        length = 0;
    }

    private void writeInt(int value) throws IOException {
        byte[] word = new byte[Integer.BYTES];
        LittleEndian.putInt(word, 0, value);
        out.write(word);
    }
}
