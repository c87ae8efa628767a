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
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How an object is read that lies there already, or that nobody has begun; mostly on one thread, so that it is known which. */
@Timeout(20)
class FetchedStreamTest {

    private static final int RANGE = 256 << 10;
    private static final FetchLimits LIMITS = new FetchLimits(4, 4, RANGE, 8 << 20);

    /** All of the order is read when the fetcher has been started. */
    private static final Executor AT_ONCE = Runnable::run;

    private static final Executor NEVER = work -> {};

    private final MemoryStore store = new MemoryStore();
    private final List<ObjectInfo> order = new ArrayList<>();

    @AfterEach
    void leavesNoStream() {
        assertThat(store.openStreams()).isZero();
    }

    private ObjectInfo object(int length) {
        String key = "objects/" + order.size();
        byte[] bytes = new byte[length];
        new Random(order.size()).nextBytes(bytes);
        store.put(key, bytes);
        order.add(store.stat(key).orElseThrow());
        return order.get(order.size() - 1);
    }

    private ObjectFetcher started(Executor executor) {
        ObjectFetcher fetcher = new ObjectFetcher(
                ReplicaClient.over("memory", store, RetryPolicy.NEVER),
                LIMITS,
                List.copyOf(order).iterator(),
                Optional.of(executor));
        fetcher.start(Integer.MAX_VALUE);
        return fetcher;
    }

    @Test
    void bytesComeOneByOneAsTheyDoTogether() throws IOException {
        object(1000);
        object(2 * RANGE + 1);
        for (Executor executor : List.of(AT_ONCE, NEVER)) {
            try (ObjectFetcher fetcher = started(executor)) {
                for (ObjectInfo object : order) {
                    byte[] expected = store.get(object.key());
                    int[] read = new int[expected.length];
                    try (InputStream stream = fetcher.open(object)) {
                        for (int i = 0; i < read.length; i++) {
                            read[i] = stream.read();
                        }
                        assertThat(stream.read()).isEqualTo(-1);
                        assertThat(stream.read()).isEqualTo(-1);
                    }
                    assertThat(read)
                            .isEqualTo(IntStream.range(0, expected.length)
                                    .map(i -> Byte.toUnsignedInt(expected[i]))
                                    .toArray());
                }
            }
        }
    }

    @Test
    void bytesComeToTheirPlaceInTheArray() throws IOException {
        ObjectInfo object = object(10);
        byte[] expected = store.get(object.key());
        for (Executor executor : List.of(AT_ONCE, NEVER)) {
            try (ObjectFetcher fetcher = started(executor);
                    InputStream stream = fetcher.open(object)) {
                byte[] target = new byte[8];
                assertThat(stream.read(target, 3, 4)).isEqualTo(4);
                assertThat(target)
                        .containsExactly(0, 0, 0, expected[0], expected[1], expected[2], expected[3], (byte) 0);
                assertThat(stream.read(target, 0, 8)).isEqualTo(6);
                assertThat(stream.read(target, 0, 0)).isZero();
                assertThat(stream.read(target, 0, 8)).isEqualTo(-1);
            }
        }
    }

    @Test
    void whatIsReadAheadIsNotAskedForAgain() throws IOException {
        object(1000);
        ObjectInfo large = object(3 * RANGE);
        try (ObjectFetcher fetcher = started(AT_ONCE)) {
            assertThat(fetcher.requests()).isEqualTo(4);
            for (ObjectInfo object : order) {
                try (InputStream stream = fetcher.open(object)) {
                    assertThat(stream.readAllBytes()).isEqualTo(store.get(object.key()));
                }
            }
            assertThat(fetcher.requests()).isEqualTo(4);
            try (InputStream again = fetcher.openAgain(large)) {
                assertThat(again.readAllBytes()).hasSize(3 * RANGE);
            }
            assertThat(fetcher.requests()).isEqualTo(5);
        }
    }

    /** Else what is read ahead would stop for good when the memory has been lent once. */
    @Test
    void memoryIsGivenBackByWhatIsReadToItsEndAndByWhatIsClosedBefore() throws Exception {
        for (int i = 0; i < 4; i++) {
            object(FetchMemory.CHUNK);
        }
        CountDownLatch[] opened = opened(1, 1, 1, 1);
        try (ObjectFetcher fetcher = readingAhead(2 * FetchMemory.CHUNK)) {
            opened[0].await();
            opened[1].await();
            try (InputStream read = fetcher.open(order.get(0))) {
                assertThat(read.readAllBytes()).hasSize(FetchMemory.CHUNK);
                opened[2].await();
            }
            try (InputStream begun = fetcher.open(order.get(1))) {
                assertThat(begun.read()).isNotNegative();
            }
            opened[3].await();
            assertThat(fetcher.requests()).isEqualTo(4);
        }
    }

    @Test
    void closingGivesBackTheMemoryOfAllThatWasReadAheadOfALargeObject() throws Exception {
        object(3 * RANGE);
        object(3 * RANGE);
        CountDownLatch[] opened = opened(3, 3);
        try (ObjectFetcher fetcher = readingAhead(3 * RANGE)) {
            opened[0].await();
            try (InputStream stream = fetcher.open(order.get(0))) {
                assertThat(stream.read()).isNotNegative();
            }
            opened[1].await();
            assertThat(fetcher.requests()).isEqualTo(6);
        }
    }

    /** For each object, when it has been asked for so many times. */
    private CountDownLatch[] opened(int... times) {
        CountDownLatch[] latches =
                IntStream.of(times).mapToObj(CountDownLatch::new).toArray(CountDownLatch[]::new);
        store.hook((operation, key) -> {
            if (operation.equals("open")) {
                latches[Integer.parseInt(key.substring("objects/".length()))].countDown();
            }
        });
        return latches;
    }

    /** On threads of its own. */
    private ObjectFetcher readingAhead(int memory) {
        ObjectFetcher fetcher = new ObjectFetcher(
                ReplicaClient.over("memory", store, RetryPolicy.NEVER),
                new FetchLimits(4, 4, RANGE, memory),
                List.copyOf(order).iterator(),
                Optional.empty());
        fetcher.start(Integer.MAX_VALUE);
        return fetcher;
    }

    @Test
    void anObjectThatCannotBeOpenedSaysSoWhenItIsOpenedAndIsAskedForOnce() throws IOException {
        ObjectInfo object = object(1000);
        store.hook((operation, key) -> {
            if (operation.equals("open")) {
                throw new StoreUnavailableException("gone", "memory", null);
            }
        });
        for (Executor executor : List.of(AT_ONCE, NEVER)) {
            try (ObjectFetcher fetcher = started(executor)) {
                assertThatThrownBy(() -> fetcher.open(object)).hasMessage("gone");
                assertThat(fetcher.requests()).isEqualTo(1);
            }
        }
    }

    @Test
    void aStreamThatNobodyHadBegunIsClosedWithIt() throws IOException {
        ObjectInfo object = object(3 * RANGE);
        try (ObjectFetcher fetcher = started(NEVER)) {
            InputStream stream = fetcher.open(object);
            assertThat(stream.read()).isNotNegative();
            assertThat(store.openStreams()).isEqualTo(1);
            stream.close();
            assertThat(store.openStreams()).isZero();
            // What is left of it is not asked for any more.
            assertThat(fetcher.requests()).isEqualTo(1);
        }
    }
}
