/**
 * For whoever writes a storage backend, or uses Tailrace in tests.
 *
 * <p><b>The contracts.</b> A backend's test extends {@link dev.tailrace.testkit.ObjectStoreContract} and
 * {@link dev.tailrace.testkit.ReplicaClientContract} and says how to open a store; what its storage cannot do is switched
 * off there, one predicate each:
 *
 * <pre>{@code
 * class MyObjectStoreTest extends ObjectStoreContract {
 *
 *     @TempDir
 *     private Path folder;
 *
 *     @Override
 *     protected ObjectStore openStore() {
 *         return new MyObjectStore(folder);
 *     }
 *
 *     // Times are kept to the second.
 *     @Override
 *     protected ChronoUnit recordedTimePrecision() {
 *         return ChronoUnit.SECONDS;
 *     }
 * }
 * }</pre>
 *
 * <p><b>Nothing left.</b> {@link dev.tailrace.testkit.NothingLeftBehind} is a JUnit extension that proves after each test that
 * threads, streams, files and sockets are gone. The contracts use it.
 *
 * <p><b>Stores to test with.</b> {@link dev.tailrace.testkit.InMemoryObjectStore} keeps every promise;
 * {@link dev.tailrace.testkit.CountingObjectStore} counts the calls to another store;
 * {@link dev.tailrace.testkit.FaultInjectingObjectStore} lets chosen calls fail. {@link dev.tailrace.testkit.HttpFaultProxy}
 * does that to requests, for a store that speaks HTTP.
 *
 * <p><b>Replicas.</b> {@link dev.tailrace.testkit.ReplicaFixtures} are those that Litestream has written, with the digests of
 * what it restored from them; {@link dev.tailrace.testkit.ReplicaWriter} writes others.
 *
 * <p>JUnit 6 and AssertJ come with this artifact; its scope in a backend's build is {@code test}.
 */
@NullMarked
package dev.tailrace.testkit;

import org.jspecify.annotations.NullMarked;
