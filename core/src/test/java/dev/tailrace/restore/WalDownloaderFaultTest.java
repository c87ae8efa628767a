// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a downloader does when something goes wrong around it: it ends soon, typed, and leaves nothing. */
@Timeout(30)
class WalDownloaderFaultTest {

    private static final Duration PROMPT = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private DownloadScene scene;

    @BeforeEach
    void makeScene() {
        scene = new DownloadScene(folder).threeIndexes();
    }

    @AfterEach
    void leavesNothing() {
        scene.store.hook((operation, key) -> {});
        scene.isClean();
    }

    /** Downloads all; whether it came to the end. */
    private boolean downloads(WalDownloader.Builder builder) throws IOException {
        try (WalDownloader download = builder.build()) {
            for (Optional<WalFile> file = download.next(); file.isPresent(); file = download.next()) {
                WalFile taken = file.get();
                assertThat(Files.readAllBytes(taken.path())).isEqualTo(scene.content(taken.index()));
                Files.delete(taken.path());
            }
            return true;
        } catch (TailraceException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void endsTypedWhicheverCallOfTheStoreFails(int parallelism) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        boolean whole = false;
        int failing = 0;
        for (; !whole; failing++) {
            int number = failing;
            calls.set(0);
            scene.store.hook((operation, key) -> {
                if (calls.getAndIncrement() == number) {
                    throw number % 2 == 0
                            ? new IOException("raw")
                            : new StoreUnavailableException("typed", "memory://test", null);
                }
            });
            whole = downloads(scene.download(0, 2).parallelism(parallelism));
            scene.isClean();
        }
        assertThat(failing).isGreaterThan(1 + 6 + 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void endsTypedWhicheverCallOfTheDiskFails(int parallelism) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        int failing = 0;
        for (; calls.get() >= failing; failing++) {
            int number = failing;
            calls.set(0);
            Disk disk = FailingDisk.failing((operation, path) -> {
                if (calls.getAndIncrement() == number) {
                    throw new IOException("disk");
                }
            });
            downloads(scene.download(0, 2).parallelism(parallelism).disk(disk));
            scene.isClean();
        }
        assertThat(failing).isGreaterThan(3 + 6 + 3);
    }

    @Test
    void passesOnWhatNobodyForesaw() throws IOException {
        scene.store.hook((operation, key) -> {
            if (operation.equals("read")) {
                throw new OutOfMemoryError("test");
            }
        });
        WalDownloader download = scene.download(0, 2).parallelism(3).build();
        assertThatThrownBy(download::next).isInstanceOf(OutOfMemoryError.class);
        download.close();
    }

    @Test
    void deliversWhatComesBeforeAFailureFirst() throws IOException {
        CountDownLatch failed = new CountDownLatch(1);
        scene.store.hook((operation, key) -> {
            if (operation.equals("open") && key.equals(scene.replica.walKey(1, 0))) {
                failed.countDown();
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
            if (operation.equals("open") && key.equals(scene.replica.walKey(0, 0))) {
                awaits(failed);
            }
        });
        WalDownloader download = scene.download(0, 2).parallelism(3).build();
        scene.takes(download, 0);
        assertThatThrownBy(download::next).hasMessage("read WAL segment: marker");
        download.close();
    }

    @Test
    void readsOnAfterALostConnection() throws IOException {
        AtomicBoolean lost = new AtomicBoolean();
        scene.store.hook((operation, key) -> {
            if (operation.equals("read") && !lost.getAndSet(true)) {
                throw new IOException("connection reset");
            }
        });
        ReplicaClient client = ReplicaClient.over("memory", scene.store);
        try (WalDownloader download = WalDownloader.builder(client, folder.resolve("db"), ReplicaBytes.GENERATION)
                .minIndex(0)
                .maxIndex(2)
                .build()) {
            scene.takes(download, 0);
            scene.takes(download, 1);
            scene.takes(download, 2);
        }
    }

    @Test
    void stagesNoMoreFilesThanItsParallelismForASlowConsumer() throws Exception {
        for (int index = 3; index < 20; index++) {
            scene.index(index, 2);
        }
        try (WalDownloader download = scene.download(0, 19).parallelism(3).build()) {
            for (int index = 0; index < 20; index++) {
                scene.takes(download, index);
                Thread.sleep(20);
                assertThat(scene.files()).hasSizeLessThanOrEqualTo(3);
                // Objects may be read ahead within their memory, but wait there closed.
                assertThat(scene.store.openStreams()).isLessThanOrEqualTo(3);
            }
        }
    }

    @Test
    void opensNothingBeforeItsTurnUnlessMoreThanOneObjectMayBeInFlight() throws Exception {
        try (WalDownloader download = scene.download(0, 2).build()) {
            scene.takes(download, 0);
            Thread.sleep(20);
            assertThat(scene.store.opened()).doesNotContainKey(scene.replica.walKey(2, 0));
            scene.takes(download, 1);
            scene.takes(download, 2);
        }
    }

    @Test
    void worksOnAsManyIndexesAtOnceAsItMay() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        scene.store.hook((operation, key) -> {
            if (operation.equals("open") && key.endsWith("/00000000.wal.lz4")) {
                together.countDown();
                awaits(together);
            }
        });
        assertThat(downloads(scene.download(0, 2).parallelism(3))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "open", "read"})
    void closingEndsAWaitingCallerThoughTheStoreStalls(String stalling) throws Exception {
        CountDownLatch stalled = scene.stall(stalling);
        WalDownloader download = scene.download(0, 2).parallelism(2).build();
        FutureTask<Throwable> waiting = new FutureTask<>(() -> {
            Throwable failure = catchThrowable(download::next);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return failure;
        });
        Thread thread = new Thread(waiting);
        thread.start();
        awaits(stalled);
        long began = System.nanoTime();
        download.close();
        assertThat(waiting.get(PROMPT.toMillis(), TimeUnit.MILLISECONDS)).isInstanceOf(RestoreCancelledException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPT);
        assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "open", "read"})
    void interruptionEndsAWaitingCallerThoughTheStoreStalls(String stalling) throws Exception {
        CountDownLatch stalled = scene.stall(stalling);
        WalDownloader download = scene.download(0, 2).parallelism(2).build();
        FutureTask<Throwable> waiting = new FutureTask<>(() -> {
            Throwable failure = catchThrowable(download::next);
            assertThat(Thread.interrupted()).isTrue();
            scene.isClean();
            return failure;
        });
        Thread thread = new Thread(waiting);
        thread.start();
        awaits(stalled);
        long began = System.nanoTime();
        thread.interrupt();
        assertThat(waiting.get(PROMPT.toMillis(), TimeUnit.MILLISECONDS)).isInstanceOf(RestoreCancelledException.class);
        assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
        download.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "read"})
    void closesSoonThoughTheStoreSwallowsInterruptionsAndReadingIsTriedAgain(String stalling) throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        scene.store.hook((operation, key) -> {
            if (operation.equals(stalling) && !key.equals(scene.replica.walKey(0, 0))) {
                stalled.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IOException("swallowed");
                }
            }
        });
        ReplicaClient client = ReplicaClient.over("memory", scene.store);
        WalDownloader download = WalDownloader.builder(client, folder.resolve("db"), ReplicaBytes.GENERATION)
                .minIndex(0)
                .maxIndex(2)
                .parallelism(3)
                .build();
        FutureTask<Throwable> waiting = new FutureTask<>(() -> catchThrowable(download::next));
        new Thread(waiting).start();
        awaits(stalled);
        long began = System.nanoTime();
        download.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPT);
        assertThat(waiting.get()).isInstanceOf(RestoreCancelledException.class);
    }

    @Test
    void closesWhileOtherIndexesAreStillRead() throws IOException {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        scene.store.hook((operation, key) -> {
            if (operation.equals("read") && key.equals(scene.replica.walKey(2, 0))) {
                stalled.countDown();
                awaits(never);
            }
        });
        WalDownloader download = scene.download(0, 2).parallelism(3).build();
        scene.takes(download, 0);
        awaits(stalled);
        // The last index is read ahead, perhaps before the one before it has its file.
        while (scene.files().isEmpty()) {
            Thread.onSpinWait();
        }
        long began = System.nanoTime();
        download.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPT);
    }

    @Test
    void triesAgainInCloseToDeleteWhatItCouldNot() throws IOException {
        AtomicBoolean broken = new AtomicBoolean(true);
        Disk disk = FailingDisk.failing((operation, path) -> {
            if (operation.equals("delete") && broken.get()) {
                throw new IOException("busy");
            }
            if (operation.equals("write")) {
                throw new IOException("No space left on device");
            }
        });
        WalDownloader first = scene.download(0, 0).disk(disk).build();
        assertThatThrownBy(first::next)
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("No space left");
        assertThatThrownBy(first::close)
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("cannot delete staged file");
        Files.delete(scene.files().get(0));
        WalDownloader second = scene.download(0, 0).disk(disk).build();
        assertThatThrownBy(second::next).hasMessageContaining("No space left");
        broken.set(false);
        second.close();
    }

    /** What the caller, or another download, puts there then is not its own. */
    @Test
    void leavesAloneWhatHasComeToWhereItHasDeletedAFile() throws IOException {
        Disk disk = FailingDisk.failing((operation, path) -> {
            if (operation.equals("write")) {
                throw new IOException("No space left on device");
            }
        });
        WalDownloader download = scene.download(0, 0).disk(disk).build();
        assertThatThrownBy(download::next).isInstanceOf(RestoreTargetException.class);
        Path other = Files.writeString(folder.resolve("db-00000000-wal"), "another's");
        download.close();
        assertThat(other).hasContent("another's");
        Files.delete(other);
    }

    @Test
    void anInterruptedCallerIsToldTooWhatCouldNotBeDeleted() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        CountDownLatch staged = new CountDownLatch(3);
        Disk disk = FailingDisk.failing((operation, path) -> {
            if (operation.equals("delete") && broken.get()) {
                throw new IOException("busy");
            }
            if (operation.equals("close")) {
                staged.countDown();
            }
        });
        WalDownloader download = scene.download(0, 2).parallelism(3).disk(disk).build();
        scene.takes(download, 0);
        awaits(staged);
        Thread.currentThread().interrupt();
        Throwable failure = catchThrowable(download::next);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isInstanceOf(RestoreCancelledException.class);
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(told -> assertThat(told)
                        .isInstanceOf(RestoreTargetException.class)
                        .hasMessageContaining("cannot delete staged file"));
        assertThat(scene.files()).hasSize(2);
        broken.set(false);
        download.close();
    }

    /** Else one index after the other, each one request at a time, would be all that the line is used for. */
    @Test
    void readsTheObjectsOfOneIndexAheadAtOnce() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        scene.store.hook((operation, key) -> {
            if (operation.equals("open")) {
                together.countDown();
                awaits(together);
            }
        });
        assertThat(downloads(scene.download(0, 0).parallelism(3))).isTrue();
    }

    @Test
    void othersAreAnsweredAfterItWasClosed() throws Exception {
        WalDownloader download = scene.download(0, 2).build();
        scene.takes(download, 0);
        download.close();
        FutureTask<Throwable> other = new FutureTask<>(() -> catchThrowable(download::next));
        new Thread(other).start();
        assertThat(other.get(10, TimeUnit.SECONDS)).isInstanceOf(RestoreCancelledException.class);
    }

    @Test
    void canBeUsedInTryWithResources() {
        assertThatThrownBy(() -> {
                    try (WalDownloader download = scene.download(7, 7).build()) {
                        download.next();
                    }
                })
                .isInstanceOf(TargetNotAvailableException.class)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(twin -> assertThat(twin).hasMessage(e.getMessage())));
    }

    @Test
    void runsOnTheCallersExecutor() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            assertThat(downloads(scene.download(0, 2).parallelism(8).executor(executor)))
                    .isTrue();
            CountDownLatch stalled = scene.stall("read");
            WalDownloader download =
                    scene.download(0, 2).parallelism(8).executor(executor).build();
            Thread waiting = new Thread(() -> catchThrowable(download::next));
            waiting.start();
            awaits(stalled);
            download.close();
            waiting.join();
            // Its threads are as they were, also that on which work was interrupted.
            assertThat(executor.submit(() -> Thread.currentThread().isInterrupted())
                            .get())
                    .isFalse();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void failsWithAnExecutorThatTakesNoWork() throws IOException {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        executor.shutdownNow();
        WalDownloader download = scene.download(0, 2).executor(executor).build();
        assertThatThrownBy(download::next)
                .isInstanceOf(RestoreCancelledException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        download.close();
    }

    /** As one that is shut down just while the download begins. */
    @Test
    void failsWithAnExecutorThatTakesTheFirstWorkOnly() throws IOException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        WalDownloader download = scene.download(0, 2)
                .parallelism(2)
                .executor(work -> {
                    executor.execute(work);
                    executor.shutdownNow();
                })
                .build();
        assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
        download.close();
    }

    @Test
    void failsWithAnExecutorThatRunsItsWorkOnTheCallersThread() throws IOException {
        WalDownloader download = scene.download(0, 2).executor(Runnable::run).build();
        assertThatThrownBy(download::next).isInstanceOf(IllegalStateException.class);
        download.close();
    }

    @Test
    void doesNotWaitForAnExecutorThatNeverBegins() throws Exception {
        WalDownloader download = scene.download(0, 2).executor(work -> {}).build();
        FutureTask<Throwable> waiting = new FutureTask<>(() -> catchThrowable(download::next));
        Thread thread = new Thread(waiting);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        download.close();
        assertThat(waiting.get()).isInstanceOf(RestoreCancelledException.class);
    }

    @Test
    void endsIfTheExecutorInterruptsItsWork() throws Exception {
        CountDownLatch stalled = scene.stall("read");
        ExecutorService executor = Executors.newFixedThreadPool(2);
        WalDownloader download =
                scene.download(0, 2).parallelism(2).executor(executor).build();
        FutureTask<Throwable> waiting = new FutureTask<>(() -> catchThrowable(download::next));
        new Thread(waiting).start();
        awaits(stalled);
        executor.shutdownNow();
        assertThat(waiting.get()).isInstanceOf(TailraceException.class);
        download.close();
    }

    @Test
    void givesFilesTheirModeWhateverItIs() throws IOException {
        try (WalDownloader download = scene.download(0, 0).build()) {
            Path file = download.next().orElseThrow().path();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Files.delete(file);
        }
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString("r--r--rw-");
        try (WalDownloader download = scene.download(0, 0).fileMode(mode).build()) {
            Path file = download.next().orElseThrow().path();
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(mode);
            Files.delete(file);
        }
    }

    @Test
    void readsFramesOfManyLinkedBlocks() throws IOException {
        byte[] content = ReplicaBytes.database(4096, 200, 7);
        scene.replica.framed(LzFrames.LINKED::of).segment(3, 0, content);
        try (WalDownloader download = scene.download(3, 3).build()) {
            Path file = download.next().orElseThrow().path();
            assertThat(file).hasBinaryContent(content);
            Files.delete(file);
        }
    }

    @Test
    void refusesNamesThatLeaveOpenWhichObjectIsTheRightOne() throws IOException {
        scene.store.put(
                "generations/" + ReplicaBytes.GENERATION + "/wal/00000000_00000000.wal.lz4",
                new byte[1],
                MemoryStore.TIME);
        WalDownloader download = scene.download(0, 2).build();
        assertThatThrownBy(download::next).hasMessageContaining("two layouts");
        assertThatThrownBy(download::close).hasMessageContaining("two layouts");
    }

    @Test
    void needsAPrefixThatNamesAFile() {
        for (String prefix : new String[] {"", "/"}) {
            assertThatThrownBy(() -> WalDownloader.builder(scene.client(), Path.of(prefix), ReplicaBytes.GENERATION))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("path prefix required");
        }
    }

    private static void awaits(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("it did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
