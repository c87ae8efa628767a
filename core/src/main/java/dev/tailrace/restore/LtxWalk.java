// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.replica.LtxFileInfo;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a plan one after the other, each once and from its start to its end, for several workers: whoever comes
 * next gets the next pages. So pages are given out in order, and what is done with them goes on side by side.
 */
final class LtxWalk implements Closeable {

    private final Iterator<LtxFileInfo> files;
    private final ObjectReads reads;
    private final BlockCompression compression;
    private final LtxAssembly assembly;
    private final Turns turns;
    private final ReentrantLock lock = new ReentrantLock();
    /** Not guarded by the lock: whoever holds that may wait for a turn, and the end of a file belongs to a turn. */
    private final Set<LtxFile> open = ConcurrentHashMap.newKeySet();

    private @Nullable LtxFile current;
    private long chunks;
    private boolean ended;

    /** @param files the newest first */
    LtxWalk(
            Iterator<LtxFileInfo> files,
            ObjectReads reads,
            BlockCompression compression,
            LtxAssembly assembly,
            Turns turns) {
        this.files = files;
        this.reads = reads;
        this.compression = compression;
        this.assembly = assembly;
        this.turns = turns;
    }

    /** How a chunk lies in the walk. */
    enum Place {
        INSIDE_FILE,
        END_OF_FILE,
        /** There was nothing left to read. */
        NONE
    }

    /** Reads the next pages. */
    Place next(LtxChunk chunk) throws IOException {
        lock.lock();
        try {
            turns.checkGoingOn();
            if (ended) {
                return Place.NONE;
            }
            // Also if it fails: then nobody is to go on.
            ended = true;
            LtxFile file = current;
            if (file == null) {
                if (!files.hasNext()) {
                    return Place.NONE;
                }
                file = begin(files.next());
            }
            boolean more = chunk.read(file, chunks++, assembly);
            current = more ? file : null;
            ended = false;
            return more ? Place.INSIDE_FILE : Place.END_OF_FILE;
        } finally {
            lock.unlock();
        }
    }

    private LtxFile begin(LtxFileInfo info) throws IOException {
        LtxFile file = LtxFile.open(info, reads, compression);
        open.add(file);
        try {
            assembly.begin(info, file.reader().header());
        } catch (DamagedReplicaException e) {
            // What a newer file says may be wrong instead; if so, that shows before its last page is taken in.
            turns.await(chunks);
            throw e;
        }
        return file;
    }

    /** Ends a file whose last page was taken in, and proves it. */
    void finish(LtxFile file) throws IOException {
        assembly.proved(file.info(), file.reader().header(), file.reader().finish());
        open.remove(file);
        file.close();
    }

    /** Closes what is still open; when no worker is at it any more. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (LtxFile file : open) {
            try {
                file.close();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
