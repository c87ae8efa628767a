// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.it.workload.LiveReplication.Cuts;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** A replica of random workloads, one after the other, or one while the other went on: in several generations. */
public final class RandomReplica {

    private RandomReplica() {}

    /**
     * Writes one.
     *
     * @param folder empty, for the databases
     * @param workloads how many follow on each other, with a random time between them
     * @param steps of each
     */
    public static InMemoryObjectStore write(Path folder, ReplicaLayout layout, long seed, int workloads, int steps)
            throws Exception {
        Random random = new Random(seed * 37 + layout.ordinal());
        InMemoryObjectStore all = new InMemoryObjectStore("memory:random-" + layout + "-" + seed);
        Duration shift = Duration.ZERO;
        for (int i = 0; i < workloads; i++) {
            Path place = Files.createDirectory(folder.resolve(Integer.toString(i)));
            InMemoryObjectStore one = new InMemoryObjectStore();
            Path database = place.resolve("live.db");
            LiveReplication replication = new LiveReplication(
                    database,
                    new ReplicaWriter(one, layout),
                    random.nextInt(3) == 0 ? Cuts.BYTES : Cuts.COMMITS,
                    Files.createDirectory(place.resolve("states")),
                    random);
            try (Workload workload = new Workload(database, replication, random)) {
                workload.run(steps / 2 + random.nextInt(steps));
                replication.finish(random.nextInt(3) == 0, place.resolve("reference.db"));
            }
            Duration length = copy(one, all, shift);
            // Now and then the next one begins before this one ends.
            long gap = random.nextInt(4) == 0 ? -random.nextLong(length.toSeconds() + 1) : random.nextInt(20);
            shift = shift.plus(length).plusSeconds(1 + gap);
        }
        return all;
    }

    /** @return between which times the objects were made */
    private static Duration copy(ObjectStore from, ObjectStore to, Duration shift) throws Exception {
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        try (ObjectIterator objects = from.list("", "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                Instant at = object.createdAt();
                first = at.isBefore(first) ? at : first;
                last = at.isAfter(last) ? at : last;
                try (ObjectStream stream = from.open(ObjectRead.whole(object.key()))) {
                    to.put(
                            object.key(),
                            ObjectSource.of(stream.readAllBytes()),
                            PutOptions.NONE.recordedAt(at.plus(shift)));
                }
            }
        }
        return Duration.between(first, last);
    }
}
