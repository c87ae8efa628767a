// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Brings a database back from a replica of Litestream 0.5, as {@link Restorer} does from generations: {@link #plan} lists,
 * chooses and checks, and writes nothing; {@link #restore} executes the plan. Blocks; interrupting the calling thread cancels
 * it. Safe for use by many threads.
 */
public final class LtxRestorer {

    private final LtxReplicaClient replica;
    private final RestoreOptions options;
    private final Publishing publishing;

    LtxRestorer(LtxReplicaClient replica, RestoreOptions options, Disk disk) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
        if (options.target() instanceof RestoreTarget.AtIndex
                || options.target() instanceof RestoreTarget.AtPosition
                || options.generation().isPresent()
                || options.snapshotIndex().isPresent()) {
            throw new IllegalArgumentException("a replica of Litestream 0.5 has no generations, indexes and positions;"
                    + " its states are named by transaction numbers");
        }
        publishing = new Publishing(disk, options);
    }

    /**
     * A restorer of the newest state, with {@link RestoreOptions#defaults()}.
     *
     * @param replica stays the caller's to close, after the restore
     */
    public static LtxRestorer of(LtxReplicaClient replica) {
        return of(replica, RestoreOptions.defaults());
    }

    /**
     * A restorer with options.
     *
     * @param replica stays the caller's to close, after the restore
     * @throws IllegalArgumentException if the options ask for a generation, an index or a position
     */
    public static LtxRestorer of(LtxReplicaClient replica, RestoreOptions options) {
        return new LtxRestorer(replica, options, new LocalDisk());
    }

    /**
     * Lists all levels and chooses the fewest files that lead to the state wanted. A hole leads to a second listing before it
     * is called damage, since files are compacted and deleted while the first one goes on. A transaction that is in no file is
     * damage wherever it lies before the state wanted. By best effort a hole ends the plan before it.
     *
     * <p>At a timestamp it is the newest state that can be restored whose file's own header names that time or an earlier one;
     * a few headers are read to find it, each by a small request. What was compacted into one file can no longer be told from
     * each other: then the state before all that is taken, {@link LtxRestorePlan#unresolved()} says how much time that is,
     * and {@link RestoreOptions#exact()} refuses it. After the newest data it is the newest state. If transactions are lost
     * between the last state and the rest, that is damage, since nothing says when they were made.
     *
     * <p>What a refusal says is still restorable is proved by reading it, up to 256 MiB: here, and wherever a
     * {@link DamagedReplicaException} is thrown for the whole of a restore.
     *
     * @throws dev.tailrace.error.EmptyReplicaException if there is no LTX file
     * @throws dev.tailrace.error.TargetNotAvailableException if the target lies outside of what there is, or cannot be told
     *     from its neighbours any more; the message names the nearest states
     * @throws IllegalArgumentException if the timestamp lies in the future
     * @throws DamagedReplicaException if the names show a hole, or a header that is looked at is damaged
     * @throws dev.tailrace.error.UnsupportedReplicaException if a header that is looked at is of LTX version 1 or 2, or there
     *     are more files than the heap can list
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public LtxRestorePlan plan() throws IOException {
        LtxAttempts attempts = attempts();
        try {
            return attempts.plan();
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, attempts.before(e.damage()));
        }
    }

    /**
     * Executes a plan: the database stands at {@code path} whole, or nothing does. Each file is read once, and is proved by its
     * checksum; each page is written once.
     *
     * @param path must not exist, or be an empty file, unless {@link RestoreOptions#replaceExisting()}; else there must be
     *     no {@code -wal}, {@code -shm} or {@code -journal} beside it either. Missing folders above it are made
     * @throws DamagedReplicaException if what is read is not what it must be
     * @throws ObjectMissingException if a file of the plan is gone
     * @throws ObjectChangedException if a file of the plan was replaced
     * @throws dev.tailrace.error.UnsupportedReplicaException if a file is of LTX version 1 or 2
     * @throws dev.tailrace.error.RestoreTargetException if the file cannot be written or put in its place
     * @throws dev.tailrace.error.RestoreCancelledException if the calling thread is interrupted
     * @throws IllegalArgumentException if {@code path} names no file
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public LtxRestoreResult restore(LtxRestorePlan plan, Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = publishing.prepare(path);
        try {
            return execute(plan, target, began);
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, LtxBounds.SALVAGE.keepingAwayFrom(e.damage()));
        }
    }

    /**
     * Plans, then restores. What looks like damage or a missing file leads to one fresh plan, and counts as damage only if
     * that plan is the same: files are compacted and deleted while a restore goes on. By best effort damage leads to a plan
     * without the damaged file, which may end before it.
     *
     * @throws IOException as {@link #plan} and {@link #restore} do
     */
    public LtxRestoreResult restoreTo(Path path) throws IOException {
        long began = System.nanoTime();
        TargetFile target = publishing.prepare(path);
        LtxAttempts attempts = attempts();
        try {
            return attempts.run(plan -> execute(plan, target, began));
        } catch (DamagedReplicaException e) {
            throw salvage().told(e, attempts.before(e.damage()));
        }
    }

    private LtxAttempts attempts() {
        if (options.target() instanceof RestoreTarget.AtTimestamp at) {
            Instant now = options.clock().instant();
            if (at.timestamp().isAfter(now)) {
                throw new IllegalArgumentException(
                        "the timestamp " + at.timestamp() + " lies in the future: it is " + now + " now");
            }
        }
        LtxBounds bounds = options.bestEffort() ? LtxBounds.SALVAGE : LtxBounds.STRICT;
        return new LtxAttempts(replica, options, bounds, Integer.MAX_VALUE);
    }

    private LtxSalvage salvage() {
        return new LtxSalvage(replica, options);
    }

    private LtxRestoreResult execute(LtxRestorePlan plan, TargetFile target, long began) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        options.listener().planned(plan);
        plan.warnings().forEach(options.listener()::warning);
        return publishing.publish(target, database -> {
            LtxRun run = new LtxRun(plan, replica, options, compression, database);
            run.run();
            return () -> result(plan, target.path(), run, began);
        });
    }

    private LtxRestoreResult result(LtxRestorePlan plan, Path path, LtxRun run, long began) {
        run.assembly().warning().ifPresent(options.listener()::warning);
        return new LtxRestoreResult(
                path,
                plan,
                plan.txid(),
                run.timestamp(),
                run.assembly().pageSize(),
                run.assembly().pageCount(),
                plan.objects(),
                run.requests(),
                run.bytesRead(),
                run.pagesRead(),
                run.bytesWritten(),
                run.writes(),
                Duration.ofNanos(System.nanoTime() - began));
    }
}
