// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What those who read ahead ask for next, and when: each test lets them come to where they have to wait, changes one thing,
 * and looks whether they go on. Whoever takes gets all bytes without them too, so that nothing else would tell.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadingAheadTest {

    private static final int CHUNK = FetchMemory.CHUNK;
    private static final int RANGE = 4 * CHUNK;

    private final MemoryStore store = new MemoryStore();
    private final List<ObjectInfo> order = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    /** Until then whoever comes to where a test lets it stall stays there. */
    private final CountDownLatch end = new CountDownLatch(1);

    private final List<ObjectFetcher> fetchers = new ArrayList<>();

    @AfterEach
    void leavesNoStreamAndNoThread() throws InterruptedException {
        end.countDown();
        fetchers.forEach(ObjectFetcher::close);
        assertThat(store.openStreams()).isZero();
        for (Thread reader : readers) {
            reader.join(4_000);
            assertThat(reader.isAlive()).isFalse();
        }
    }

    private void object(int length) {
        String key = "objects/" + order.size();
        store.put(key, new byte[length]);
        order.add(store.stat(key).orElseThrow());
    }

    private ObjectFetcher fetcher(FetchLimits limits) {
        ObjectFetcher fetcher = new ObjectFetcher(
                ReplicaClient.over("memory", store, RetryPolicy.NEVER),
                limits,
                List.copyOf(order).iterator(),
                Optional.of(work -> {
                    Thread reader = new Thread(work, "reader");
                    reader.setDaemon(true);
                    readers.add(reader);
                    reader.start();
                }));
        fetchers.add(fetcher);
        return fetcher;
    }

    private ObjectFetcher started(FetchLimits limits) {
        ObjectFetcher fetcher = fetcher(limits);
        fetcher.start(Integer.MAX_VALUE);
        return fetcher;
    }

    /** Two who read ahead, within so many chunks. */
    private ObjectFetcher two(int chunks) {
        return started(new FetchLimits(2, 2, RANGE, chunks * CHUNK));
    }

    /** Lets an operation on an object stall. */
    private void stall(String operation, int number) {
        store.hook((called, key) -> {
            if (called.equals(operation) && key.equals(order.get(number).key())) {
                stall(end);
            }
        });
    }

    /** For some time only: so those who wait for room are told from those who stall. */
    private static void stall(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns when so many of those who read ahead wait: for room, where they do nothing until somebody tells them, or, for
     * a moment only, for each other.
     */
    private void awaitWaiting(long count) throws InterruptedException {
        awaits(
                count,
                () -> readers.stream()
                        .filter(reader -> reader.getState() == Thread.State.WAITING)
                        .count());
    }

    private void awaitOpened(int number, long times) throws InterruptedException {
        awaits(times, () -> timesOpened(number));
    }

    private long timesOpened(int number) {
        AtomicInteger times = store.opened().get(order.get(number).key());
        return times == null ? 0 : times.get();
    }

    private static void awaits(long expected, LongSupplier found) throws InterruptedException {
        long last = found.getAsLong();
        for (int look = 0; last != expected && look < 4_000; look++) {
            Thread.sleep(1);
            last = found.getAsLong();
        }
        assertThat(last).isEqualTo(expected);
    }

    @Test
    void noMoreReadAheadThanThereAreRequestsToBeMadeAndNobodyForOneAtATime() {
        object(10);
        for (int[] sample : new int[][] {{1, 100, 0}, {4, 1, 0}, {4, 0, 0}, {4, 2, 2}, {4, 100, 4}}) {
            readers.clear();
            ObjectFetcher fetcher = fetcher(new FetchLimits(sample[0], sample[0], RANGE, 64 * CHUNK));
            fetcher.start(sample[1]);
            assertThat(readers).hasSize(sample[2]);
        }
    }

    @Test
    void noMoreRangesAreOnTheirWayThanMayBeAndSmallObjectsAreNone() throws Exception {
        object(10);
        object(10);
        object(12 * RANGE);
        stall("read", 2);
        started(new FetchLimits(8, 3, RANGE, 64 * CHUNK));
        awaitOpened(2, 3);
        awaitWaiting(5);
        assertThat(timesOpened(2)).isEqualTo(3);
        end.countDown();
        awaitOpened(2, 12);
    }

    /** Else the line would be idle until the store answers the next request. */
    @Test
    void theNextRangeIsAskedForWhenTheOneBeforeItHasComeThoughItHasNotEnded() throws Exception {
        object(2 * RANGE);
        object(2 * RANGE);
        AtomicInteger opens = new AtomicInteger();
        AtomicReference<Thread> second = new AtomicReference<>();
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        store.hook((operation, key) -> {
            if (operation.equals("open") && opens.incrementAndGet() == 2) {
                second.set(Thread.currentThread());
            } else if (operation.equals("read") && Thread.currentThread() == second.get()) {
                int number = reads.incrementAndGet();
                if (number == 1) {
                    stall(goOn);
                } else if (number == 1 + RANGE / (16 << 10)) {
                    // All of its bytes have come, and nobody knows yet that there are no more.
                    stall(end);
                }
            }
        });
        started(new FetchLimits(2, 1, RANGE, 64 * CHUNK));
        awaitOpened(0, 2);
        awaitWaiting(1);
        assertThat(timesOpened(1)).isZero();
        goOn.countDown();
        awaits(1 + RANGE / (16 << 10), reads::get);
        awaitOpened(1, 2);
    }

    @Test
    void aRangeThatFailsHoldsUpNoOther() throws Exception {
        object(2 * RANGE);
        object(2 * RANGE);
        store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(order.get(0).key())) {
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
        });
        started(new FetchLimits(2, 1, RANGE, 64 * CHUNK));
        awaitOpened(1, 2);
    }

    @Test
    void anObjectThatCannotBeOpenedGivesItsMemoryBack() throws Exception {
        object(CHUNK);
        object(CHUNK);
        store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(order.get(0).key())) {
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
        });
        ObjectFetcher fetcher = two(1);
        awaitWaiting(2);
        assertThatThrownBy(() -> fetcher.open(order.get(0))).hasMessage("marker");
        awaitOpened(1, 1);
    }

    @Test
    void whatIsPassedOverGivesItsMemoryBackAndIsReadNoFurther() throws Exception {
        object(10 * RANGE);
        object(CHUNK);
        ObjectFetcher fetcher = two(12);
        awaitOpened(0, 3);
        awaitWaiting(2);
        fetcher.passOver(order.get(0));
        awaitOpened(1, 1);
        assertThat(timesOpened(0)).isEqualTo(3);
    }

    /** Not before: else the bytes of two objects would come into one memory. */
    @Test
    void whatIsGivenUpOnItsWayGivesItsMemoryBackWhenItHasEnded() throws Exception {
        object(CHUNK);
        object(CHUNK);
        stall("read", 0);
        ObjectFetcher fetcher = two(1);
        awaitOpened(0, 1);
        awaitWaiting(1);
        fetcher.open(order.get(0)).close();
        awaitWaiting(1);
        assertThat(timesOpened(1)).isZero();
        end.countDown();
        awaitOpened(1, 1);
    }

    @Test
    void whatIsGivenUpHoldsUpNobodyThoughTheStoreStalls() throws Exception {
        object(3 * RANGE);
        object(CHUNK);
        stall("read", 0);
        ObjectFetcher fetcher = two(5);
        awaitOpened(0, 1);
        awaitWaiting(1);
        fetcher.passOver(order.get(0));
        awaitOpened(1, 1);
        end.countDown();
    }

    @Test
    void whatIsTakenMakesRoomPieceByPiece() throws Exception {
        object(2 * RANGE);
        object(CHUNK);
        ObjectFetcher fetcher = two(4);
        awaitOpened(0, 1);
        awaitWaiting(2);
        assertThat(timesOpened(0)).isEqualTo(1);
        try (InputStream stream = fetcher.open(order.get(0))) {
            assertThat(stream.readAllBytes()).hasSize(2 * RANGE);
            awaitOpened(1, 1);
        }
        assertThat(timesOpened(0)).isEqualTo(2);
    }

    /** Its ranges are smaller towards its end, and so may fit where those of the object whose turn it is do not. */
    @Test
    void aLargeObjectThatIsTakenBeforeItsTurnIsWantedNext() throws Exception {
        int range = 2 << 20;
        object(10 * range);
        object(range + 1);
        Set<Thread> askedBy = ConcurrentHashMap.newKeySet();
        store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(order.get(1).key())) {
                askedBy.add(Thread.currentThread());
            }
        });
        ObjectFetcher fetcher = started(new FetchLimits(2, 2, range, range + range / 2));
        awaitOpened(0, 1);
        awaitWaiting(2);
        try (InputStream stream = fetcher.open(order.get(1))) {
            awaits(1, () -> readers.stream().filter(askedBy::contains).count());
            assertThat(stream.readAllBytes()).hasSize(range + 1);
        }
    }

    /** Though those who are at it go on when they have been interrupted, as with a store that swallows that. */
    @Test
    void nothingMoreIsAskedForWhenItIsClosed() throws Exception {
        for (int i = 0; i < 20; i++) {
            object(10);
        }
        CountDownLatch stalled = new CountDownLatch(2);
        store.hook((operation, key) -> {
            if (operation.equals("read")) {
                stalled.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IOException("swallowed", e);
                }
            }
        });
        ObjectFetcher fetcher = two(64);
        stalled.await();
        fetcher.close();
        assertThat(store.opened()).hasSize(2);
    }

    @Test
    void thoseWhoWaitForRoomGoWhenItIsStopped() throws Exception {
        object(CHUNK);
        object(CHUNK);
        ObjectFetcher fetcher = two(1);
        awaitWaiting(2);
        fetcher.stop();
        for (Thread reader : readers) {
            reader.join(4_000);
            assertThat(reader.isAlive()).isFalse();
        }
    }
}
