// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResumingReadsTest {

    private static final RetryPolicy POLICY =
            new RetryPolicy(Duration.ofSeconds(10), Duration.ofMillis(1), Duration.ofMillis(2));

    private final byte[] bytes = new byte[50_000];
    private final MemoryStore store = new MemoryStore();
    private final ResumingReads reads = new ResumingReads(store, POLICY, () -> false);

    ResumingReadsTest() {
        new Random(1).nextBytes(bytes);
        store.put("object", bytes);
    }

    @AfterEach
    void leavesNothingOpen() {
        assertThat(store.openStreams()).isZero();
    }

    private ObjectInfo object() {
        return store.stat("object").orElseThrow();
    }

    private byte[] range(long from, long to) throws IOException {
        try (ObjectStream stream = reads.open(object(), from, to)) {
            return stream.readAllBytes();
        }
    }

    private void failEveryThirdRead() {
        AtomicInteger count = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("read") && count.incrementAndGet() % 3 == 0) {
                throw new IOException("connection reset");
            }
        });
    }

    @Test
    void rangesAreReadOnAtTheByteReachedAndEndWhereTheyShould() throws IOException {
        failEveryThirdRead();
        int[] ends = {0, 1, 16_384, 40_000, 50_000};
        for (int from : ends) {
            for (int to : ends) {
                if (from <= to) {
                    assertThat(range(from, to)).isEqualTo(Arrays.copyOfRange(bytes, from, to));
                }
            }
            assertThat(range(from, Long.MAX_VALUE)).isEqualTo(Arrays.copyOfRange(bytes, from, bytes.length));
        }
    }

    @Test
    void aBusyStoreIsLeftAloneAsLongAsItAsks() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        store.hook((operation, key) -> {
            if (operation.equals("open") && asked.incrementAndGet() <= 2) {
                throw new StoreUnavailableException("503", "memory://test", Duration.ofMillis(150), null);
            }
        });
        long began = System.nanoTime();
        assertThat(range(0, Long.MAX_VALUE)).isEqualTo(bytes);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(asked).hasValue(3);
    }

    /** Else a store could hold a restore up for a day with one header. */
    @Test
    void aStoreThatWantsToBeLeftAloneForLongerThanTheBudgetHasFailed() {
        store.hook((operation, key) -> {
            throw new StoreUnavailableException("503", "memory://test", Duration.ofDays(1), null);
        });
        assertThatThrownBy(() -> range(0, 10))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("503");
    }
}
