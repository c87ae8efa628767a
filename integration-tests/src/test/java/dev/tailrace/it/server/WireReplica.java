// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.Tailrace;
import dev.tailrace.it.workload.FollowedReplica;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** One replica on a server, and restores of it while the way there is disturbed. */
final class WireReplica {

    /** Below the server's place. */
    static final String PLACE = "wire";

    private final Path reference;
    private final Path output;

    private WireReplica(Path reference, Path output) {
        this.reference = reference;
        this.output = output;
    }

    /** Puts the replica on a server. */
    static WireReplica on(StoreUnderTest server, Path folder) throws Exception {
        InMemoryObjectStore objects = new InMemoryObjectStore();
        Path reference = FollowedReplica.write(Files.createDirectory(folder.resolve("live")), objects);
        try (ObjectStore store = server.open(PLACE);
                ObjectIterator listing = objects.list("", "")) {
            while (listing.hasNext()) {
                ObjectInfo object = listing.next();
                try (ObjectStream bytes = objects.open(ObjectRead.whole(object))) {
                    store.put(object.key(), ObjectSource.of(bytes.readAllBytes()), PutOptions.NONE);
                }
            }
        }
        return new WireReplica(reference, Files.createDirectory(folder.resolve("out")));
    }

    /** Restores by way of a server's other address. */
    void restore(StoreUnderTest way, StoreSettings settings) throws IOException {
        try (ReplicaClient replica = Tailrace.open(ReplicaUrl.parse(way.urlOf(PLACE)), settings)) {
            Restorer.of(replica).restoreTo(database());
        }
    }

    private Path database() {
        return output.resolve("app.db");
    }

    /** The database is there, right, and alone; it is taken away for the next restore. */
    void isRight() throws IOException {
        assertThat(Files.mismatch(database(), reference)).isEqualTo(-1);
        Files.delete(database());
        leftNothing();
    }

    /** Whatever went wrong, nothing is there. */
    void leftNothing() throws IOException {
        try (Stream<Path> left = Files.list(output)) {
            assertThat(left).isEmpty();
        }
    }

    /** How long something took. */
    static Duration time(Step step) throws Exception {
        long began = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** What is timed. */
    interface Step {
        void run() throws Exception;
    }
}
