// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResumingStoreTest {

    private static final RetryPolicy POLICY =
            new RetryPolicy(Duration.ofSeconds(10), Duration.ofMillis(1), Duration.ofMillis(2));

    private final byte[] bytes = new byte[50_000];
    private final MemoryStore store = new MemoryStore();
    private final ResumingStore resuming = new ResumingStore(store, POLICY);

    ResumingStoreTest() {
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
        try (ObjectStream stream = resuming.open(object(), from, to)) {
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

    private List<String> listed(String prefix, String startAfter) throws IOException {
        List<String> keys = new ArrayList<>();
        try (ObjectIterator objects = resuming.list(prefix, startAfter)) {
            while (objects.hasNext()) {
                keys.add(objects.next().key());
            }
        }
        return keys;
    }

    @Test
    void aListingGoesOnBehindTheLastObjectThatCame() throws IOException {
        List<String> keys = new ArrayList<>();
        for (int i = 100; i < 200; i++) {
            keys.add("many/" + i);
            store.put("many/" + i, bytes);
        }
        AtomicInteger count = new AtomicInteger();
        store.hook((operation, key) -> {
            if ((operation.equals("page") && count.incrementAndGet() % 7 == 0)
                    || (operation.equals("list") && count.incrementAndGet() % 3 == 0)) {
                throw new IOException("connection reset");
            }
        });
        assertThat(listed("many/", "")).isEqualTo(keys);
        assertThat(listed("many/", "many/149")).isEqualTo(keys.subList(50, 100));
        assertThat(store.listed().get("many/").get()).isGreaterThan(20);
    }

    /** A name that is wrong, or a machine that is off, would else be told after minutes. */
    @Test
    void aStoreThatHasNeverAnsweredIsNotAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        store.hook((operation, key) -> {
            asked.incrementAndGet();
            throw new StoreUnavailableException("connection refused", "memory://test", null);
        });
        assertThatThrownBy(() -> resuming.list("", "")).hasMessage("connection refused");
        assertThatThrownBy(() -> resuming.listFolders("")).hasMessage("connection refused");
        assertThat(asked).hasValue(2);
    }

    @Test
    void aStoreThatIsBusyWhenItIsFirstAskedIsAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        store.hook((operation, key) -> {
            if (asked.incrementAndGet() <= 2) {
                throw new StoreUnavailableException("503", "memory://test", Duration.ZERO, null);
            }
        });
        assertThat(listed("", "")).containsExactly("object");
    }

    @Test
    void aStoreThatHasAnsweredOnceIsAskedAgainForFoldersToo() throws IOException {
        store.put("folder/object", bytes);
        assertThat(range(0, 1)).hasSize(1);
        AtomicInteger asked = new AtomicInteger();
        store.hook((operation, key) -> {
            if (asked.incrementAndGet() <= 3) {
                throw new IOException("connection reset");
            }
        });
        assertThat(resuming.listFolders("")).containsExactly("folder");
        assertThat(asked).hasValue(4);
    }

    @Test
    void aListingThatNeverComesToAnEndFailsAfterTheBudget() throws IOException {
        RetryPolicy brief = new RetryPolicy(Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofMillis(2));
        ResumingStore impatient = new ResumingStore(store, brief);
        assertThat(impatient.listFolders("")).isEmpty();
        store.hook((operation, key) -> {
            if (operation.equals("page")) {
                throw new StoreUnavailableException("connection reset", "memory://test", null);
            }
        });
        try (ObjectIterator objects = impatient.list("", "")) {
            assertThatThrownBy(objects::hasNext).hasMessage("connection reset");
        }
    }
}
