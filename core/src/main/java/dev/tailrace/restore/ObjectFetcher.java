// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.replica.ReplicaObjects;
import dev.tailrace.store.ObjectInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects of a plan ahead of those who decode them: small ones whole and many at once, large ones in ranges side
 * by side, in the order in which they will be asked for, within one budget of memory.
 *
 * <p>Nobody waits for the budget but those who read ahead. Who asks for an object, or the next piece of one, that nobody has
 * begun to read gets it by a request of its own; so whatever the order in which objects are taken, or not taken, it goes on.
 *
 * <p>Safe for use by many threads; a stream it gives out is for one at a time.
 */
final class ObjectFetcher implements Closeable {

    private static final int BUFFER = 16 << 10;

    private final ReplicaObjects replica;
    private final FetchLimits limits;
    private final Iterator<ObjectInfo> order;
    private final OrderedWorkers workers;
    private final LongAdder requests = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    /** For those who read ahead: there may be room for the next piece. */
    private final Condition room = lock.newCondition();
    /** For those who take: a piece was opened, or has ended. */
    private final Condition news = lock.newCondition();

    private final FetchMemory memory;
    private final Map<String, FetchedObject> ahead = new HashMap<>();
    /** Objects whose turn to be read ahead is yet to come, but that have been taken already or will not be. */
    private final Set<String> passedOver = new HashSet<>();

    /** Large objects that were taken before their turn had come: the rest of them is wanted next. */
    private final Deque<FetchedObject> early = new ArrayDeque<>();

    private @Nullable FetchedObject current;
    /** Whether all of the order has been given out, so that those who read ahead are at its end or gone. */
    private boolean exhausted;

    /** Ranges on their way that the next one has to wait for. */
    private int rangesInTheWay;

    private boolean closed;

    /**
     * A fetcher that has not begun.
     *
     * @param order the objects, each key once, in the order in which they will be taken; asked under the fetcher's lock
     * @param executor where to read ahead; empty for threads of its own
     */
    ObjectFetcher(ReplicaObjects replica, FetchLimits limits, Iterator<ObjectInfo> order, Optional<Executor> executor) {
        this.replica = replica;
        this.limits = limits;
        this.order = order;
        memory = new FetchMemory(limits.memory());
        workers = new OrderedWorkers(new Turns(), "tailrace-fetch", executor);
    }

    /**
     * Begins to read ahead.
     *
     * @param pieces how many requests there are to be made, so that no more threads are started than that
     */
    void start(long pieces) {
        int count = (int) Math.min(requestsAtOnce(), pieces);
        if (count > 1) {
            workers.start(count, this::readAhead);
        }
    }

    private int requestsAtOnce() {
        return Math.min(limits.requests(), replica.concurrentReads());
    }

    /** How many requests for bytes of objects have been made, each once however often it had to be tried. */
    long requests() {
        return requests.sum();
    }

    /**
     * Opens an object, in its order or not. Blocks until the first byte may be read.
     *
     * @return its stored bytes, to be closed; then what is left of it is not read ahead any more
     */
    InputStream open(ObjectInfo object) throws IOException {
        FetchedObject fetched;
        lock.lock();
        try {
            fetched = ahead.get(object.key());
            if (fetched == null) {
                passedOver.add(object.key());
                fetched = takenEarly(object);
            }
        } finally {
            lock.unlock();
        }
        if (fetched == null) {
            return openAgain(object);
        }
        FetchedStream stream = new FetchedStream(this, fetched);
        try {
            stream.begin();
        } catch (IOException | RuntimeException | Error e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    /**
     * A large object that others help to read, as soon as there are any, though its turn had not come; null for one to be
     * read alone.
     */
    private @Nullable FetchedObject takenEarly(ObjectInfo object) {
        FetchedObject taken = new FetchedObject(object, limits);
        if (exhausted || !taken.isLarge() || requestsAtOnce() == 1) {
            return null;
        }
        ahead.put(object.key(), taken);
        early.add(taken);
        room.signalAll();
        return taken;
    }

    /** Opens an object that was taken before, or that is not one of the order, by a request of its own. */
    InputStream openAgain(ObjectInfo object) throws IOException {
        requests.increment();
        return replica.openRange(object, 0, Long.MAX_VALUE);
    }

    /** Says that an object of the order will not be opened. */
    void passOver(ObjectInfo object) {
        lock.lock();
        try {
            FetchedObject fetched = ahead.get(object.key());
            if (fetched == null) {
                passedOver.add(object.key());
            } else {
                end(fetched);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all reading ahead, and returns when nobody is at it any more. */
    @Override
    public void close() {
        stop();
        workers.cancel(new RestoreCancelledException("nothing more is to be read", null));
        workers.await();
    }

    /** Lets go at once whoever waits for what is read ahead. */
    void stop() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One piece of an object as its taker gets it: read ahead, or else to be opened. */
    FetchedPiece next(FetchedObject object) {
        lock.lock();
        try {
            return object.take().orElseGet(object::give);
        } finally {
            lock.unlock();
        }
    }

    /** Whether more of an object is to come. */
    boolean hasNext(FetchedObject object) {
        lock.lock();
        try {
            return !object.allGiven() || !object.pieces().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Opens a piece that nobody has begun to read. */
    InputStream openPiece(FetchedPiece piece) throws IOException {
        requests.increment();
        return replica.openRange(piece.object(), piece.from(), piece.to());
    }

    /** Waits until a piece that is read ahead has been opened. */
    void awaitOpened(FetchedPiece piece) throws IOException {
        await(piece, FetchedPiece::isOpened);
        rethrow(piece.failureToOpen());
    }

    /** Waits until all of a piece that is read ahead is there. */
    List<ByteBuffer> awaitArrived(FetchedPiece piece) throws IOException {
        await(piece, FetchedPiece::isEnded);
        rethrow(piece.failure());
        return piece.chunks();
    }

    /** Takes the memory of a piece back, at once or when it has been read. */
    void giveBack(FetchedPiece piece) {
        lock.lock();
        try {
            piece.discard();
            if (piece.isEnded()) {
                release(piece);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads no more of an object, and forgets what has been read. */
    void end(FetchedObject object) {
        lock.lock();
        try {
            object.end();
            object.pieces().forEach(this::giveBack);
            object.pieces().clear();
            ahead.remove(object.info().key());
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void await(FetchedPiece piece, Predicate<FetchedPiece> come) throws RestoreCancelledException {
        lock.lock();
        try {
            while (!come.test(piece)) {
                if (closed) {
                    throw new RestoreCancelledException("restore has ended", null);
                }
                news.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RestoreCancelledException("restore was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private void readAhead() {
        byte[] buffer = new byte[BUFFER];
        for (Optional<FetchedPiece> piece = claim(); piece.isPresent(); piece = claim()) {
            fetch(piece.get(), buffer);
        }
    }

    /** Waits for room for the next piece of the order; empty if there is none, or the fetcher is closed. */
    private Optional<FetchedPiece> claim() {
        lock.lock();
        try {
            while (!closed) {
                FetchedObject object = current();
                if (object == null) {
                    return Optional.empty();
                }
                Optional<List<ByteBuffer>> chunks = object.isLarge() && rangesInTheWay == limits.ranges()
                        ? Optional.empty()
                        : memory.take(object.nextSize());
                if (chunks.isPresent()) {
                    FetchedPiece piece = object.give();
                    piece.reserve(chunks.get());
                    object.pieces().add(piece);
                    rangesInTheWay += piece.range() ? 1 : 0;
                    return Optional.of(piece);
                }
                room.await();
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            // Closing is the only one to interrupt; whoever wants a piece that is not begun reads it without this
            // thread.
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The object whose pieces are given out next; null if there is none. */
    private @Nullable FetchedObject current() {
        while (!early.isEmpty()) {
            if (!early.peek().allGiven()) {
                return early.peek();
            }
            early.poll();
        }
        while (current == null || current.allGiven()) {
            if (!order.hasNext()) {
                current = null;
                exhausted = true;
                return null;
            }
            ObjectInfo next = order.next();
            if (!passedOver.remove(next.key())) {
                current = new FetchedObject(next, limits);
                ahead.put(next.key(), current);
            }
        }
        return current;
    }

    private void fetch(FetchedPiece piece, byte[] buffer) {
        RangeArrival arrival = new RangeArrival(piece.size(), System::nanoTime, () -> makeWay(piece));
        try (InputStream stream = openPiece(piece)) {
            change(piece, FetchedPiece::opened);
            piece.fill(stream, buffer, arrival, replica.location());
            change(piece, FetchedPiece::arrived);
        } catch (Throwable e) {
            // Its taker is told, when its turn has come.
            change(piece, failed -> failed.failed(e));
        } finally {
            ended(piece);
        }
    }

    private void change(FetchedPiece piece, Consumer<FetchedPiece> step) {
        lock.lock();
        try {
            step.accept(piece);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next range may be asked for, though this one has not come whole. */
    private void makeWay(FetchedPiece piece) {
        lock.lock();
        try {
            if (piece.makesWay()) {
                rangesInTheWay--;
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void ended(FetchedPiece piece) {
        lock.lock();
        try {
            makeWay(piece);
            if (piece.unwanted()) {
                release(piece);
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release(FetchedPiece piece) {
        memory.giveBack(piece.release());
        room.signalAll();
    }
}
