// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Brings a database back from a replica. Two steps with a value between them: {@link #plan} lists, chooses and checks, and
 * writes nothing; {@link #restore} executes the plan. Blocks; interrupting the calling thread cancels it. Safe for use by
 * many threads.
 */
public final class Restorer {

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final Publishing publishing;

    Restorer(ReplicaClient replica, RestoreOptions options, Disk disk) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
        publishing = new Publishing(disk, options);
    }

    /**
     * A restorer of the newest state, with {@link RestoreOptions#defaults()}.
     *
     * @param replica stays the caller's to close, after the restore
     */
    public static Restorer of(ReplicaClient replica) {
        return of(replica, RestoreOptions.defaults());
    }

    /**
     * A restorer with options.
     *
     * @param replica stays the caller's to close, after the restore
     */
    public static Restorer of(ReplicaClient replica, RestoreOptions options) {
        return new Restorer(replica, options, new LocalDisk());
    }

    /**
     * Lists the replica and chooses what to read. A hole leads to a second listing before it is called damage, since
     * retention may delete while the first one goes on. By best effort a hole ends the plan before it, and a few headers are
     * read to see that the WAL before it is no foreign one.
     *
     * <p>At a timestamp, the generation is the one whose times include it, of several the one with the newest data; where it
     * lies between two, the older one at its end. The snapshot is the newest that leads there; if the target cuts the WAL of
     * its own index, the newest of an older index is preferred.
     *
     * <p>What a refusal says is still restorable is proved by reading it, up to 256 MiB: here, and wherever a
     * {@link DamagedReplicaException} is thrown for the whole of a restore.
     *
     * @throws dev.tailrace.error.EmptyReplicaException if there is no object of any known layout
     * @throws dev.tailrace.error.TargetNotAvailableException if the target lies outside of what there is; or if a segment
     *     created after the timestamp is followed by one created before it; or for {@link RestoreOptions#exact()}
     * @throws IllegalArgumentException if the timestamp lies in the future, or the target is one of Litestream 0.5
     * @throws DamagedReplicaException if the names show a hole
     * @throws dev.tailrace.error.UnsupportedReplicaException if all data, or the newest, is of a format not read here;
     *     {@link FormatChoice} tells beforehand whether that is Litestream 0.5's
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     * @throws dev.tailrace.error.NoProviderException if headers are to be read and there is no LZ4 compression
     */
    public RestorePlan plan() throws IOException {
        RestoreAttempts attempts = attempts();
        try {
            return attempts.plan();
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, attempts.before(e.damage()));
        }
    }

    /**
     * Executes a plan: the database stands at {@code path} whole, or nothing does.
     *
     * @param path must not exist, or be an empty file, unless {@link RestoreOptions#replaceExisting()}; else there must be
     *     no {@code -wal}, {@code -shm} or {@code -journal} beside it either. Missing folders above it are made
     * @throws DamagedReplicaException if what is read is not what it must be
     * @throws dev.tailrace.error.TargetNotAvailableException if no transaction ends at the position wanted; or if the
     *     snapshot is proved to be ahead of the WAL of its own index that the target leaves
     * @throws ObjectMissingException if an object of the plan is gone
     * @throws ObjectChangedException if an object of the plan was replaced
     * @throws dev.tailrace.error.RestoreTargetException if the file cannot be written or put in its place
     * @throws dev.tailrace.error.RestoreCancelledException if the calling thread is interrupted
     * @throws IllegalArgumentException if {@code path} names no file
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public RestoreResult restore(RestorePlan plan, Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = publishing.prepare(path);
        try {
            return execute(plan, target, began);
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, PlanBounds.SALVAGE.keepingAwayFrom(e.damage(), plan));
        }
    }

    /**
     * Brings back one snapshot alone, without the WAL that follows on it: the database file as it was copied. Lists
     * nothing, and whatever the options say of the state that is wanted has no say here.
     *
     * @param snapshot as a listing of this replica gave it
     * @param path as for {@link #restore}
     * @throws IOException as {@link #restore} does
     */
    public RestoreResult restoreSnapshot(SnapshotInfo snapshot, Path path) throws IOException {
        return restore(RestorePlan.of(replica.location(), snapshot), path);
    }

    /**
     * Plans, then restores. What looks like damage or a missing object leads to one fresh plan, and counts as damage only if
     * that plan is the same: retention deletes while a restore goes on. By best effort damage leads to a plan that ends
     * before it.
     *
     * @throws IOException as {@link #plan} and {@link #restore} do
     */
    public RestoreResult restoreTo(Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = publishing.prepare(path);
        RestoreAttempts attempts = attempts();
        try {
            return attempts.run(plan -> execute(plan, target, began));
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, attempts.before(e.damage()));
        }
    }

    /**
     * Reads the header of each WAL index of a plan, and counts the joins that its salts do not prove though they are legal.
     * Costs one request for each index.
     *
     * @throws DamagedReplicaException if an index does not follow on the one before it
     */
    public int countUnprovedJoins(RestorePlan plan) throws IOException {
        WalJoins joins = new WalJoins(plan.layout());
        try (ObjectReads reads = ObjectReads.ofHeaders(plan, replica, options)) {
            reads.start(plan.walIndexes().size());
            WalIndexDecoder decoder = new WalIndexDecoder(reads, BlockCompressions.installed(), new Turns());
            for (int i = plan.walIndexes().size() - 1; i >= 0; i--) {
                WalIndex wal = plan.walIndexes().get(i);
                joins.add(wal, decoder.header(wal));
            }
        }
        return joins.unproved();
    }

    private RestoreAttempts attempts() throws TargetNotAvailableException {
        if (options.exact() && options.target() instanceof RestoreTarget.AtTimestamp at) {
            throw new TargetNotAvailableException(
                    "the exact state at " + at.timestamp()
                            + " is not known of generations: they tell only when a segment"
                            + " was stored, and not when each of its transactions was made; name a transaction, or ask for"
                            + " no exact state",
                    replica.location());
        }
        if (options.target() instanceof RestoreTarget.AtTxid at) {
            throw new IllegalArgumentException(
                    "generations have no transaction numbers, but " + at.txid() + " is asked for: use an LtxRestorer");
        }
        if (options.target() instanceof RestoreTarget.AtTimestamp at) {
            Instant now = options.clock().instant();
            if (at.timestamp().isAfter(now)) {
                throw new IllegalArgumentException(
                        "the timestamp " + at.timestamp() + " lies in the future: it is " + now + " now");
            }
        }
        return new RestoreAttempts(replica, options, bounds());
    }

    private PlanBounds bounds() {
        return options.bestEffort() ? PlanBounds.SALVAGE : PlanBounds.STRICT;
    }

    private Salvage salvage() {
        return new Salvage(replica, options);
    }

    private RestoreResult execute(RestorePlan plan, TargetFile target, long began) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        options.listener().planned(plan);
        plan.warnings().forEach(options.listener()::warning);
        return publishing.publish(target, database -> {
            RestoreRun run = new RestoreRun(plan, replica, options, compression, database);
            run.run();
            return () -> result(plan, target.path(), run, began);
        });
    }

    private RestoreResult result(RestorePlan plan, Path path, RestoreRun run, long began) {
        DatabaseAssembly assembly = run.assembly();
        if (assembly.unprovedJoins() > 0) {
            options.listener()
                    .warning(assembly.unprovedJoins()
                            + " joins between WAL indexes are legal but not proved: the WAL file was made anew there");
        }
        return new RestoreResult(
                path,
                plan,
                assembly.position(),
                assembly.timestamp(),
                assembly.pageSize(),
                assembly.pageCount(),
                plan.objects(),
                run.requests(),
                run.bytesRead(),
                assembly.framesApplied(),
                assembly.framesDropped(),
                run.bytesWritten(),
                run.writes(),
                assembly.unprovedJoins(),
                Duration.ofNanos(System.nanoTime() - began));
    }
}
