// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Walks one LZ4 frame block by block, and proves that the bytes are that frame, whole, and nothing else.
 *
 * <p>The walk has three steps for each block, so that blocks can be decoded side by side: {@link #nextBlock} reads the
 * stored bytes and {@link #accept} takes in the decoded ones, both in the order of the blocks; between them {@link #decode}
 * may run on any thread, unless {@link Lz4FrameHeader#linkedBlocks() blocks are linked}. {@link #nextBlock} and
 * {@link #accept} may be called by different threads, each guarded by the caller. {@link #finish()} comes last.
 *
 * <p>Never reads more than one frame into memory than a block, and never trusts a size before it is checked against the
 * frame's own bounds.
 */
public final class Lz4FrameReader {

    private static final int UNCOMPRESSED = 1 << 31;
    private static final int BUFFER = 16 << 10;
    /** Enough of an object that is no frame to tell what it is. */
    private static final int BEGINNING = 28;

    private final InputStream in;
    private final BlockCompression compression;
    private final Lz4FrameHeader header;
    private final BlockCompression.Checksum contentChecksum;
    private final @Nullable LinkedHistory history;
    private long offset;
    private long contentLength;
    private boolean ended;

    /**
     * Reads the frame's header.
     *
     * @param in the frame's bytes up to the end of the object; stays the caller's to close
     * @throws CorruptFrameException if they do not begin with a header
     */
    public Lz4FrameReader(InputStream in, BlockCompression compression) throws IOException {
        this.in = new BufferedInputStream(in, BUFFER);
        this.compression = requireNonNull(compression, "compression");
        header = readHeader();
        contentChecksum = compression.newChecksum();
        history = header.linkedBlocks() ? new LinkedHistory(compression) : null;
    }

    /** What the frame says of itself. */
    public Lz4FrameHeader header() {
        return header;
    }

    /** How many bytes have been decoded and accepted so far. */
    public long contentLength() {
        return contentLength;
    }

    /**
     * Reads the next block's stored bytes.
     *
     * @return false at the end mark, after which only {@link #finish()} may follow
     */
    public boolean nextBlock(Lz4Block block) throws IOException {
        byte[] word = new byte[Integer.BYTES];
        readFully(word, 0, word.length, "a block's size");
        int size = LittleEndian.getInt(word, 0);
        if (size == 0) {
            ended = true;
            return false;
        }
        int length = size & ~UNCOMPRESSED;
        if (length > header.blockMaxSize()) {
            throw corrupt(
                    "LZ4 block of " + length + " bytes, more than the frame's bound of " + header.blockMaxSize(), 4);
        }
        block.reset(length, (size & UNCOMPRESSED) == 0, offset);
        readFully(block.bytes(), 0, length, "a block");
        if (header.blockChecksums()) {
            readFully(word, 0, word.length, "a block's checksum");
            check("LZ4 block checksum", LittleEndian.getInt(word, 0), compression.checksum(block.bytes(), 0, length));
        }
        return true;
    }

    /**
     * Decodes a block.
     *
     * @param limit how much room there is in {@code target}; {@link Lz4Block#decodedBound} always suffices
     * @return how many bytes were decoded
     * @throws CorruptFrameException if it is malformed or decodes to more than {@code limit} bytes
     */
    public int decode(Lz4Block block, byte[] target, int targetOffset, int limit) throws IOException {
        int room = Math.min(limit, header.blockMaxSize());
        if (!block.compressed()) {
            if (block.length() > room) {
                throw new CorruptFrameException("LZ4 block holds more than " + room + " bytes", block.offset(), null);
            }
            System.arraycopy(block.bytes(), 0, target, targetOffset, block.length());
            return block.length();
        }
        try {
            return history == null
                    ? compression.decompress(block.bytes(), 0, block.length(), target, targetOffset, room)
                    : history.decompress(block, target, targetOffset, room);
        } catch (IOException e) {
            throw new CorruptFrameException(
                    "LZ4 block of " + block.length() + " bytes does not decode into " + room + " bytes",
                    block.offset(),
                    e);
        }
    }

    /** Takes in what the next block in order was decoded to. */
    public void accept(byte[] decoded, int decodedOffset, int length) {
        if (header.contentChecksum()) {
            contentChecksum.update(decoded, decodedOffset, length);
        }
        if (history != null) {
            history.append(decoded, decodedOffset, length);
        }
        contentLength += length;
    }

    /**
     * Proves the frame after its last block: content checksum, content size, and that the object ends with it.
     *
     * @throws CorruptFrameException if one of them does not hold
     */
    public void finish() throws IOException {
        if (!ended) {
            throw new IllegalStateException("the frame has more blocks");
        }
        if (header.contentChecksum()) {
            byte[] word = new byte[Integer.BYTES];
            readFully(word, 0, word.length, "the content checksum");
            check("LZ4 content checksum", LittleEndian.getInt(word, 0), contentChecksum.value());
        }
        if (header.contentSize().isPresent() && header.contentSize().getAsLong() != contentLength) {
            throw corrupt(
                    "LZ4 frame names a content of " + header.contentSize().getAsLong() + " bytes and holds "
                            + contentLength,
                    0);
        }
        if (in.read() >= 0) {
            throw corrupt("bytes after the end of the LZ4 frame", 0);
        }
    }

    private Lz4FrameHeader readHeader() throws IOException {
        byte[] magic = new byte[Integer.BYTES];
        int read = in.readNBytes(magic, 0, magic.length);
        if (read == 0) {
            throw early("object is empty, an LZ4 frame is missing");
        }
        offset = read;
        if (read < magic.length || LittleEndian.getInt(magic, 0) != Lz4FrameHeader.MAGIC) {
            byte[] beginning = Arrays.copyOf(magic, read + BEGINNING);
            int more = in.readNBytes(beginning, read, BEGINNING);
            throw new CorruptFrameException(
                    "no LZ4 frame, it begins with " + HexFormat.ofDelimiter(" ").formatHex(magic, 0, read),
                    0,
                    Arrays.copyOf(beginning, read + more),
                    read < magic.length,
                    null);
        }
        byte[] descriptor = new byte[Lz4FrameHeader.MAX_DESCRIPTOR + 1];
        readFully(descriptor, 0, Lz4FrameHeader.MIN_DESCRIPTOR, "the frame's header");
        int length = Lz4FrameHeader.descriptorLength(descriptor[0]);
        readFully(
                descriptor,
                Lz4FrameHeader.MIN_DESCRIPTOR,
                length + 1 - Lz4FrameHeader.MIN_DESCRIPTOR,
                "the frame's header");
        check("LZ4 header checksum", descriptor[length] & 0xff, headerChecksum(compression, descriptor, length));
        return Lz4FrameHeader.parse(Arrays.copyOf(descriptor, length));
    }

    static int headerChecksum(BlockCompression compression, byte[] descriptor, int length) {
        return (compression.checksum(descriptor, 0, length) >> 8) & 0xff;
    }

    private void readFully(byte[] target, int targetOffset, int length, String what) throws IOException {
        int read = in.readNBytes(target, targetOffset, length);
        offset += read;
        if (read < length) {
            throw early("object ends inside " + what + " of its LZ4 frame, " + (length - read) + " bytes are missing");
        }
    }

    private CorruptFrameException early(String message) {
        return new CorruptFrameException(message, offset, new byte[0], true, null);
    }

    private void check(String what, int stored, int computed) throws CorruptFrameException {
        if (stored != computed) {
            throw corrupt(String.format("%s is wrong: stored %08x, computed %08x", what, stored, computed), 0);
        }
    }

    private CorruptFrameException corrupt(String message, int back) {
        return new CorruptFrameException(message, offset - back, null);
    }
}
