// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.internal.failure.UnreadableObject;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.wal.WalFormatException;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.io.InputStream;

/**
 * Proves objects one by one: each is what its name says, whole, and as its own checksums have it. What joins one to the next
 * is looked at as far as their names tell it; the rest is for a restore. Its buffers are used again; for one thread at a time.
 */
final class ObjectProof {

    private final BlockCompression compression;
    private final Lz4Block block = new Lz4Block();
    private final LtxPage page = new LtxPage();
    private byte[] decoded = new byte[0];

    ObjectProof(BlockCompression compression) {
        this.compression = compression;
    }

    /**
     * Reads an object's bytes to their end.
     *
     * @throws DamagedReplicaException if they are not what they must be
     * @throws dev.tailrace.error.UnsupportedReplicaException if they are something else that is known
     */
    void prove(CopiedObject object, HeldObject held) throws IOException {
        String key = object.source().key();
        try (InputStream in = held.open()) {
            if (object.form() instanceof ObjectForm.LtxFile) {
                proveLtx(key, in);
            } else {
                proveFrame(key, object.form(), in);
            }
        } catch (CorruptFrameException e) {
            throw UnreadableObject.explain(key, e);
        }
    }

    private void proveLtx(String key, InputStream in) throws IOException {
        LtxReader reader = new LtxReader(key, in, compression);
        makeRoom(reader.header().pageSize());
        while (reader.nextPage(page)) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
        }
        reader.finish();
    }

    private void proveFrame(String key, ObjectForm form, InputStream in) throws IOException {
        Lz4FrameReader reader = new Lz4FrameReader(in, compression);
        boolean first = true;
        while (reader.nextBlock(block)) {
            int bound = block.decodedBound(reader.header());
            makeRoom(bound);
            int length = reader.decode(block, decoded, 0, bound);
            reader.accept(decoded, 0, length);
            if (first && form instanceof ObjectForm.WalSegment wal && wal.offset() == 0 && length >= WalHeader.SIZE) {
                proveHeader(key);
            }
            first = false;
        }
        reader.finish();
        if (form instanceof ObjectForm.WalSegment wal && wal.end().isPresent()) {
            long end = wal.offset() + reader.contentLength();
            if (end != wal.end().getAsLong()) {
                throw new DamagedReplicaException(
                        Damage.at(key, end, "the next WAL segment begins elsewhere than this one ends")
                                .expecting(
                                        "a segment at " + hex(end),
                                        "one at " + hex(wal.end().getAsLong())));
            }
        }
    }

    private void proveHeader(String key) throws DamagedReplicaException {
        try {
            WalHeader.parse(decoded, 0);
        } catch (WalFormatException e) {
            throw new DamagedReplicaException(Damage.at(key, 0, String.valueOf(e.getMessage())), e);
        }
    }

    private void makeRoom(int length) {
        if (decoded.length < length) {
            decoded = new byte[length];
        }
    }

    private static String hex(long offset) {
        return String.format("%08x", offset);
    }
}
