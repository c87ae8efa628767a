// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.CopyConflictException;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.PutOptions;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Brings single objects over: reads each once, proves it, and only then writes it; or compares it with what is there. Keeps
 * count, and knows what it has settled already, so that it is not read again when a copy is planned anew. Safe for use by many
 * threads.
 */
final class Transfer {

    private static final int COMPARED_AT_ONCE = 64 << 10;

    /** What proving takes of the heap: a block and what it decodes to, at most 4 MiB each. */
    private static final long BYTES_PER_PROOF = 12L << 20;

    private final ResumingStore source;
    private final ResumingStore destination;
    private final CopyOptions options;
    private final BlockingQueue<ObjectProof> proofs;
    private final Set<String> settled = ConcurrentHashMap.newKeySet();
    private final LongAdder objects = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder found = new LongAdder();
    private final LongAdder foundBytes = new LongAdder();
    private final LongAdder replaced = new LongAdder();

    Transfer(ResumingStore source, ResumingStore destination, CopyOptions options) {
        this.source = source;
        this.destination = destination;
        this.options = options;
        BlockCompression compression = BlockCompressions.installed();
        Runtime machine = Runtime.getRuntime();
        int most = Math.min(options.parallelism(), machine.availableProcessors());
        int count = (int) Math.max(1, Math.min(most, machine.maxMemory() / 2 / BYTES_PER_PROOF));
        proofs = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            proofs.add(new ObjectProof(compression));
        }
    }

    /**
     * What is left to do for an object: to write it, or nothing.
     *
     * @param held null if the destination has the same already
     */
    record Prepared(CopiedObject object, @Nullable HeldObject held, PutOptions options) implements Closeable {
        @Override
        public void close() throws IOException {
            if (held != null) {
                held.close();
            }
        }
    }

    CopyResult result(int plans) {
        return new CopyResult(objects.sum(), bytes.sum(), found.sum(), foundBytes.sum(), replaced.sum(), plans);
    }

    /** Reads and proves, or compares. To be closed, or {@linkplain #finish finished}. */
    Prepared prepare(CopiedObject object) throws IOException {
        Optional<ObjectInfo> there = object.there();
        if (there.isEmpty()) {
            return read(object, PutOptions.NONE.ifAbsent());
        }
        if (settled.contains(object.key())
                && there.get().size() == object.source().size()) {
            return new Prepared(object, null, PutOptions.NONE);
        }
        Optional<String> difference = difference(object, there.get());
        if (difference.isEmpty()) {
            noteFound(object);
            return new Prepared(object, null, PutOptions.NONE);
        }
        if (!options.replace()) {
            throw conflict(object, difference.get(), null);
        }
        return read(
                object, there.get().version().map(PutOptions.NONE::ifVersion).orElse(PutOptions.NONE));
    }

    private Prepared read(CopiedObject object, PutOptions condition) throws IOException {
        HeldObject held = HeldObject.read(source, object.source(), options.scratchFolder());
        boolean proved = false;
        try {
            prove(object, held);
            proved = true;
            return new Prepared(object, held, condition.recordedAt(held.createdAt()));
        } finally {
            if (!proved) {
                held.close();
            }
        }
    }

    private void prove(CopiedObject object, HeldObject held) throws IOException {
        ObjectProof proof;
        try {
            proof = proofs.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("copy was interrupted", e);
        }
        try {
            proof.prove(object, held);
        } catch (DamagedReplicaException e) {
            throw e.told(source.location(), "the object was not copied", false);
        } finally {
            proofs.add(proof);
        }
    }

    /** Writes what was prepared, and closes it. */
    void finish(Prepared prepared) throws IOException {
        try (prepared) {
            HeldObject held = prepared.held();
            if (held != null) {
                write(prepared.object(), held, prepared.options());
            }
            settled.add(prepared.object().key());
        }
    }

    private void write(CopiedObject object, HeldObject held, PutOptions how) throws IOException {
        String key = object.key();
        ObjectInfo stored;
        try {
            stored = destination.put(key, held, how);
        } catch (ObjectChangedException e) {
            if (!(how.condition() instanceof PutOptions.Condition.Absent)) {
                throw e;
            }
            settleWithOther(object, held, e);
            return;
        }
        if (stored.size() != held.size()) {
            throw new StoreUnavailableException(
                    key + " was stored in " + destination.location() + " with " + stored.size() + " bytes, but "
                            + held.size() + " were given; copy once more, with -replace",
                    destination.location(),
                    null);
        }
        objects.increment();
        bytes.add(held.size());
        if (object.there().isPresent()) {
            replaced.increment();
        }
        options.listener().copied(key, held.size());
    }

    /** Another one has written the object since the destination was listed: the same, if it copies the same. */
    private void settleWithOther(CopiedObject object, HeldObject held, ObjectChangedException cause)
            throws IOException {
        ObjectInfo other = destination.stat(object.key()).orElseThrow(() -> cause);
        try (InputStream one = held.open();
                InputStream two = destination.open(other, 0, Long.MAX_VALUE)) {
            Optional<String> difference = difference(one, two);
            if (difference.isPresent()) {
                throw conflict(object, difference.get(), cause);
            }
        }
        noteFound(object);
    }

    private void noteFound(CopiedObject object) {
        found.increment();
        foundBytes.add(object.source().size());
        options.listener().found(object.key(), object.source().size());
    }

    private Optional<String> difference(CopiedObject object, ObjectInfo there) throws IOException {
        if (there.size() != object.source().size()) {
            return Optional.of("it has " + there.size() + " bytes there, and not "
                    + object.source().size());
        }
        try (InputStream one = source.open(object.source(), 0, Long.MAX_VALUE);
                InputStream two = destination.open(there, 0, Long.MAX_VALUE)) {
            return difference(one, two);
        }
    }

    private static Optional<String> difference(InputStream one, InputStream two) throws IOException {
        long offset = 0;
        while (true) {
            byte[] left = one.readNBytes(COMPARED_AT_ONCE);
            byte[] right = two.readNBytes(COMPARED_AT_ONCE);
            int at = Arrays.mismatch(left, right);
            if (at >= 0) {
                return Optional.of("its bytes differ from byte " + (offset + at) + " on");
            }
            if (left.length < COMPARED_AT_ONCE) {
                return Optional.empty();
            }
            offset += left.length;
        }
    }

    private CopyConflictException conflict(CopiedObject object, String difference, @Nullable Throwable cause) {
        return new CopyConflictException(
                object.key(),
                object.key() + " in " + destination.location() + " is not what "
                        + object.source().key() + " in "
                        + source.location() + " is: " + difference
                        + "; verify both, then copy with -replace, or to another place",
                destination.location(),
                cause);
    }

    /** Whether a failure may be because one of the sides has changed since it was listed. */
    static boolean mayBeOutdated(IOException e) {
        return e instanceof ObjectMissingException
                || e instanceof ObjectChangedException
                || e instanceof DamagedReplicaException;
    }
}
