// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

class NothingLeftBehindTest {

    private static final Duration SOON = Duration.ofMillis(100);

    @TempDir
    private Path folder;

    /** The proof looks at the process and at what it was given; it asks nothing of JUnit. */
    @SuppressWarnings("NullAway")
    private static final ExtensionContext UNUSED = null;

    private interface Work {
        void run() throws Exception;
    }

    private static void around(NothingLeftBehind proof, Work work) throws Exception {
        proof.beforeEach(UNUSED);
        work.run();
        proof.afterEach(UNUSED);
    }

    @Test
    void isContentWithTestThatCleansUp() throws Exception {
        NothingLeftBehind proof = NothingLeftBehind.ofThreads().andOpenFiles().within(SOON);
        around(proof, () -> {
            proof.watch(folder);
            Path file = Files.writeString(folder.resolve("file"), "content");
            try (InputStream in = Files.newInputStream(file);
                    ObjectStore store = proof.watch(new InMemoryObjectStore())) {
                store.put("key", ObjectSource.of(in.readAllBytes()), PutOptions.NONE);
                store.open(ObjectRead.whole("key")).close();
                store.list("", "").close();
            }
            Files.delete(file);
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
        });
    }

    @Test
    void namesThreadThatRunsOnAndWhereItIs() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setName("forgotten");
        try {
            assertThatThrownBy(() -> around(NothingLeftBehind.ofThreads().within(SOON), thread::start))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("left behind: thread forgotten is still running")
                    .satisfies(left -> assertThat(left.getSuppressed()[0].getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("await")));
            around(
                    NothingLeftBehind.ofThreads()
                            .but(other -> other.getName().equals("second"))
                            .within(SOON),
                    () -> {
                        Thread second = new Thread(thread::interrupt, "second");
                        second.start();
                    });
        } finally {
            end.countDown();
            thread.join();
        }
    }

    @Test
    void waitsForWhatEndsByItself() throws Exception {
        ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
        around(NothingLeftBehind.ofThreads(), () -> {
            executor.schedule(() -> {}, 200, TimeUnit.MILLISECONDS);
            executor.shutdown();
        });
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void namesStreamThatIsOpenAndWhereItWasOpened() throws Exception {
        NothingLeftBehind proof = NothingLeftBehind.ofThreads().within(SOON);
        ObjectStore[] opened = new ObjectStore[1];
        assertThatThrownBy(() -> around(proof, () -> {
                    opened[0] = proof.watch(new InMemoryObjectStore());
                    opened[0].put("key", ObjectSource.of(new byte[1]), PutOptions.NONE);
                    ObjectStream forgotten = opened[0].open(ObjectRead.whole("key"));
                    assertThat(forgotten.read()).isZero();
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("left behind: 1 streams, 0 listings left open in memory:")
                .satisfies(left -> assertThat(left.getSuppressed()[0].getSuppressed()[0])
                        .hasMessage("a stream of key was opened here and not closed"));
        opened[0].close();
    }

    @Test
    void namesFilesThatAreLeft() {
        NothingLeftBehind proof = NothingLeftBehind.ofThreads().within(SOON);
        assertThatThrownBy(() -> around(proof, () -> {
                    proof.watch(folder);
                    Files.createDirectory(folder.resolve("new"));
                    Files.writeString(folder.resolve("new/file.tmp"), "");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("left behind: files in " + folder + ": [new, new/file.tmp], there were []");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesOpenFilesAndSockets() throws Exception {
        NothingLeftBehind proof = NothingLeftBehind.ofThreads().andOpenFiles().within(SOON);
        Path file = Files.writeString(folder.resolve("file"), "content");
        AutoCloseable[] opened = new AutoCloseable[2];
        assertThatThrownBy(() -> around(proof, () -> {
                    opened[0] = Files.newInputStream(file);
                    opened[1] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(file.toRealPath() + " is still open")
                .hasMessageContaining("socket:[");
        for (AutoCloseable each : opened) {
            each.close();
        }
    }
}
