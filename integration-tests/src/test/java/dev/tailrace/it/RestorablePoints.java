// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.FormatChoice;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.WalIndex;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.ExpectedRestore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a store can be restored to: the digests of databases, by what is asked for. */
public final class RestorablePoints {

    /** Later than every fixture. */
    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    private final Path scratch;

    /** @param scratch a folder for databases, each deleted at once */
    public RestorablePoints(Path scratch) {
        this.scratch = scratch;
    }

    /** Everything that can be asked for by the names and times of the store's own objects, as far as it can be restored. */
    public Map<String, String> of(ObjectStore store) throws Exception {
        return of(store, asked(store));
    }

    /** What can be restored of what is asked for. */
    public Map<String, String> of(ObjectStore store, Map<String, RestoreOptions> asked) throws Exception {
        Map<String, String> points = new LinkedHashMap<>();
        for (Map.Entry<String, RestoreOptions> point : asked.entrySet()) {
            try {
                points.put(point.getKey(), restore(store, point.getValue()));
            } catch (TailraceException refused) {
                // Cannot be restored.
            }
        }
        return points;
    }

    /**
     * What can be planned of what is asked for: which transaction it ends with, by generation and position or by its number.
     * Two copies that agree on it, and hold the same objects, restore to the same bytes.
     */
    public Map<String, String> planned(ObjectStore store, Map<String, RestoreOptions> asked) throws IOException {
        ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        Map<String, String> points = new LinkedHashMap<>();
        for (Map.Entry<String, RestoreOptions> point : asked.entrySet()) {
            try {
                Optional<LtxReplicaClient> ltx = FormatChoice.ltxOf(replica, point.getValue());
                points.put(
                        point.getKey(),
                        ltx.isPresent()
                                ? LtxRestorer.of(ltx.get(), point.getValue())
                                        .plan()
                                        .txid()
                                        .toString()
                                : end(Restorer.of(replica, point.getValue()).plan()));
            } catch (TailraceException refused) {
                // Cannot be restored.
            }
        }
        return points;
    }

    private static String end(RestorePlan plan) {
        if (plan.walIndexes().isEmpty()) {
            return plan.generation() + " snapshot " + plan.snapshot().index();
        }
        WalIndex last = plan.walIndexes().get(plan.walIndexes().size() - 1);
        return last.segments().get(last.segments().size() - 1).position().toString();
    }

    /** The newest state. */
    String latest(ObjectStore store) throws Exception {
        return restore(store, RestoreOptions.defaults());
    }

    /** Asks for the newest state, each generation, index, time and transaction. */
    Map<String, RestoreOptions> asked(ObjectStore store) throws IOException {
        Map<String, RestoreOptions> asked = new LinkedHashMap<>();
        asked.put("latest", RestoreOptions.defaults());
        ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        Set<Instant> times = new HashSet<>();
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            asked.put(
                    generation.name(),
                    RestoreOptions.builder().generation(generation).build());
            catalog.snapshots().forEach(snapshot -> times.add(snapshot.createdAt()));
            catalog.segments().forEach(segment -> times.add(segment.createdAt()));
            for (long index = 0; index <= catalog.maxIndex(); index++) {
                asked.put(
                        generation.name() + " " + index,
                        RestoreOptions.builder()
                                .generation(generation)
                                .target(RestoreTarget.atIndex(index))
                                .build());
            }
        }
        for (LtxReplicaClient ltx : replica.ltxReplicas()) {
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                for (LtxFileInfo file : ltx.files(level).toList()) {
                    times.add(file.createdAt());
                    asked.put(
                            "transaction " + file.maxTxid(),
                            RestoreOptions.builder()
                                    .target(RestoreTarget.atTxid(file.maxTxid()))
                                    .build());
                }
            }
        }
        for (Instant time : times) {
            asked.put(
                    "at " + time,
                    RestoreOptions.builder()
                            .clock(() -> NOW)
                            .target(RestoreTarget.atTimestamp(time))
                            .build());
        }
        return asked;
    }

    /** Asks for what real Litestream was asked for. */
    static RestoreOptions asked(ExpectedRestore expected) {
        RestoreOptions.Builder options = RestoreOptions.builder().clock(() -> NOW);
        expected.generation().ifPresent(name -> options.generation(new Generation(name)));
        expected.index().ifPresent(hex -> options.target(RestoreTarget.atIndex(Long.parseLong(hex, 16))));
        expected.timestamp().ifPresent(time -> options.target(RestoreTarget.atTimestamp(time)));
        expected.txid().ifPresent(text -> options.target(RestoreTarget.atTxid(Txid.parse(text))));
        return options.build();
    }

    String restore(ObjectStore store, RestoreOptions options) throws Exception {
        // Not to be closed: the store is the test's.
        ReplicaClient replica = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        Path database = scratch.resolve("restored.db");
        try {
            Optional<LtxReplicaClient> ltx = FormatChoice.ltxOf(replica, options);
            if (ltx.isPresent()) {
                LtxRestorer.of(ltx.get(), options).restoreTo(database);
            } else {
                Restorer.of(replica, options).restoreTo(database);
            }
            return Digest.of(Files.readAllBytes(database));
        } finally {
            Files.deleteIfExists(database);
        }
    }
}
