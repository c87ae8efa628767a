// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaObjects;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Opens the objects of a plan, which are read ahead, and counts what is read of them. Safe for use by many threads. */
final class ObjectReads implements Closeable {

    private final ObjectFetcher fetcher;
    private final RestoreListener listener;
    private final LongAdder bytes = new LongAdder();

    /** Reads of the given objects, each once, in that order; the other arguments are those of {@link ObjectFetcher}. */
    ObjectReads(
            ReplicaObjects replica,
            RestoreListener listener,
            FetchLimits limits,
            Iterator<ObjectInfo> order,
            Optional<Executor> executor) {
        this.listener = listener;
        fetcher = new ObjectFetcher(replica, limits, order, executor);
    }

    /** Reads of a whole plan, newest WAL first and the snapshot last. */
    static ObjectReads of(RestorePlan plan, ReplicaClient replica, RestoreOptions options) {
        Stream<ObjectInfo> wal = newestFirst(plan.walIndexes())
                .flatMap(index -> index.segments().stream())
                .map(WalSegmentInfo::object);
        return new ObjectReads(
                replica,
                options.listener(),
                FetchLimits.of(options.requests(), options.parallelism()),
                Stream.concat(wal, Stream.of(plan.snapshot().object())).iterator(),
                options.executor());
    }

    /** Reads of a whole plan, the newest file first. */
    static ObjectReads of(LtxRestorePlan plan, LtxReplicaClient replica, RestoreOptions options) {
        return new ObjectReads(
                replica,
                options.listener(),
                FetchLimits.of(options.requests(), options.parallelism()),
                newestFirst(plan.files()).map(LtxFileInfo::object).iterator(),
                options.executor());
    }

    /** Reads of the first segment of each WAL index, newest first; nobody is told of them. */
    static ObjectReads ofHeaders(RestorePlan plan, ReplicaClient replica, RestoreOptions options) {
        return new ObjectReads(
                replica,
                RestoreListener.NONE,
                FetchLimits.of(options.requests(), options.parallelism()),
                newestFirst(plan.walIndexes())
                        .map(index -> index.segments().get(0).object())
                        .iterator(),
                options.executor());
    }

    /** Reads of one WAL index; nobody is told of them. */
    static ObjectReads of(WalIndex wal, ReplicaClient replica, RestoreOptions options) {
        return new ObjectReads(
                replica,
                RestoreListener.NONE,
                FetchLimits.of(options.requests(), options.parallelism()),
                wal.segments().stream().map(WalSegmentInfo::object).iterator(),
                options.executor());
    }

    /** Reads of whatever is opened, when it is opened; nobody is told of them. */
    static ObjectReads oneByOne(ReplicaClient replica) {
        return new ObjectReads(
                replica, RestoreListener.NONE, FetchLimits.of(1, 1), Collections.emptyIterator(), Optional.empty());
    }

    private static <T> Stream<T> newestFirst(List<T> oldestFirst) {
        return IntStream.range(0, oldestFirst.size()).mapToObj(i -> oldestFirst.get(oldestFirst.size() - 1 - i));
    }

    /** Begins to read ahead; before that, and without it, each object is read when it is opened. */
    void start(long pieces) {
        fetcher.start(pieces);
    }

    InputStream open(SnapshotInfo snapshot) throws IOException {
        return new Counted(fetcher.open(snapshot.object()));
    }

    InputStream open(WalSegmentInfo segment) throws IOException {
        return new Counted(fetcher.open(segment.object()));
    }

    InputStream open(LtxFileInfo file) throws IOException {
        return new Counted(fetcher.open(file.object()));
    }

    /** Opens a segment once more. */
    InputStream openAgain(WalSegmentInfo segment) throws IOException {
        return new Counted(fetcher.openAgain(segment.object()));
    }

    /** Says that a segment will not be opened. */
    void passOver(WalSegmentInfo segment) {
        fetcher.passOver(segment.object());
    }

    /** How many requests for bytes of objects were made. */
    long requests() {
        return fetcher.requests();
    }

    /** How many bytes were read. */
    long bytes() {
        return bytes.sum();
    }

    /** Ends reading ahead, and waits until nobody is at it. */
    @Override
    public void close() {
        fetcher.close();
    }

    private final class Counted extends FilterInputStream {

        Counted(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count(read);
            return read;
        }

        private void count(int read) {
            if (read > 0) {
                bytes.add(read);
                listener.read(read);
            }
        }
    }
}
