// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.internal.retry.ResumingStore;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Copies a replica, generations and LTX files, from one store to another. To be used once; for one thread.
 *
 * <p><b>What holds.</b> Each object is read once from the source, proved by its own checksums, and then written whole, with
 * the time that its content came to be, where there was none: two copies to one place do each other no harm. What the
 * destination has already is compared byte by byte, and left alone where it differs. What is damaged is not copied.
 *
 * <p><b>Order.</b> From the first moment at which the destination can be restored it can be restored at every moment, to a
 * state that the source had; and whatever it can be restored to, it can be for good. The newest data comes first. In a place
 * that holds nothing yet, the WAL from the newest snapshot on is copied before that snapshot, so that the first state there is
 * the newest one; then each older snapshot after the WAL that leads from it to the next one; then older generations. What is
 * newer than states that the destination has already is written one after the other, as in the source.
 *
 * <p><b>Not copied:</b> objects of other names, WAL before a generation's oldest snapshot, and generations without any that
 * are older than what can be restored, since no restore reads them. Holes in the source's WAL between two files are not
 * looked for: that is for {@link dev.tailrace.restore.Verifier}.
 *
 * <p>An interrupted or failed copy is gone on with by another one. Memory: some megabytes, 12 MB for each object that is being
 * proved, of which there are as many as processors, and 800 bytes for each listed object. Large objects wait in a temporary
 * file each, as many at once as the parallelism allows.
 */
public final class ReplicaCopier {

    /** For a source that changes faster than it is read there is no end to it. */
    private static final int MOST_PLANS_WITHOUT_PROGRESS = 5;

    private final ResumingStore source;
    private final ResumingStore destination;
    private final CopyOptions options;

    private ReplicaCopier(ObjectStore source, ObjectStore destination, CopyOptions options) {
        this.source = new ResumingStore(requireNonNull(source, "source"), options.retries());
        this.destination = new ResumingStore(requireNonNull(destination, "destination"), options.retries());
        this.options = options;
    }

    /**
     * A copier between two stores, which stay the caller's to close.
     *
     * @param source is only read
     * @param destination is written to, but nothing in it is deleted
     */
    public static ReplicaCopier of(ObjectStore source, ObjectStore destination, CopyOptions options) {
        return new ReplicaCopier(source, destination, options);
    }

    /**
     * Lists both sides and writes nothing.
     *
     * @throws dev.tailrace.error.EmptyReplicaException if there is nothing in the source
     * @throws dev.tailrace.error.TargetNotAvailableException if the one generation that is wanted is not in the source
     * @throws DamagedReplicaException if the source's names alone show damage
     * @throws dev.tailrace.error.CopyConflictException if the destination has a generation in another layout than is wanted
     */
    public CopyPlan plan() throws IOException {
        return work().plan();
    }

    private CopyWork work() throws IOException {
        return new CopyPlanner(source, destination, options).plan();
    }

    /**
     * Copies what the source holds now. What is added to it meanwhile is left for another copy; if something vanishes, the
     * copy is planned anew from what is left.
     *
     * @throws DamagedReplicaException if an object of the source is damaged, naming it and the place in it; also if one is
     *     listed but cannot be opened
     * @throws dev.tailrace.error.CopyConflictException if the destination has other bytes for an object, and they are not to be
     *     replaced
     * @throws RestoreCancelledException if the thread was interrupted
     * @throws IOException another of {@link dev.tailrace.error}: what {@link #plan} throws, and if a store fails. Whatever it is,
     *     no thread is at work any more, and what was copied stays
     */
    public CopyResult copy() throws IOException {
        Transfer transfer = new Transfer(source, destination, options);
        return copy(transfer, work -> {});
    }

    /**
     * Copies what the source holds, and goes on to copy what is added to it, until the thread is interrupted or a store is
     * closed. A round that cannot reach a store is told as a warning, and the next one tries again; so is damage, until five
     * rounds in a row have met it. What was written before
     * is not read again; nothing that vanishes from the source is deleted from the destination.
     *
     * @param interval between two rounds, more than zero
     * @throws RestoreCancelledException if the thread was interrupted
     * @throws IOException what {@link #copy} throws
     */
    public void follow(Duration interval) throws IOException {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval must be more than zero, not " + interval);
        }
        Transfer transfer = new Transfer(source, destination, options);
        AtomicReference<Optional<ReplicaTail>> tail = new AtomicReference<>(Optional.empty());
        new Following(
                        source,
                        transfer,
                        () -> {
                            copy(transfer, work -> tail.set(work.tail()));
                            return Objects.requireNonNull(tail.get());
                        },
                        options)
                .run(interval);
    }

    private CopyResult copy(Transfer transfer, Consumer<CopyWork> planned) throws IOException {
        int withoutProgress = 0;
        for (int plans = 1; ; plans++) {
            long before = transfer.result(plans).objects();
            try {
                CopyWork work = work();
                planned.accept(work);
                run(work, transfer);
                return transfer.result(plans);
            } catch (IOException e) {
                withoutProgress = transfer.result(plans).objects() > before ? 1 : withoutProgress + 1;
                boolean damaged = e instanceof DamagedReplicaException;
                // Damage is looked at twice: it may have been on its way into the source.
                if (!Transfer.mayBeOutdated(e) || withoutProgress >= (damaged ? 2 : MOST_PLANS_WITHOUT_PROGRESS)) {
                    throw e instanceof ObjectMissingException missing ? missing(missing) : e;
                }
                options.listener().warning("the source changed while it was copied; going on from a new listing");
            }
        }
    }

    private void run(CopyWork work, Transfer transfer) throws IOException {
        options.listener().planned(work.plan());
        try (CopyWorkers workers = new CopyWorkers(options.parallelism())) {
            for (CopyStep step : work.steps()) {
                if (step.inOrder()) {
                    workers.inOrder(step.objects(), transfer);
                } else {
                    workers.inAnyOrder(step.objects(), transfer);
                }
            }
        }
    }

    private static DamagedReplicaException missing(ObjectMissingException e) {
        return new DamagedReplicaException(
                Damage.of(e.key(), "object is listed but cannot be opened, it does not exist"), e);
    }
}
