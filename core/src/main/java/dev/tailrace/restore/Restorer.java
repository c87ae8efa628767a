// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Brings a database back from a replica. Two steps with a value between them: {@link #plan} lists, chooses and checks, and
 * writes nothing; {@link #restore} executes the plan. Blocks; interrupting the calling thread cancels it. Safe for use by
 * many threads.
 */
public final class Restorer {

    private final ReplicaClient replica;
    private final RestoreOptions options;
    private final Disk disk;

    Restorer(ReplicaClient replica, RestoreOptions options, Disk disk) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
        this.disk = disk;
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
     * retention may delete while the first one goes on.
     *
     * @throws dev.tailrace.error.EmptyReplicaException if there is no object of any known layout
     * @throws dev.tailrace.error.TargetNotAvailableException if the target lies outside of what there is
     * @throws DamagedReplicaException if the names show a hole
     * @throws dev.tailrace.error.UnsupportedReplicaException if all data, or the newest, is of a format not read here
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public RestorePlan plan() throws IOException {
        try {
            return new Planner(replica, options).plan();
        } catch (DamagedReplicaException first) {
            try {
                return new Planner(replica, options).plan();
            } catch (DamagedReplicaException second) {
                throw second.told(replica.location(), "nothing was restored");
            }
        }
    }

    /**
     * Executes a plan: the database stands at {@code path} whole, or nothing does.
     *
     * @param path must not exist, or be an empty file; there must be no {@code -wal}, {@code -shm} or {@code -journal}
     *     beside it. Missing folders above it are made
     * @throws DamagedReplicaException if what is read is not what it must be
     * @throws ObjectMissingException if an object of the plan is gone; {@link ObjectChangedException} if it was replaced
     * @throws dev.tailrace.error.RestoreTargetException if the file cannot be written or put in its place
     * @throws dev.tailrace.error.RestoreCancelledException if the calling thread is interrupted
     * @throws IllegalArgumentException if {@code path} names no file
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public RestoreResult restore(RestorePlan plan, Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = new TargetFile(disk, path);
        target.check();
        return execute(plan, target, began);
    }

    /**
     * Plans, then restores. What looks like damage or a missing object leads to one fresh plan, and is an error only if that
     * plan is the same: retention deletes while a restore goes on.
     *
     * @throws IOException as {@link #plan} and {@link #restore} do
     */
    public RestoreResult restoreTo(Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = new TargetFile(disk, path);
        target.check();
        RestorePlan plan = plan();
        try {
            return execute(plan, target, began);
        } catch (DamagedReplicaException | ObjectMissingException | ObjectChangedException e) {
            RestorePlan fresh = plan();
            if (fresh.equals(plan)) {
                throw e;
            }
            options.listener().warning("the replica changed while it was read; restoring again from a new plan");
            return execute(fresh, target, began);
        }
    }

    private RestoreResult execute(RestorePlan plan, TargetFile target, long began) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        options.listener().planned(plan);
        plan.warnings().forEach(options.listener()::warning);
        TemporaryDatabase database = TemporaryDatabase.create(disk, target, options.fileMode());
        try (database) {
            RestoreRun run = new RestoreRun(plan, replica, options, compression, database);
            run.run();
            options.listener().publishing();
            database.publish();
            return result(plan, target.path(), run, began);
        } catch (DamagedReplicaException e) {
            throw e.told(replica.location(), "nothing was restored");
        } catch (TailraceException e) {
            throw e;
        }
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
                run.reads().requests(),
                run.reads().bytes(),
                assembly.framesApplied(),
                assembly.framesDropped(),
                run.bytesWritten(),
                run.writes(),
                assembly.unprovedJoins(),
                Duration.ofNanos(System.nanoTime() - began));
    }
}
