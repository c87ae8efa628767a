// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the contracts of a store and of a client over it have in common: a place, what it can do, and that it is left empty. */
abstract class StorageContract {

    @RegisterExtension
    final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().but(this::mayStay);

    CountingObjectStore store;

    StorageContract() {}

    /** A new store on a place that no other test uses; each call opens the same place. */
    protected abstract ObjectStore openStore() throws Exception;

    /** Whether the store honours the conditions of {@link PutOptions}. */
    protected boolean supportsConditions() {
        return true;
    }

    /** Whether objects have versions. */
    protected boolean supportsVersions() {
        return true;
    }

    /** Whether a recorded time can be read back by {@link ObjectStore#stat}. */
    protected boolean supportsRecordedTimes() {
        return true;
    }

    /** Whether a recorded time is also in listings. */
    protected boolean listsRecordedTimes() {
        return false;
    }

    /** What is kept of a recorded time. */
    protected ChronoUnit recordedTimePrecision() {
        return ChronoUnit.NANOS;
    }

    /** Up to what the times in a listing, of stat and of put are the same. */
    protected ChronoUnit storedTimePrecision() {
        return ChronoUnit.SECONDS;
    }

    /** Threads that a test may leave running, such as those that a vendor's client starts once for the whole process. */
    protected boolean mayStay(Thread thread) {
        return false;
    }

    /**
     * What the place holds besides objects, such as uploads that were begun and never completed, or temporary files; by the
     * vendor's own means, since the store shows no such thing. Asked after each test; anything named fails it.
     */
    protected List<String> leftovers() throws Exception {
        return List.of();
    }

    /** The store under test, with its calls counted. */
    protected final CountingObjectStore store() {
        return store;
    }

    @BeforeEach
    void openEmptyStore() throws Exception {
        store = leftBehind.watch(openStore());
        empty(store);
        store.resetCounts();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        try (ObjectStore closing = store) {
            empty(closing);
        }
        assertThat(leftovers()).as("left besides objects").isEmpty();
    }

    static List<ObjectInfo> list(ObjectStore store, String prefix, String startAfter) throws IOException {
        List<ObjectInfo> listed = new ArrayList<>();
        try (ObjectIterator objects = store.list(prefix, startAfter)) {
            while (objects.hasNext()) {
                listed.add(objects.next());
            }
        }
        return listed;
    }

    private static void empty(ObjectStore store) throws IOException {
        List<String> keys = list(store, "", "").stream().map(ObjectInfo::key).toList();
        if (!keys.isEmpty()) {
            store.delete(keys);
        }
        assertThat(list(store, "", "")).as("objects left").isEmpty();
    }
}
