// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.RetryPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A replica in memory with some WAL, and a folder to stage it in. */
final class DownloadScene {

    private static final Set<String> OWN_THREADS = Set.of("tailrace-wal-download", "tailrace-fetch");

    final Path folder;
    final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.NESTED);
    final MemoryStore store = replica.store();
    private final TreeMap<Long, byte[]> contents = new TreeMap<>();

    DownloadScene(Path folder) {
        this.folder = folder;
    }

    /** Adds an index in so many segments, of bytes that are like those of no other; returns where the segments begin. */
    int[] index(long index, int segments) {
        Random random = new Random(index);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int[] offsets = new int[segments];
        for (int i = 0; i < segments; i++) {
            byte[] bytes = new byte[1000 + random.nextInt(9000)];
            random.nextBytes(bytes);
            offsets[i] = whole.size();
            replica.segment(index, whole.size(), bytes);
            whole.writeBytes(bytes);
        }
        contents.put(index, whole.toByteArray());
        return offsets;
    }

    /** Indexes 0, 1 and 2, in six segments. */
    DownloadScene threeIndexes() {
        index(0, 3);
        index(1, 1);
        index(2, 2);
        return this;
    }

    byte[] content(long index) {
        return contents.get(index);
    }

    WalDownloader.Builder download(long min, long max) {
        return WalDownloader.builder(client(), folder.resolve("db"), ReplicaBytes.GENERATION)
                .minIndex(min)
                .maxIndex(max);
    }

    /** A client that tries nothing again. */
    ReplicaClient client() {
        return ReplicaClient.over("memory", store, RetryPolicy.NEVER);
    }

    /** Takes the next file, compares it and deletes it. */
    void takes(WalDownloader download, long index) throws IOException {
        Optional<WalFile> file = download.next();
        assertThat(file).contains(new WalFile(index, folder.resolve(String.format("db-%08x-wal", index))));
        assertThat(Files.readAllBytes(file.get().path())).isEqualTo(content(index));
        Files.delete(file.get().path());
    }

    List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing is left of a download: no file, no open stream, no thread. */
    void isClean() {
        assertThat(files()).isEmpty();
        assertThat(store.openStreams()).isZero();
        assertThatNoThreadIsLeft();
    }

    /** A thread that has done its work needs a moment to end. */
    private static void assertThatNoThreadIsLeft() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (OWN_THREADS.contains(thread.getName())) {
                try {
                    thread.join(2000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    /** Lets calls of one operation stall until their thread is interrupted; the latch tells of the first one. */
    CountDownLatch stall(String stalling) {
        CountDownLatch stalled = new CountDownLatch(1);
        store.hook((operation, key) -> {
            if (operation.equals(stalling)) {
                stalled.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("stalled");
                }
            }
        });
        return stalled;
    }
}
