// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore costs, in counts that do not hang on the machine: a change for the worse is to be seen, and meant. */
class RestoreCostTest {

    private static final int PAGE = 512;
    private static final int PAGES = 200;

    @TempDir
    Path folder;

    private final CountingDisk disk = new CountingDisk();

    private static RestoreOptions oneWorker() {
        return RestoreOptions.builder().parallelism(1).build();
    }

    private static WalBytes index(int index, int first, int last) {
        WalBytes wal = WalBytes.ofIndex(PAGE, index);
        for (int number = first; number <= last; number++) {
            wal.frame(number, page(PAGE, number, index + 1), number == last ? PAGES : 0);
        }
        return wal;
    }

    @Test
    void generationsAreReadOnceAndEachPageIsWrittenOnce() throws IOException {
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .snapshot(0, database(PAGE, PAGES, 0))
                .wal(0, index(0, 5, 14).bytes())
                .wal(1, index(1, 10, 19).bytes());

        RestoreResult result = new Restorer(replica.client(), oneWorker(), disk.disk()).restoreTo(target());

        assertReadOnce(replica.store(), 3);
        assertThat(result.requests()).isEqualTo(3);
        assertThat(result.bytesRead()).isEqualTo(result.plan().bytes());
        assertThat(result.framesApplied()).isEqualTo(20);
        assertThat(result.bytesWritten()).isEqualTo((long) PAGE * PAGES);
        // Pages 10 to 19, 5 to 9, 1 to 4, and 20 to 200.
        assertThat(result.writes()).isEqualTo(4);
        assertSteps(4);
    }

    @Test
    void ltxFilesAreReadOnceAndEachPageIsWrittenOnce() throws IOException {
        LtxStore replica = new LtxStore(PAGE)
                .snapshot(9, 1, PAGES, 1)
                .file(0, 2, 2, PAGES, versions(5, 14, 2))
                .file(0, 3, 3, PAGES, versions(10, 19, 3));

        LtxRestoreResult result = new LtxRestorer(replica.client(), oneWorker(), disk.disk()).restoreTo(target());

        assertReadOnce(replica.store(), 3);
        assertThat(result.requests()).isEqualTo(3);
        assertThat(result.bytesRead()).isEqualTo(result.plan().bytes());
        assertThat(result.pagesRead()).isEqualTo(PAGES + 20);
        assertThat(result.bytesWritten()).isEqualTo((long) PAGE * PAGES);
        assertThat(result.writes()).isEqualTo(4);
        assertSteps(4);
    }

    private static Map<Integer, Integer> versions(int first, int last, int version) {
        Map<Integer, Integer> versions = new HashMap<>();
        for (int number = first; number <= last; number++) {
            versions.put(number, version);
        }
        return versions;
    }

    private static void assertReadOnce(MemoryStore store, int objects) {
        assertThat(store.opened()).hasSize(objects);
        assertThat(store.opened().values())
                .allSatisfy(times -> assertThat(times).hasValue(1));
    }

    private void assertSteps(int writes) {
        // One byte gives the temporary file a length that nobody guesses, by which it is known again.
        assertThat(disk.bytesWritten()).as("%s", disk).isEqualTo(1 + (long) PAGE * PAGES);
        assertThat(disk.count("write")).as("%s", disk).isEqualTo(1 + writes);
        assertThat(disk.count("force")).as("%s", disk).isEqualTo(1);
        assertThat(disk.count("syncFolder")).as("%s", disk).isEqualTo(1);
        assertThat(disk.count("create")).as("%s", disk).isEqualTo(1);
        assertThat(disk.count("link")).as("%s", disk).isEqualTo(1);
        assertThat(disk.count("read")).as("%s", disk).isZero();
    }

    @Test
    void memoryIsNotAllocatedPageByPage() throws IOException {
        long few = allocated(4_000);
        long many = allocated(12_000);

        // What lists the frames of an index, and bytes as they are stored.
        assertThat((many - few) / 8_000).isLessThan(64);
    }

    /** By all threads of one restore, in bytes. */
    private long allocated(int pages) throws IOException {
        WalBytes wal = WalBytes.ofIndex(PAGE, 0);
        for (int number = 1; number <= pages / 2; number++) {
            wal.frame(number, page(PAGE, number, 1), number % 10 == 0 ? pages : 0);
        }
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .snapshot(0, database(PAGE, pages, 0))
                .wal(0, wal.bytes());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        LongAdder sum = new LongAdder();
        List<Thread> started = new CopyOnWriteArrayList<>();
        RestoreOptions options = RestoreOptions.builder()
                .parallelism(1)
                .executor(work -> {
                    Thread thread = new Thread(() -> {
                        long before = threads.getCurrentThreadAllocatedBytes();
                        work.run();
                        sum.add(threads.getCurrentThreadAllocatedBytes() - before);
                    });
                    started.add(thread);
                    thread.start();
                })
                .build();
        Path database = target();
        // The first one also loads classes.
        new Restorer(replica.client(), options, new LocalDisk()).restoreTo(database);
        Files.delete(database);
        awaitAll(started);
        sum.reset();
        new Restorer(replica.client(), options, new LocalDisk()).restoreTo(database);
        Files.delete(database);
        awaitAll(started);
        return sum.sum();
    }

    /** A restore has ended when its work has; what a thread adds to the sum comes after that. */
    private static void awaitAll(List<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Path target() {
        return folder.resolve("app.db");
    }
}
