// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.WalIndex;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Stands for the library: remembers what it was asked, and does what it was told to. */
final class RecordingRestore implements ReplicaRestore {

    interface Act {
        void on(RestoreOptions options, RestorePlan plan) throws IOException;
    }

    private final Act act;
    ReplicaUrl replica;
    StoreSettings settings;
    RestoreOptions options;
    Path database;

    RecordingRestore(Act act) {
        this.act = act;
    }

    static RecordingRestore succeeding() {
        return new RecordingRestore((options, plan) -> {});
    }

    static RecordingRestore failing(IOException failure) {
        return new RecordingRestore((options, plan) -> {
            throw failure;
        });
    }

    static RecordingRestore failing(RuntimeException failure) {
        return new RecordingRestore((options, plan) -> {
            throw failure;
        });
    }

    @Override
    public Prospect plan(ReplicaUrl replicaUrl, StoreSettings storeSettings, RestoreOptions restoreOptions)
            throws IOException {
        replica = replicaUrl;
        settings = storeSettings;
        options = restoreOptions;
        RestorePlan plan = plan(replicaUrl, restoreOptions);
        act.on(restoreOptions, plan);
        return new GenerationProspect(plan, 1);
    }

    @Override
    public Instant newestState(ReplicaUrl replicaUrl, StoreSettings storeSettings, RestoreOptions restoreOptions) {
        throw new AssertionError("there is no choice");
    }

    @Override
    public Restored restore(
            ReplicaUrl replicaUrl, StoreSettings storeSettings, RestoreOptions restoreOptions, Path path)
            throws IOException {
        replica = replicaUrl;
        settings = storeSettings;
        options = restoreOptions;
        database = path;
        RestorePlan plan = plan(replicaUrl, restoreOptions);
        act.on(restoreOptions, plan);
        return new GenerationRestored(new RestoreResult(
                path,
                plan,
                new Position(plan.generation(), 0x1f, 0x1038),
                Instant.parse("2026-11-22T11:55:00.250Z"),
                4096,
                3000,
                2,
                3,
                5_000_000,
                7,
                1,
                12_288_000,
                12,
                1,
                Duration.ofMillis(1234)));
    }

    private static RestorePlan plan(ReplicaUrl url, RestoreOptions options) {
        Generation generation = new Generation("0123456789abcdef");
        return new RestorePlan(
                url.toString(),
                ReplicaLayout.V03_FLAT,
                generation,
                new SnapshotInfo(generation, 0x1e, object("s", 4_000_000)),
                List.of(new WalIndex(0x1e, List.of(new WalSegmentInfo(generation, 0x1e, 0, object("w", 1_000_000))))),
                options.target(),
                List.of(),
                List.of("the plan warns"));
    }

    private static ObjectInfo object(String key, long size) {
        return new ObjectInfo(key, size, Instant.parse("2026-11-22T11:55:00Z"), Optional.empty(), Optional.empty());
    }
}
