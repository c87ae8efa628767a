// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Proves after each test that nothing is left of it: no thread that it started, no stream or listing of a {@linkplain
 * #watch(ObjectStore) watched store}, no file in a {@linkplain #watch(Path) watched folder}, and on request no open file or
 * socket. What ends a little later, such as a thread that was told to stop, is waited for.
 *
 * <pre>{@code
 * @RegisterExtension
 * final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().andOpenFiles();
 *
 * @Test
 * void closesWhatItOpens() throws Exception {
 *     try (ObjectStore store = leftBehind.watch(openStore())) {
 *         // what is tried
 *     }
 * }
 * }</pre>
 *
 * <p>It begins before the {@code @BeforeEach} methods and looks after the {@code @AfterEach} methods. Threads and open files
 * are those of the whole process: tests that run at the same time disturb each other.
 */
public final class NothingLeftBehind implements BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final Predicate<Thread> mayStay;
    private final boolean countsOpenFiles;
    private final Duration patience;

    private final List<CountingObjectStore> stores = new ArrayList<>();
    private final Map<Path, Set<String>> folders = new HashMap<>();
    private final Set<Thread> threadsBefore = new HashSet<>();
    private OpenFiles filesBefore = OpenFiles.NONE;

    private NothingLeftBehind(Predicate<Thread> mayStay, boolean countsOpenFiles, Duration patience) {
        this.mayStay = mayStay;
        this.countsOpenFiles = countsOpenFiles;
        this.patience = patience;
    }

    /** No thread but those that Java and JUnit start for themselves. */
    public static NothingLeftBehind ofThreads() {
        return new NothingLeftBehind(thread -> false, false, PATIENCE);
    }

    /** Threads that may stay as well, such as those that a vendor's client starts once for the whole process. */
    public NothingLeftBehind but(Predicate<Thread> threads) {
        requireNonNull(threads, "threads");
        return new NothingLeftBehind(thread -> mayStay.test(thread) || threads.test(thread), countsOpenFiles, patience);
    }

    /**
     * Also no open file and no socket, where the system lists those of a process (Linux); elsewhere this asks for nothing.
     * Jars and files of Java itself do not count.
     */
    public NothingLeftBehind andOpenFiles() {
        return new NothingLeftBehind(mayStay, true, patience);
    }

    /** Waits so long for what ends by itself, instead of ten seconds. */
    public NothingLeftBehind within(Duration newPatience) {
        return new NothingLeftBehind(mayStay, countsOpenFiles, requireNonNull(newPatience, "newPatience"));
    }

    /**
     * Watches a store until the end of the test: all its streams and listings must have been closed by then.
     *
     * @param store the one to use instead is returned; it is closed with that one, by the caller
     */
    public CountingObjectStore watch(ObjectStore store) {
        CountingObjectStore watched = new CountingObjectStore(store);
        stores.add(watched);
        return watched;
    }

    /**
     * Watches a folder until the end of the test: it must then hold files and folders of the same names as now, at any depth.
     *
     * @return {@code folder}, which need not exist
     */
    public Path watch(Path folder) throws IOException {
        folders.put(folder, names(folder));
        return folder;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        stores.clear();
        folders.clear();
        if (countsOpenFiles) {
            OpenFiles.warmUp();
            filesBefore = OpenFiles.now();
        }
        threadsBefore.clear();
        threadsBefore.addAll(Thread.getAllStackTraces().keySet());
    }

    /**
     * Looks, again and again while it is patient.
     *
     * @throws AssertionError naming all that is left; its suppressed exceptions tell where threads are and where streams were
     *     opened
     */
    @Override
    public void afterEach(ExtensionContext context) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<AssertionError> left = left();
        while (!left.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(PAUSE.toMillis());
            left = left();
        }
        if (!left.isEmpty()) {
            List<String> messages =
                    left.stream().map(AssertionError::getMessage).toList();
            AssertionError all = new AssertionError("left behind: " + String.join("; ", messages));
            left.forEach(all::addSuppressed);
            throw all;
        }
    }

    private List<AssertionError> left() throws IOException {
        List<AssertionError> left = new ArrayList<>();
        addThreads(left);
        for (CountingObjectStore store : stores) {
            try {
                store.assertNothingOpen();
            } catch (AssertionError open) {
                left.add(open);
            }
        }
        for (Map.Entry<Path, Set<String>> folder : folders.entrySet()) {
            Set<String> names = names(folder.getKey());
            if (!names.equals(folder.getValue())) {
                left.add(new AssertionError(
                        "files in " + folder.getKey() + ": " + names + ", there were " + folder.getValue()));
            }
        }
        if (countsOpenFiles) {
            OpenFiles.now()
                    .beyond(filesBefore)
                    .forEach((name, count) -> left.add(
                            new AssertionError(name + " is still open" + (count == 1 ? "" : ", " + count + " times"))));
        }
        return left;
    }

    private void addThreads(List<AssertionError> left) {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (!threadsBefore.contains(thread) && thread.isAlive() && !isOfPlatform(thread) && !mayStay.test(thread)) {
                AssertionError running = new AssertionError("thread " + thread.getName() + " is still running");
                running.setStackTrace(stack);
                left.add(running);
            }
        });
    }

    private static boolean isOfPlatform(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        String name = thread.getName();
        return group == null
                || group.getName().equals("system")
                || group.getName().equals("InnocuousThreadGroup")
                || Stream.of("ForkJoinPool.commonPool-", "junit-", "surefire-").anyMatch(name::startsWith);
    }

    private static Set<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            files.forEach(file -> names.add(folder.relativize(file).toString()));
            names.remove("");
            return names;
        }
    }
}
