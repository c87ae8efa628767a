// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ObjectStore} promises, as tests. A backend's test extends this class and says how to open a store; where
 * its storage cannot do what is asked, it overrides one of the predicates here, or one test, with a sentence that says why.
 *
 * <p>All tests use the same place, one after another, never two at once. It is emptied before and after each test, and what a
 * test leaves behind fails it: open streams and listings, threads, and {@link #leftovers()}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class ObjectStoreContract extends WritingContract {

    /** For subclasses. */
    protected ObjectStoreContract() {}

    @Test
    protected void closedStoreFailsEveryCall() throws Exception {
        put("large", bytes(LARGE, 8));
        ObjectStore closing = openStore();
        ObjectStream stream = closing.open(ObjectRead.whole("large"));
        assertThat(stream.read()).isNotNegative();
        ObjectIterator objects = closing.list("", "");
        closing.close();
        closing.close();

        assertThatThrownBy(stream::readAllBytes).as("stream").isInstanceOf(IOException.class);
        assertThatThrownBy(objects::hasNext).as("listing").isInstanceOf(IOException.class);
        stream.close();
        objects.close();
        assertThatThrownBy(() -> closing.stat("large")).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.open(ObjectRead.whole("large"))).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.list("", "").hasNext()).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.listFolders("")).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.put("x", source("x"), PutOptions.NONE)).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.delete(List.of("large"))).isInstanceOf(TailraceException.class);
        assertThat(closing.location()).isEqualTo(store.location());
        assertThat(keys("", "")).containsExactly("large");
    }

    @Test
    protected void closingTheStoreStopsAPut() throws Exception {
        HeldSource source = new HeldSource(bytes(LARGE, 9));
        ObjectStore closing = openStore();

        assertThatThrownBy(() -> inThreads(1, thread -> closing.put("object", source, PutOptions.NONE), () -> {
                    source.awaitHalf();
                    closing.close();
                    source.goOn();
                }))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(keys("", "")).isEmpty();
    }

    @Test
    protected void manyThreadsUseOneStore() throws Exception {
        inThreads(THREADS, thread -> {
            byte[] content = bytes(10_000 + thread, thread);
            for (int i = 0; i < 10; i++) {
                String key = "thread" + thread + "/" + i;
                ObjectInfo info = put(key, content);
                assertThat(store.stat(key).flatMap(ObjectInfo::version)).isEqualTo(info.version());
                assertThat(Arrays.equals(read(ObjectRead.whole(info)), content)).isTrue();
                assertThat(keys("thread" + thread + "/", "")).hasSize(i + 1);
                assertThat(store.listFolders("")).contains("thread" + thread);
            }
            store.delete(keys("thread" + thread + "/", ""));
            return thread;
        });

        assertThat(keys("", "")).isEmpty();
    }

    @Test
    protected void locationIsOneLineWithoutSecrets() {
        assertThat(store.location()).isNotBlank().doesNotContain("\n");
        assertThatThrownBy(() -> store.open(ObjectRead.whole("absent"))).satisfies(missing -> {
            assertThat(missing.getMessage()).contains(store.location()).doesNotContain("\n");
            for (String secret : secrets()) {
                assertThat(store.location()).doesNotContain(secret);
                assertThat(missing.toString()).doesNotContain(secret);
            }
        });
    }
}
