// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Stores that break one promise fail the test of that promise. */
class BrokenStoreTest {

    @ParameterizedTest
    @CsvSource({
        "OrderOfJava, listsAscendingByUtf8Bytes",
        "ForgetsWhereToStart, listsByAnyPrefixAndStart",
        "IgnoresVersions, replacedObjectIsNotReadByItsOldVersion",
        "IgnoresRanges, readsRanges",
        "IgnoresConditions, oneOfManyRacingCreatorsWins",
        "IgnoresConditions, replacesOnlyThatVersion",
        "MissesAbsent, deletesWhatIsThereAndForgivesTheRest",
        "HidesAbsent, absentObjectIsMissing",
        "NeverCloses, closedStoreFailsEveryCall",
        "LeavesUploads, storesAndReplaces"
    })
    void failsTheTestOfItsPromise(String store, String test) throws Exception {
        Class<?> type = Class.forName(BrokenStoreTest.class.getName() + "$" + store);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(type, test))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);

        assertThat(listener.getSummary().getTestsStartedCount()).isEqualTo(1);
        assertThat(listener.getSummary().getFailures())
                .hasSize(1)
                .allSatisfy(failure -> assertThat(failure.getException()).isInstanceOf(AssertionError.class));
    }

    /** A store in memory, with one thing changed. */
    private abstract static class Broken extends ObjectStoreContract {

        private final InMemoryObjectStore objects = new InMemoryObjectStore();

        abstract ObjectStore breaking(InMemoryObjectStore sound);

        @Override
        protected ObjectStore openStore() {
            return breaking(objects.reopen());
        }
    }

    static class OrderOfJava extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectIterator list(String prefix, String startAfter) throws IOException {
                    List<ObjectInfo> all = StorageContract.list(sound, prefix, startAfter);
                    List<ObjectInfo> sorted = new ArrayList<>(all);
                    sorted.sort(Comparator.comparing(ObjectInfo::key));
                    return over(sorted.iterator());
                }
            };
        }
    }

    static class ForgetsWhereToStart extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectIterator list(String prefix, String startAfter) throws IOException {
                    return super.list(prefix, "");
                }
            };
        }
    }

    static class IgnoresVersions extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectStream open(ObjectRead read) throws IOException {
                    return super.open(new ObjectRead(read.key(), read.from(), read.to(), Optional.empty()));
                }
            };
        }
    }

    static class IgnoresRanges extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectStream open(ObjectRead read) throws IOException {
                    return super.open(read.range(read.from(), Long.MAX_VALUE));
                }
            };
        }
    }

    static class IgnoresConditions extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectInfo put(String key, ObjectSource source, PutOptions options) throws IOException {
                    return super.put(key, source, PutOptions.NONE);
                }
            };
        }
    }

    static class MissesAbsent extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public void delete(Collection<String> keys) throws IOException {
                    for (String key : keys) {
                        assertThat(stat(key)).as(key).isPresent();
                    }
                    super.delete(keys);
                }
            };
        }
    }

    static class HidesAbsent extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public ObjectStream open(ObjectRead read) throws IOException {
                    if (stat(read.key()).isEmpty()) {
                        put(read.key(), ObjectSource.of(new byte[0]), PutOptions.NONE);
                    }
                    return super.open(read);
                }
            };
        }
    }

    static class NeverCloses extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return new ForwardingObjectStore(sound) {
                @Override
                public void close() {}
            };
        }
    }

    static class LeavesUploads extends Broken {
        @Override
        ObjectStore breaking(InMemoryObjectStore sound) {
            return sound;
        }

        @Override
        protected List<String> leftovers() {
            return List.of("an upload of a/b/object");
        }
    }

    private static ObjectIterator over(Iterator<ObjectInfo> infos) {
        return new ObjectIterator() {
            @Override
            public boolean hasNext() {
                return infos.hasNext();
            }

            @Override
            public ObjectInfo next() {
                return infos.next();
            }

            @Override
            public void close() {}
        };
    }
}
