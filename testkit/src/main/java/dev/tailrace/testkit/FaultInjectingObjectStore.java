// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Another store in which chosen calls go wrong, and which keeps count: of the calls of each kind, of the bytes that came of
 * each object, and of what is open. Each {@link Fault} happens once; calls are numbered in the order they come, also those of
 * many threads. Safe for use by many threads.
 */
public final class FaultInjectingObjectStore extends ForwardingObjectStore {

    private final List<Fault> faults;
    private final Map<Fault.Call, AtomicInteger> calls = new EnumMap<>(Fault.Call.class);
    private final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();
    private final AtomicInteger happened = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A store with faults.
     *
     * @param store does the work; closed with this one
     */
    public FaultInjectingObjectStore(ObjectStore store, Fault... faults) {
        super(store);
        this.faults = List.of(faults);
        for (Fault.Call call : Fault.Call.values()) {
            calls.put(call, new AtomicInteger());
        }
    }

    /** How many calls of a kind there have been, failed ones too. */
    public int calls(Fault.Call call) {
        return counter(call).get();
    }

    /** How many bytes have come of each object, in all its streams together. */
    public Map<String, Long> bytes() {
        Map<String, Long> copy = new TreeMap<>(KeyOrder.BY_UTF8);
        bytes.forEach((key, count) -> copy.put(key, count.get()));
        return copy;
    }

    /** How many of the faults have happened. */
    public int happened() {
        return happened.get();
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        int number = enter(Fault.Call.LIST);
        return new FaultyIterator(super.list(prefix, startAfter), prefix, number);
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        enter(Fault.Call.LIST_FOLDERS);
        return super.listFolders(prefix);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) throws IOException {
        int number = enter(Fault.Call.STAT);
        return super.stat(key).map(info -> told(info, Fault.Call.STAT, number));
    }

    @Override
    public ObjectStream open(ObjectRead read) throws IOException {
        int number = enter(Fault.Call.OPEN);
        return new FaultyStream(super.open(read), read.key(), number);
    }

    @Override
    public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
        int number = enter(Fault.Call.PUT);
        ObjectInfo stored = super.put(key, new FaultySource(source, key, number), options);
        leave(Fault.Call.PUT, number);
        return told(stored, Fault.Call.PUT, number);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        int number = enter(Fault.Call.DELETE);
        Fault within = next(Fault.Call.DELETE, number, 0);
        if (within != null && within.at() < keys.size()) {
            super.delete(List.copyOf(keys).subList(0, (int) within.at()));
            happen(within);
        }
        super.delete(keys);
        leave(Fault.Call.DELETE, number);
    }

    /** Ends all stalls, and closes the store below. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        super.close();
    }

    private AtomicInteger counter(Fault.Call call) {
        return requireNonNull(calls.get(call));
    }

    private int enter(Fault.Call call) throws IOException {
        int number = counter(call).incrementAndGet();
        Fault fault = find(call, number, -1);
        if (fault != null && !(fault.effect() instanceof Fault.Effect.AnswerLost)) {
            happen(fault);
        }
        return number;
    }

    private void leave(Fault.Call call, int number) throws IOException {
        Fault fault = find(call, number, -1);
        if (fault != null && fault.effect() instanceof Fault.Effect.AnswerLost) {
            happen(fault);
        }
    }

    private ObjectInfo told(ObjectInfo info, Fault.Call call, int number) {
        Fault fault = find(call, number, -1);
        return fault != null && fault.effect() instanceof Fault.Effect.Corrupt ? oneTooGreat(info) : info;
    }

    private static ObjectInfo oneTooGreat(ObjectInfo info) {
        return new ObjectInfo(info.key(), info.size() + 1, info.storedAt(), info.recordedAt(), info.version());
    }

    private @Nullable Fault find(Fault.Call call, int number, long at) {
        for (Fault fault : faults) {
            if (fault.call() == call && fault.number() == number && fault.at() == at) {
                return fault;
            }
        }
        return null;
    }

    private @Nullable Fault next(Fault.Call call, int number, long from) {
        Fault next = null;
        for (Fault fault : faults) {
            boolean ahead = fault.call() == call && fault.number() == number && fault.at() >= from;
            if (ahead && (next == null || fault.at() < next.at())) {
                next = fault;
            }
        }
        return next;
    }

    /** Does what can be done without the stream: failures, waits and actions. */
    private void happen(Fault fault) throws IOException {
        happened.incrementAndGet();
        String what = "injected at " + fault.call() + " " + fault.number() + (fault.at() < 0 ? "" : ":" + fault.at());
        if (fault.effect() instanceof Fault.Effect.Unavailable || fault.effect() instanceof Fault.Effect.AnswerLost) {
            throw new StoreUnavailableException(what, location(), null);
        } else if (fault.effect() instanceof Fault.Effect.Refused) {
            throw new StoreAccessException(what, location(), null);
        } else if (fault.effect() instanceof Fault.Effect.Action action) {
            action.action().run();
        } else if (fault.effect() instanceof Fault.Effect.Stall stall) {
            stall(stall.duration(), what);
        } else if (fault.effect() instanceof Fault.Effect.TimedOut timedOut) {
            stall(timedOut.duration(), what);
            throw new StoreUnavailableException("no answer in " + timedOut.duration() + ", " + what, location(), null);
        }
    }

    private void stall(Duration duration, String what) throws StoreUnavailableException {
        try {
            boolean storeClosed = closed.await(duration.toNanos(), TimeUnit.NANOSECONDS);
            if (storeClosed) {
                throw new StoreUnavailableException("store was closed during a stall " + what, location(), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted during a stall " + what, location(), e);
        }
    }

    private final class FaultyIterator extends ForwardingIterator {

        private final int number;
        private long given;
        private boolean met;
        private boolean corrupt;
        private boolean cut;

        FaultyIterator(ObjectIterator iterator, String prefix, int number) {
            super(iterator, prefix);
            this.number = number;
        }

        @Override
        public boolean hasNext() throws IOException {
            Fault fault = met ? null : find(Fault.Call.LIST, number, given);
            if (fault != null) {
                met = true;
                cut = fault.effect() instanceof Fault.Effect.Cut;
                corrupt = fault.effect() instanceof Fault.Effect.Corrupt;
                happen(fault);
            }
            return !cut && super.hasNext();
        }

        @Override
        public ObjectInfo next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException("end of the listing");
            }
            given++;
            met = false;
            ObjectInfo info = corrupt ? oneTooGreat(super.next()) : super.next();
            corrupt = false;
            return info;
        }
    }

    /** Bytes in whose middle faults may happen. */
    private final class FaultyBytes {

        private final InputStream bytes;
        private final Fault.Call call;
        private final int number;
        private long given;
        /** From where on faults are still to come. */
        private long from;

        private boolean corrupt;
        private boolean cut;

        FaultyBytes(InputStream bytes, Fault.Call call, int number) {
            this.bytes = bytes;
            this.call = call;
            this.number = number;
        }

        int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            Fault fault = next(call, number, from);
            if (fault != null && fault.at() == given) {
                from = given + 1;
                cut = fault.effect() instanceof Fault.Effect.Cut;
                corrupt = fault.effect() instanceof Fault.Effect.Corrupt;
                happen(fault);
                fault = next(call, number, from);
            }
            if (cut) {
                return -1;
            }
            long bound = fault == null ? Long.MAX_VALUE : fault.at() - given;
            int count = bytes.read(target, offset, (int) Math.min(length, bound));
            if (count > 0) {
                given += count;
                if (corrupt) {
                    target[offset] ^= 1;
                    corrupt = false;
                }
            }
            return count;
        }
    }

    private final class FaultySource implements ObjectSource {

        private final ObjectSource source;
        private final String key;
        private final int number;

        FaultySource(ObjectSource source, String key, int number) {
            this.source = source;
            this.key = key;
            this.number = number;
        }

        @Override
        public InputStream open() throws IOException {
            InputStream stream = source.open();
            FaultyBytes faulty = new FaultyBytes(stream, Fault.Call.PUT, number);
            return new ForwardingInput(stream, key) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    return faulty.read(target, offset, length);
                }
            };
        }

        @Override
        public long size() {
            return source.size();
        }
    }

    private final class FaultyStream extends ForwardingStream {

        private final String key;
        private final FaultyBytes faulty;

        FaultyStream(ObjectStream stream, String key, int number) {
            super(stream);
            this.key = key;
            faulty = new FaultyBytes(stream, Fault.Call.OPEN, number);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = faulty.read(target, offset, length);
            if (count > 0) {
                bytes.computeIfAbsent(key, same -> new AtomicLong()).addAndGet(count);
            }
            return count;
        }
    }
}
