// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What the tests of an object store are made of, and what they ask for. */
abstract class StoreTrial extends StorageContract {

    static final int THREADS = 8;
    static final int LARGE = 5 << 20;

    StoreTrial() {}

    /** Whether the version tells two contents of the same size apart which were stored one right after the other. */
    protected boolean tellsQuickReplacementsApart() {
        return true;
    }

    /** How long a key may be, in bytes. */
    protected int longestKey() {
        return 700;
    }

    /**
     * How many objects do not fit on one page of a listing, nor into one batch of a deletion; more than 50. A store without
     * pages and batches may have it faster with fewer.
     */
    protected int moreThanOnePage() {
        return 1_050;
    }

    /** Names that a key's element may be. */
    protected List<String> oddNames() {
        return List.of(
                "with space",
                " around ",
                "100%",
                "%41",
                "%2F",
                "a+b",
                "a#b",
                "a?b",
                "a&b=c",
                "a;b",
                "a:b",
                "a*b",
                "[x]",
                "{x}",
                "<x>&amp;",
                "~x",
                "$x",
                "a'b\"c",
                "a,b",
                "a|b",
                "a^b`c",
                "(x)!",
                "a@b",
                ".hidden",
                "..x",
                "x..",
                "...",
                "x.tmp",
                "-x",
                "ünïcödé",
                "e\u0301",
                "日本語",
                "\uE000",
                "\uFFFD",
                "😀",
                "x😀y");
    }

    /** What must never be in {@link ObjectStore#location()} or in a message. */
    protected List<String> secrets() {
        return List.of();
    }

    ObjectInfo put(String key, String content) throws IOException {
        return store.put(key, source(content), PutOptions.NONE);
    }

    ObjectInfo put(String key, byte[] content) throws IOException {
        return store.put(key, ObjectSource.of(content), PutOptions.NONE);
    }

    void putAll(List<String> keys) throws Exception {
        inThreads(THREADS, thread -> {
            for (int i = thread; i < keys.size(); i += THREADS) {
                put(keys.get(i), "x");
            }
            return thread;
        });
    }

    byte[] read(ObjectRead read) throws IOException {
        try (ObjectStream stream = store.open(read)) {
            return stream.readAllBytes();
        }
    }

    List<String> keys(String prefix, String startAfter) throws IOException {
        return list(prefix, startAfter).stream().map(ObjectInfo::key).toList();
    }

    List<ObjectInfo> list(String prefix, String startAfter) throws IOException {
        return list(store, prefix, startAfter);
    }

    static List<String> model(List<String> stored, String prefix, String startAfter) {
        return stored.stream()
                .filter(key -> key.startsWith(prefix)
                        && Arrays.compareUnsigned(key.getBytes(UTF_8), startAfter.getBytes(UTF_8)) > 0)
                .sorted((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
                .toList();
    }

    static ObjectSource source(String content) {
        return ObjectSource.of(content.getBytes(UTF_8));
    }

    static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    void assertOneWins(String key, PutOptions options) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Optional<String>> winners = inThreads(THREADS, thread -> {
            String content = "content of " + thread + " ".repeat(thread);
            start.await(1, TimeUnit.MINUTES);
            try {
                store.put(key, source(content), options);
                return Optional.of(content);
            } catch (ObjectChangedException e) {
                return Optional.<String>empty();
            }
        });

        List<String> won = winners.stream().flatMap(Optional::stream).toList();
        assertThat(won).hasSize(1);
        assertThat(read(ObjectRead.whole(key))).asString(UTF_8).isEqualTo(won.get(0));
    }

    interface Work<T> {
        T run(int thread) throws Exception;
    }

    interface Step {
        void run() throws Exception;
    }

    static <T> List<T> inThreads(int threads, Work<T> work) throws Exception {
        return inThreads(threads, work, () -> {});
    }

    static <T> List<T> inThreads(int threads, Work<T> work, Step meanwhile) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Callable<T> task = () -> work.run(thread);
                futures.add(executor.submit(task));
            }
            meanwhile.run();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(3, TimeUnit.MINUTES));
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
