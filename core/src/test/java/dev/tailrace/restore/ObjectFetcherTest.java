// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ObjectFetcherTest {

    private static final int RANGE = 256 << 10;
    private static final FetchLimits LIMITS = new FetchLimits(8, 3, RANGE, 4 << 20);

    private final MemoryStore store = new MemoryStore();
    private final List<ObjectInfo> order = new ArrayList<>();
    private Optional<Executor> executor = Optional.empty();

    @AfterEach
    void leavesNoStreamAndNoThread() throws InterruptedException {
        assertThat(store.openStreams()).isZero();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("tailrace-fetch")) {
                // Its work is done; it may be on its last steps.
                thread.join(5_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private static byte[] bytes(int number, int length) {
        byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void object(int length) {
        String key = String.format("objects/%05d", order.size());
        store.put(key, bytes(order.size(), length));
        order.add(store.stat(key).orElseThrow());
    }

    private ObjectFetcher fetcher(FetchLimits limits) {
        ReplicaClient client = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        return new ObjectFetcher(client, limits, List.copyOf(order).iterator(), executor);
    }

    private ObjectFetcher started(FetchLimits limits) {
        ObjectFetcher fetcher = fetcher(limits);
        fetcher.start(Integer.MAX_VALUE);
        return fetcher;
    }

    private void takes(ObjectFetcher fetcher, int number) throws IOException {
        try (InputStream stream = fetcher.open(order.get(number))) {
            assertThat(stream.readAllBytes())
                    .isEqualTo(store.get(order.get(number).key()));
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givesObjectsOfAllSizesWhole() throws IOException {
        for (int size : new int[] {0, 1, FetchMemory.CHUNK, RANGE - 1, RANGE, RANGE + 1, 3 * RANGE, 5 * RANGE + 17}) {
            object(size);
        }
        try (ObjectFetcher fetcher = started(LIMITS)) {
            for (int i = 0; i < order.size(); i++) {
                takes(fetcher, i);
            }
            assertThat(fetcher.requests()).isEqualTo(5 + 2 + 3 + 6);
        }
    }

    @Test
    void asksForAsManySmallObjectsAtOnceAsItMay() throws IOException {
        CountDownLatch together = new CountDownLatch(8);
        store.hook((operation, key) -> {
            if (operation.equals("open")) {
                together.countDown();
                awaits(together);
            }
        });
        for (int i = 0; i < 20; i++) {
            object(100);
        }
        try (ObjectFetcher fetcher = started(LIMITS)) {
            awaits(together);
            for (int i = 0; i < order.size(); i++) {
                takes(fetcher, i);
            }
        }
    }

    @Test
    void asksForNoMoreRangesAtOnceThanItMay() throws IOException {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        store.hook((operation, key) -> {
            if (operation.equals("open")) {
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
                three.countDown();
                awaits(three);
                open.decrementAndGet();
            }
        });
        object(12 * RANGE);
        try (ObjectFetcher fetcher = started(LIMITS)) {
            awaits(three);
            takes(fetcher, 0);
        }
        // Besides those who read ahead, the taker may be at a piece that they have not begun.
        assertThat(most.get()).isBetween(3, 4);
    }

    /** The taker is often quicker than the threads that are to read ahead. */
    @Test
    void asksForRangesOfALargeObjectAtOnceThoughItIsTakenBeforeAnybodyHasBegunToReadAhead() throws Exception {
        CountDownLatch together = new CountDownLatch(4);
        store.hook((operation, key) -> {
            if (operation.equals("read")) {
                together.countDown();
                awaits(together);
            }
        });
        object(9 * RANGE);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ObjectFetcher fetcher = fetcher(LIMITS)) {
            Future<?> taken = threads.submit(() -> {
                takes(fetcher, 0);
                return null;
            });
            for (int wait = 0; store.opened().isEmpty() && wait < 2000; wait++) {
                Thread.sleep(5);
            }
            fetcher.start(9);
            taken.get(30, TimeUnit.SECONDS);
            assertThat(fetcher.requests()).isEqualTo(9);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void readsNoFurtherAheadThanItsMemory() throws Exception {
        for (int i = 0; i < 200; i++) {
            object(FetchMemory.CHUNK);
        }
        try (ObjectFetcher fetcher = started(LIMITS)) {
            int fitting = LIMITS.memory() / FetchMemory.CHUNK;
            for (int i = 0; store.opened().size() < fitting && i < 1000; i++) {
                Thread.sleep(5);
            }
            Thread.sleep(50);
            assertThat(store.opened()).hasSize(fitting);
            takes(fetcher, 0);
            takes(fetcher, 199);
            takes(fetcher, 150);
            for (int i = 1; i < 199; i++) {
                if (i != 150) {
                    takes(fetcher, i);
                }
            }
            assertThat(store.opened())
                    .hasSize(200)
                    .allSatisfy((key, times) -> assertThat(times).hasValue(1));
        }
    }

    /** The rule that makes it safe: whoever wants what nobody has begun reads it without waiting for room. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void comesToAnEndWhateverIsTakenWhenAndHowFar(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            object(random.nextInt(8) == 0 ? random.nextInt(6 * RANGE) : random.nextInt(100_000));
        }
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            left.add(i);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(left, random);
        }
        Queue<Integer> queue = new ArrayDeque<>(left);
        FetchLimits limits = new FetchLimits(1 + random.nextInt(12), 1 + random.nextInt(4), RANGE, 1 << 20);
        ExecutorService takers = Executors.newFixedThreadPool(3);
        try (ObjectFetcher fetcher = started(limits)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int taker = 0; taker < 3; taker++) {
                Random own = new Random(seed * 100 + taker);
                futures.add(takers.submit(taking(fetcher, queue, own)));
            }
            for (Future<?> future : futures) {
                future.get(50, TimeUnit.SECONDS);
            }
        } finally {
            takers.shutdownNow();
        }
    }

    private Callable<Void> taking(ObjectFetcher fetcher, Queue<Integer> queue, Random random) {
        return () -> {
            while (true) {
                Integer number;
                synchronized (queue) {
                    number = queue.poll();
                }
                if (number == null) {
                    return null;
                }
                ObjectInfo object = order.get(number);
                switch (random.nextInt(5)) {
                    case 0 -> fetcher.passOver(object);
                    case 1 -> {
                        try (InputStream stream = fetcher.open(object)) {
                            byte[] beginning = stream.readNBytes(random.nextInt(1 + (int) object.size()));
                            assertThat(beginning).isEqualTo(Arrays.copyOf(store.get(object.key()), beginning.length));
                        }
                    }
                    case 2 -> {
                        takes(fetcher, number);
                        try (InputStream again = fetcher.openAgain(object)) {
                            assertThat(again.readAllBytes()).isEqualTo(store.get(object.key()));
                        }
                    }
                    default -> takes(fetcher, number);
                }
            }
        };
    }

    @Test
    void tellsAFailureToWhomItBelongs() throws IOException {
        for (int i = 0; i < 6; i++) {
            object(1000);
        }
        store.hook((operation, key) -> {
            if ((operation.equals("open") && key.endsWith("2")) || (operation.equals("read") && key.endsWith("4"))) {
                throw new StoreUnavailableException(operation + " marker", "memory://test", null);
            }
        });
        try (ObjectFetcher fetcher = started(LIMITS)) {
            takes(fetcher, 5);
            takes(fetcher, 0);
            takes(fetcher, 1);
            assertThatThrownBy(() -> fetcher.open(order.get(2))).hasMessage("open marker");
            takes(fetcher, 3);
            try (InputStream stream = fetcher.open(order.get(4))) {
                assertThatThrownBy(stream::read).hasMessage("read marker");
            }
        }
    }

    @Test
    void anObjectThatWasReplacedBetweenTwoRangesIsAnErrorAndNeverAMix() throws IOException {
        object(9 * RANGE);
        String key = order.get(0).key();
        AtomicInteger opened = new AtomicInteger();
        store.hook((operation, name) -> {
            if (operation.equals("open") && opened.incrementAndGet() == 6) {
                store.put(key, bytes(99, 9 * RANGE));
            }
        });
        byte[] before = store.get(key);
        try (ObjectFetcher fetcher = started(LIMITS)) {
            byte[] read = new byte[9 * RANGE];
            AtomicInteger length = new AtomicInteger();
            assertThatThrownBy(() -> {
                        // The first range may be the last to be opened.
                        try (InputStream stream = fetcher.open(order.get(0))) {
                            for (int n = 0; n >= 0; n = stream.read(read, length.get(), read.length - length.get())) {
                                length.addAndGet(n);
                            }
                        }
                    })
                    .isInstanceOf(ObjectChangedException.class);
            assertThat(Arrays.copyOf(read, length.get())).isEqualTo(Arrays.copyOf(before, length.get()));
        }
    }

    /** Where there are no versions, what has grown would else be cut at the size that was listed. */
    @Test
    void anObjectThatHasGrownSinceItWasListedIsAnError() throws IOException {
        store.withoutVersions();
        object(1000);
        object(2 * RANGE);
        store.put(order.get(0).key(), bytes(0, 1001));
        store.put(order.get(1).key(), bytes(0, 2 * RANGE + 1));
        try (ObjectFetcher fetcher = started(LIMITS)) {
            for (int i = 0; i < 2; i++) {
                ObjectInfo grown = order.get(i);
                // Whoever comes before it is read ahead gets it as it is, and finds out by what it holds.
                for (int wait = 0; !store.opened().containsKey(grown.key()) && wait < 1000; wait++) {
                    Thread.onSpinWait();
                }
                try (InputStream stream = fetcher.open(grown)) {
                    assertThat(catching(stream)).isTrue();
                }
            }
        }
    }

    private static boolean catching(InputStream stream) throws IOException {
        try {
            return stream.readAllBytes().length % 2 == 1;
        } catch (ObjectChangedException e) {
            return true;
        }
    }

    @Test
    void closingEndsTheWaitingOfATaker() throws Exception {
        object(1000);
        object(1000);
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
        ExecutorService taker = Executors.newSingleThreadExecutor();
        ObjectFetcher fetcher = started(LIMITS);
        awaits(stalled);
        Future<Integer> read = taker.submit(() -> {
            try (InputStream stream = fetcher.open(order.get(0))) {
                return stream.read();
            }
        });
        Thread.sleep(20);
        fetcher.close();
        assertThatThrownBy(() -> read.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        taker.shutdownNow();
    }

    @Test
    void stoppingLetsATakerGoThoughTheStoreStillStalls() throws Exception {
        object(1000);
        object(1000);
        CountDownLatch stalled = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        store.hook((operation, key) -> {
            if (operation.equals("read")) {
                stalled.countDown();
                awaits(end);
            }
        });
        ExecutorService taker = Executors.newSingleThreadExecutor();
        try (ObjectFetcher fetcher = started(LIMITS)) {
            awaits(stalled);
            Future<Integer> read = taker.submit(() -> {
                try (InputStream stream = fetcher.open(order.get(0))) {
                    return stream.read();
                }
            });
            Thread.sleep(20);
            fetcher.stop();
            assertThatThrownBy(() -> read.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RestoreCancelledException.class);
            end.countDown();
        } finally {
            taker.shutdownNow();
        }
    }

    @Test
    void interruptingATakerEndsItsWaiting() throws IOException {
        object(1000);
        object(1000);
        CountDownLatch stalled = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        store.hook((operation, key) -> {
            if (operation.equals("read")) {
                stalled.countDown();
                awaits(end);
            }
        });
        try (ObjectFetcher fetcher = started(LIMITS)) {
            awaits(stalled);
            try (InputStream stream = fetcher.open(order.get(0))) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(stream::read).isInstanceOf(RestoreCancelledException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
            end.countDown();
        }
    }

    @Test
    void anExecutorWithoutFreeThreadsOnlyMeansThatNothingIsReadAhead() throws IOException {
        List<Runnable> never = new ArrayList<>();
        executor = Optional.of(never::add);
        object(1000);
        object(3 * RANGE);
        try (ObjectFetcher fetcher = started(LIMITS)) {
            takes(fetcher, 1);
            takes(fetcher, 0);
            // The large one by ranges all the same: those who might have helped could not be known to be late.
            assertThat(fetcher.requests()).isEqualTo(1 + 3);
        }
        assertThat(never).hasSize(8);
        never.forEach(Runnable::run);
        assertThat(store.opened()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 32, 100, 1000})
    void limitsLeaveRoomForTheirOwnRanges(int parallelism) {
        FetchLimits limits = FetchLimits.of(RestoreOptions.DEFAULT_REQUESTS, parallelism);
        assertThat(limits.ranges()).isEqualTo(Math.min(parallelism, 32));
        assertThat((long) limits.ranges() * limits.rangeSize()).isLessThanOrEqualTo(limits.memory());
    }
}
