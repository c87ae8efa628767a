// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.it.ReplicaOperation.Kind;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.Fault.Effect;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Runs operations on copies of one replica, and proves after each that no stream, thread or file is left. */
final class OperationRun {

    /** Longer than reading may be without progress where that is made short. */
    static final Duration TOO_LONG = Duration.ofMillis(25);

    private static final RetryPolicy PATIENT =
            new RetryPolicy(Duration.ofSeconds(30), Duration.ofMillis(1), Duration.ofMillis(4));
    private static final RetryPolicy IMPATIENT =
            new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(1), Duration.ofMillis(4));
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2022-05-06T07:08:09Z"), ZoneOffset.UTC);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    private final String name;
    private final ReplicaLayout layout;
    private final Path folder;
    private final SortedMap<String, byte[]> objects;
    private final SortedMap<String, Instant> times;
    private final InMemoryObjectStore original;
    private final Map<String, ByteBuffer> originalContents;
    private final List<ReplicaOperation> operations;
    private final Map<String, List<Object>> hidden = new HashMap<>();
    private int faults;

    /**
     * How an operation ended.
     *
     * @param failure null if there was none
     * @param objects the bytes of each object afterwards
     */
    record Outcome(
            FaultInjectingObjectStore store,
            InMemoryObjectStore below,
            Object value,
            Throwable failure,
            Map<String, ByteBuffer> objects) {}

    /** @param folder an empty one, for temporary files */
    OperationRun(ReplicaFixture fixture, ReplicaLayout layout, Path folder) throws IOException {
        name = fixture.toString();
        this.layout = layout;
        this.folder = folder;
        objects = fixture.objects();
        times = fixture.times();
        original = copy(objects);
        originalContents = contents(original);
        try (ReplicaClient replica = ReplicaClient.over("memory", original.reopen())) {
            List<Generation> generations = replica.generations();
            GenerationCatalog catalog = replica.catalog(generations.get(generations.size() - 1));
            assertThat(catalog.layout()).isEqualTo(layout);
            operations = new ReplicaOperations(catalog).all();
        }
    }

    List<ReplicaOperation> operations() {
        return operations;
    }

    /** The bytes of each object before. */
    Map<String, ByteBuffer> contents() {
        return originalContents;
    }

    /** How many runs have had a fault. */
    int faults() {
        return faults;
    }

    static boolean isTooLong(Effect effect) {
        return effect instanceof Effect.TimedOut timedOut && timedOut.duration().equals(TOO_LONG);
    }

    /** On the replica as it was at first; each operation that may change it has a copy of its own. */
    Outcome run(ReplicaOperation operation, Fault... with) throws Exception {
        faults += with.length;
        boolean changes = operation.kind() == Kind.WRITE || operation.kind() == Kind.DELETE;
        return run(operation, changes ? copy(objects) : original.reopen(), with);
    }

    /** Once more on what an outcome has left, with nothing going wrong. */
    Outcome again(ReplicaOperation operation, Outcome outcome) throws Exception {
        return run(operation, outcome.below().reopen());
    }

    /** What an operation gives where the store hides all but the first objects of one of the folders that are listed. */
    List<Object> valuesWithout(ReplicaOperation operation, long first) throws Exception {
        String asked = operation + " " + first;
        List<Object> known = hidden.get(asked);
        if (known != null) {
            return known;
        }
        List<Object> values = new ArrayList<>();
        hidden.put(asked, values);
        for (String generation : objects.keySet().stream()
                .map(key -> key.split("/", -1)[1])
                .distinct()
                .toList()) {
            for (String listed : List.of("", "snapshots/", "wal/")) {
                String prefix = "generations/" + generation + "/" + listed;
                SortedMap<String, byte[]> shown = new TreeMap<>(objects);
                objects.keySet().stream()
                        .filter(key -> key.startsWith(prefix))
                        .skip(first)
                        .forEach(shown::remove);
                Outcome outcome = run(operation, copy(shown));
                if (outcome.failure() == null) {
                    values.add(outcome.value());
                }
            }
        }
        return values;
    }

    private Outcome run(ReplicaOperation operation, InMemoryObjectStore below, Fault... with) throws Exception {
        FaultInjectingObjectStore store = new FaultInjectingObjectStore(below, with);
        AtomicReference<Object> value = new AtomicReference<>();
        Throwable failure;
        try (ReplicaClient replica = ReplicaClient.over("memory", store, retries(with), layout)) {
            failure = catchThrowable(() -> value.set(operation.body().run(replica, folder)));
            store.assertNothingOpen();
        }
        assertThat(Scratch.names(folder)).as("left by %s", operation).isEmpty();
        requireNoThread();
        return new Outcome(store, below, value.get(), failure, contents(below.reopen()));
    }

    private static void requireNoThread() throws InterruptedException {
        Thread[] threads = new Thread[Thread.activeCount() + 64];
        int count = Thread.enumerate(threads);
        for (Thread thread : Arrays.asList(threads).subList(0, count)) {
            if (thread.getName().startsWith("tailrace-")) {
                // Its work is done; the moment that it takes to end is its own.
                thread.join(PROMPTLY.toMillis());
                assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
            }
        }
    }

    /** What is told wrong is asked for until the budget is used up; what fails once is right the second time. */
    private static RetryPolicy retries(Fault... faults) {
        for (Fault fault : faults) {
            if (isTooLong(fault.effect()) || fault.effect() instanceof Effect.Corrupt) {
                return IMPATIENT;
            }
        }
        return PATIENT;
    }

    /** Versions and times are the same in each copy. */
    private InMemoryObjectStore copy(SortedMap<String, byte[]> contents) throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore("memory:" + name);
        store.setClock(CLOCK);
        for (Map.Entry<String, byte[]> object : contents.entrySet()) {
            PutOptions options = PutOptions.NONE.recordedAt(times.get(object.getKey()));
            store.put(object.getKey(), ObjectSource.of(object.getValue()), options);
        }
        return store;
    }

    private static Map<String, ByteBuffer> contents(InMemoryObjectStore store) throws IOException {
        Map<String, ByteBuffer> contents = new TreeMap<>();
        try (ObjectIterator listing = store.list("", "")) {
            while (listing.hasNext()) {
                String key = listing.next().key();
                try (ObjectStream stream = store.open(ObjectRead.whole(key))) {
                    contents.put(key, ByteBuffer.wrap(stream.readAllBytes()));
                }
            }
        }
        return contents;
    }

    @Override
    public String toString() {
        return name;
    }
}
