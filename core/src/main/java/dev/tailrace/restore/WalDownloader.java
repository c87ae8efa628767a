// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Downloads the WAL of a range of indexes, one file for each, ahead of a caller who takes them in order. Files are named
 * {@code <prefix>-<index>-wal}, with the index as eight hexadecimal digits. {@link Restorer} does not need it: it is for those
 * who apply WAL themselves.
 *
 * <p>Nothing is asked of the replica before the first {@link #next}. That lists the generation once, and checks that no index
 * of the range is missing. Up to {@link Builder#parallelism} indexes are then in work at once, and no more files than that
 * stand undelivered: a worker that is done waits until its file is taken. Where the store gains by it, as many objects are read
 * ahead in their order, within a bounded memory outside of the heap; reading goes on after a lost connection as the replica's
 * client does it.
 *
 * <p>Each segment is proved to be one whole LZ4 frame that begins where the one before it ends. What the WAL holds is not
 * looked at, and files are not made durable.
 *
 * <p>{@link #next} is for one thread at a time; {@link #close()} may be called by any, and ends a call of it in progress.
 */
public final class WalDownloader implements Closeable {

    private static final long HEAP_OF_OTHERS = 16L << 20;

    private final ReplicaClient replica;
    private final Path prefix;
    private final Generation generation;
    private final long minIndex;
    private final long maxIndex;
    private final Set<PosixFilePermission> fileMode;
    private final int parallelism;
    private final Optional<Executor> executor;
    private final Disk disk;

    /** Two for each index: in the first its worker offers the file, in the second the caller takes it. */
    private final Turns turns = new Turns();

    private final OrderedWorkers workers;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final Set<Path> undelivered = ConcurrentHashMap.newKeySet();

    /** Set by planning, before any worker starts. */
    private @Nullable BlockCompression compression;

    private @Nullable ObjectReads reads;

    private List<List<WalSegmentInfo>> indexes = List.of();

    /** Guards what follows. */
    private final ReentrantLock consuming = new ReentrantLock();

    private boolean begun;
    private @Nullable Throwable failureToBegin;
    private boolean ended;
    private volatile int delivered;

    /** Belongs to whoever has the turn. */
    private @Nullable WalFile offered;

    private WalDownloader(Builder builder) {
        replica = builder.replica;
        prefix = builder.prefix;
        generation = builder.generation;
        minIndex = builder.minIndex;
        maxIndex = builder.maxIndex;
        fileMode = builder.fileMode;
        parallelism = builder.parallelism;
        executor = builder.executor;
        disk = builder.disk;
        workers = new OrderedWorkers(turns, "tailrace-wal-download", builder.executor);
    }

    /**
     * A builder of a downloader; the range of indexes must be set.
     *
     * @param replica stays the caller's to close, after the downloader
     * @param prefix what the staged files' names begin with; the folder must exist
     * @throws IllegalArgumentException if {@code prefix} names no file
     */
    public static Builder builder(ReplicaClient replica, Path prefix, Generation generation) {
        return new Builder(replica, prefix, generation);
    }

    /**
     * Waits for the next file.
     *
     * @return the file, from then on the caller's to delete; empty after that of the highest index
     * @throws IllegalArgumentException if an option is missing or not possible; see {@link Builder}. Like every failure to
     *     begin, it comes again from each later call and once from {@link #close()}
     * @throws TargetNotAvailableException if the range begins before the generation's WAL, or ends after it
     * @throws DamagedReplicaException if an index in the middle is missing; or, after the files before it, if segments of an
     *     index do not join or one cannot be read. This and other failures to download come once
     * @throws RestoreTargetException if a file cannot be written; one that is there already is not replaced
     * @throws RestoreCancelledException if the calling thread is interrupted, and on every call after that, after a failure
     *     to download and after {@link #close()}
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public Optional<WalFile> next() throws IOException {
        consuming.lock();
        try {
            checkUsable();
            if (!begun) {
                begin();
            }
            return delivered < indexes.size() ? Optional.of(take()) : Optional.empty();
        } finally {
            consuming.unlock();
        }
    }

    /** How many files have been delivered. */
    public long count() {
        return delivered;
    }

    /**
     * Cancels what is going on, waits until it has ended, and deletes the files that were not delivered. Has an effect once.
     *
     * @throws IOException what {@link #next} threw if that could not begin, in an exception of its own; else, if a file
     *     could not be deleted, {@link RestoreTargetException}
     */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        stop(new RestoreCancelledException("WAL download was closed", null));
        consuming.lock();
        try {
            deleteUndelivered();
            if (failureToBegin != null) {
                throwAgain(failureToBegin);
            }
        } finally {
            consuming.unlock();
        }
    }

    private void throwAgain(Throwable failure) throws IOException {
        Exception again = SameFailure.again(failure, replica.location());
        if (again instanceof RuntimeException e) {
            throw e;
        }
        throw (IOException) again;
    }

    private void checkUsable() throws IOException {
        if (closed.get()) {
            throw new RestoreCancelledException("WAL download was closed", null);
        }
        if (failureToBegin != null) {
            workers.throwFailure();
        }
        if (ended) {
            throw new RestoreCancelledException("WAL download has ended already", turns.failure());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw end(new RestoreCancelledException("WAL download was interrupted", null));
        }
    }

    private void begin() throws IOException {
        begun = true;
        // As one of the workers, so that closing interrupts it.
        workers.runHere(this::plan);
        Throwable problem = turns.failure();
        if (problem instanceof RestoreCancelledException) {
            ended = true;
        } else {
            failureToBegin = problem;
        }
        workers.throwFailure();
        long fitting = (Runtime.getRuntime().maxMemory() - HEAP_OF_OTHERS) / WalStager.MEMORY;
        long count = Math.min(Math.min(parallelism, indexes.size()), Math.max(1, fitting));
        ObjectReads reading = requireNonNull(reads);
        workers.start((int) count, this::work);
        reading.start(indexes.stream().mapToLong(List::size).sum());
    }

    private void plan() throws IOException {
        if (minIndex < 0) {
            throw new IllegalArgumentException("minimum index required");
        }
        if (maxIndex < 0) {
            throw new IllegalArgumentException("maximum index required");
        }
        if (minIndex > maxIndex) {
            throw new IllegalArgumentException("minimum index cannot be larger than maximum index");
        }
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least one");
        }
        compression = BlockCompressions.installed();
        indexes = chain(catalog());
        reads = new ObjectReads(
                replica,
                RestoreListener.NONE,
                FetchLimits.of(Math.min(parallelism, RestoreOptions.DEFAULT_REQUESTS), parallelism),
                indexes.stream()
                        .flatMap(List::stream)
                        .map(WalSegmentInfo::object)
                        .iterator(),
                executor);
    }

    private GenerationCatalog catalog() throws IOException {
        GenerationCatalog catalog;
        try {
            catalog = replica.catalog(generation);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new RestoreCancelledException("WAL download was interrupted", e);
            }
            throw SameFailure.in("wal segments", e, replica.location());
        }
        if (!catalog.damages().isEmpty()) {
            throw new DamagedReplicaException(catalog.damages().get(0));
        }
        return catalog;
    }

    /** The segments of the range, index by index. */
    private List<List<WalSegmentInfo>> chain(GenerationCatalog catalog) throws TailraceException {
        List<List<WalSegmentInfo>> chain = new ArrayList<>();
        for (WalSegmentInfo segment : catalog.segments()) {
            if (segment.index() < minIndex || segment.index() > maxIndex) {
                continue;
            }
            long expected = minIndex + chain.size();
            if (segment.index() == expected) {
                chain.add(new ArrayList<>());
            } else if (segment.index() > expected) {
                throw notFound(catalog, expected);
            }
            chain.get(chain.size() - 1).add(segment);
        }
        if (chain.size() <= maxIndex - minIndex) {
            throw notFound(catalog, minIndex + chain.size());
        }
        return chain;
    }

    /** A hole is damage; before the first index and after the last there is just nothing. */
    private TailraceException notFound(GenerationCatalog catalog, long index) {
        String problem = String.format("wal not found: generation=%s index=%08x", generation, index);
        boolean before = catalog.segments().stream().anyMatch(segment -> segment.index() < index);
        boolean after = catalog.segments().stream().anyMatch(segment -> segment.index() > index);
        return before && after
                ? new DamagedReplicaException(Damage.of("generations/" + generation + "/wal/", problem))
                : new TargetNotAvailableException(problem, replica.location());
    }

    private void work() throws IOException {
        if (consuming.isHeldByCurrentThread()) {
            throw new IllegalStateException("the executor must run its work on other threads than the caller's");
        }
        WalStager stager = new WalStager(requireNonNull(reads), replica.location(), requireNonNull(compression), turns);
        while (true) {
            int number = nextNumber.getAndIncrement();
            if (number >= indexes.size()) {
                return;
            }
            WalFile file;
            try {
                file = stage(stager, minIndex + number, indexes.get(number));
            } catch (Throwable e) {
                // Files of lower indexes may still become whole; they are delivered first.
                turns.await(offering(number));
                throw e;
            }
            turns.await(offering(number));
            offered = file;
            turns.pass();
            turns.await(offering(number + 1));
        }
    }

    private static long offering(long number) {
        return 2 * number;
    }

    private static long taking(long number) {
        return 2 * number + 1;
    }

    private WalFile stage(WalStager stager, long index, List<WalSegmentInfo> segments) throws TailraceException {
        Path path = prefix.resolveSibling(prefix.getFileName() + String.format("-%08x-wal", index));
        TargetFile target = new TargetFile(disk, path, false);
        Disk.DiskFile file = create(path, target);
        undelivered.add(path);
        try (file) {
            stager.stage(segments, file, target);
        } catch (IOException e) {
            throw target.failed("write", e);
        }
        return new WalFile(index, path);
    }

    private Disk.DiskFile create(Path path, TargetFile target) throws TailraceException {
        try {
            return disk.create(path, fileMode);
        } catch (FileAlreadyExistsException e) {
            throw new RestoreTargetException(
                    "a file is in the way of a WAL file to be staged: " + path
                            + "; if no other download goes on there, delete it, or choose another prefix",
                    e);
        } catch (IOException e) {
            throw target.failed("write", e);
        }
    }

    private WalFile take() throws IOException {
        int number = delivered;
        try {
            turns.await(taking(number));
        } catch (RestoreCancelledException e) {
            throw end(new RestoreCancelledException("WAL download was interrupted", e));
        }
        WalFile file = requireNonNull(offered);
        undelivered.remove(file.path());
        delivered = number + 1;
        turns.pass();
        return file;
    }

    /**
     * Ends all work.
     *
     * @return never, but throws what came first: a failure of a worker, or {@code reason}
     */
    private RestoreCancelledException end(RestoreCancelledException reason) throws IOException {
        ended = true;
        stop(reason);
        try {
            deleteUndelivered();
        } catch (RestoreTargetException e) {
            // Closing tries again, and tells if it cannot.
            reason.addSuppressed(e);
        }
        workers.throwFailure();
        return reason;
    }

    private void stop(RestoreCancelledException reason) {
        workers.cancel(reason);
        workers.await();
        ObjectReads reading = reads;
        if (reading != null) {
            reading.close();
        }
    }

    private void deleteUndelivered() throws RestoreTargetException {
        RestoreTargetException failure = null;
        for (Iterator<Path> paths = undelivered.iterator(); paths.hasNext(); ) {
            Path path = paths.next();
            try {
                disk.delete(path);
                paths.remove();
            } catch (IOException e) {
                failure = failure == null
                        ? new RestoreTargetException("cannot delete staged file " + path + ": " + e.getMessage(), e)
                        : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Sets what a {@link WalDownloader} shall do. Values are looked at by the first {@link WalDownloader#next}. */
    public static final class Builder {

        private final ReplicaClient replica;
        private final Path prefix;
        private final Generation generation;
        private long minIndex = -1;
        private long maxIndex = -1;
        private Set<PosixFilePermission> fileMode = PosixFilePermissions.fromString("rw-------");
        private int parallelism = 1;
        private Optional<Executor> executor = Optional.empty();
        private Disk disk = new LocalDisk();

        private Builder(ReplicaClient replica, Path prefix, Generation generation) {
            this.replica = requireNonNull(replica, "replica");
            this.prefix = requireNonNull(prefix, "prefix");
            this.generation = requireNonNull(generation, "generation");
            if (prefix.getFileName() == null || prefix.toString().isBlank()) {
                throw new IllegalArgumentException("path prefix required");
            }
        }

        /** The first index, at least 0; must be set. */
        public Builder minIndex(long index) {
            minIndex = index;
            return this;
        }

        /** The last index, at least the first; must be set. */
        public Builder maxIndex(long index) {
            maxIndex = index;
            return this;
        }

        /** The permissions of staged files, from their creation; 0600 unless set. */
        public Builder fileMode(Set<PosixFilePermission> permissions) {
            fileMode = Set.copyOf(permissions);
            return this;
        }

        /**
         * How many indexes may be in work and how many objects be read ahead at once, at least 1, which is what it is unless
         * set, and which reads nothing ahead. The heap limits it too.
         */
        public Builder parallelism(int number) {
            parallelism = number;
            return this;
        }

        /**
         * Where the work is run. It must run what it is given on other threads than that which calls
         * {@link WalDownloader#next}, and is never shut down.
         */
        public Builder executor(Executor wanted) {
            executor = Optional.of(wanted);
            return this;
        }

        Builder disk(Disk wanted) {
            disk = wanted;
            return this;
        }

        public WalDownloader build() {
            return new WalDownloader(this);
        }
    }
}
