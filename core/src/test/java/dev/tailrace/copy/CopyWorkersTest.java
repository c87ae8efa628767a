// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.RetryPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CopyWorkersTest {

    /** Whoever is told to stop while threads come to their end would else go on, and be waited for in vain. */
    @Test
    void keepsAnInterruptThatComesWhileItWaitsForItsThreads() throws Exception {
        MemoryStore source = new MemoryStore();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        source.put("fails", new byte[1]).put("lasts", new byte[1]).hook((operation, key) -> {
            if (key.equals("lasts")) {
                reading.countDown();
                awaitWhateverComes(interrupted);
            } else {
                awaitWhateverComes(reading);
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
        });
        Thread copying = Thread.currentThread();
        Thread other = new Thread(() -> {
            while (!waitsForThreads(copying)) {
                Thread.onSpinWait();
            }
            copying.interrupt();
            // It has left the wait if it waits anew, without what it was told.
            while (copying.isInterrupted() || !waitsForThreads(copying)) {
                Thread.onSpinWait();
            }
            interrupted.countDown();
        });
        other.start();
        try (CopyWorkers workers = new CopyWorkers(2)) {
            assertThatThrownBy(() -> workers.inOrder(List.of(object("fails"), object("lasts")), transfer(source)))
                    .hasMessageContaining("marker");
        }
        assertThat(Thread.interrupted()).isTrue();
        other.join();
    }

    private static boolean waitsForThreads(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getMethodName().equals("awaitTermination")) {
                return thread.getState() == Thread.State.TIMED_WAITING;
            }
        }
        return false;
    }

    private static void awaitWhateverComes(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static CopiedObject object(String key) {
        ObjectInfo info = new ObjectInfo(key, 1, MemoryStore.TIME, Optional.empty(), Optional.empty());
        return new CopiedObject(info, key, new ObjectForm.Snapshot(), Optional.empty());
    }

    private static Transfer transfer(MemoryStore source) {
        return new Transfer(
                new ResumingStore(source, RetryPolicy.NEVER),
                new ResumingStore(new MemoryStore(), RetryPolicy.NEVER),
                CopyOptions.builder().retries(RetryPolicy.NEVER).parallelism(2).build());
    }
}
