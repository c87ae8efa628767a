// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a replica of Litestream 0.5 can be restored, or names what is wrong with it, as {@link Verifier} does for
 * generations. Beyond the names, the newest state is put together as a restore would do it, but written nowhere, and every
 * other file of every level is read and proved by its own checksum. Blocks; interrupting the calling thread cancels it. Safe
 * for use by many threads.
 */
public final class LtxVerifier {

    /** A replica that is compacted while it is read differs each time; it is told of as it is at last. */
    private static final int MOST_LOOKS = 3;

    private final LtxReplicaClient replica;
    private final VerifyOptions options;

    private LtxVerifier(LtxReplicaClient replica, VerifyOptions options) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
        if (options.generation().isPresent() || options.since().isPresent()) {
            throw new IllegalArgumentException("a replica of Litestream 0.5 has no generations and positions");
        }
    }

    /**
     * A verifier with {@link VerifyOptions#defaults()}.
     *
     * @param replica stays the caller's to close
     */
    public static LtxVerifier of(LtxReplicaClient replica) {
        return of(replica, VerifyOptions.defaults());
    }

    /**
     * A verifier with options. {@link VerifyLevel#CHAIN} is the same as {@link VerifyLevel#DATA}.
     *
     * @param replica stays the caller's to close
     * @throws IllegalArgumentException if the options name a generation or a position
     */
    public static LtxVerifier of(LtxReplicaClient replica, VerifyOptions options) {
        return new LtxVerifier(replica, options);
    }

    /**
     * Verifies. What looks wrong leads to another listing before it counts, since compaction and retention go on; if that
     * differs, all is read once more, three times at most.
     *
     * @return what was found: damage, and a replica that is empty, are no failures
     * @throws dev.tailrace.error.UnsupportedReplicaException if a file is of LTX version 1 or 2
     * @throws dev.tailrace.error.RestoreTargetException if the scratch restore cannot write
     * @throws RestoreCancelledException if the calling thread is interrupted
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public LtxVerification verify() throws IOException {
        long began = System.nanoTime();
        try {
            LtxLook look = look();
            if (options.level() == VerifyLevel.RESTORE && look.latest().isPresent()) {
                restore(look);
            }
            return verification(look, Duration.ofNanos(System.nanoTime() - began));
        } catch (RestoreCancelledException e) {
            throw new RestoreCancelledException("verification was interrupted", e);
        }
    }

    private LtxLook look() throws IOException {
        List<LtxFileInfo> files = LtxListing.of(replica);
        for (int looks = 1; ; looks++) {
            LtxLook look = new LtxLook(replica, options, files);
            boolean changed = false;
            try {
                look.run();
            } catch (ObjectMissingException | ObjectChangedException e) {
                if (looks == MOST_LOOKS) {
                    throw e;
                }
                changed = true;
            }
            if (!changed && (look.damages().isEmpty() || looks == MOST_LOOKS)) {
                return look;
            }
            List<LtxFileInfo> fresh = LtxListing.of(replica);
            if (!changed && fresh.equals(files)) {
                return look;
            }
            files = fresh;
        }
    }

    /** Brings the newest state back, and throws it away. */
    private void restore(LtxLook look) throws IOException {
        try (ScratchRestore scratch = ScratchRestore.in(options.scratchFolder())) {
            look.read(scratch.restore(replica, options));
        } catch (DamagedReplicaException e) {
            look.found(e.damage());
        }
    }

    private LtxVerification verification(LtxLook look, Duration duration) {
        Instant now = options.clock().instant();
        Optional<Duration> age = look.latest()
                .map(LtxRestorePlan.State::timestamp)
                .map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now));
        return new LtxVerification(
                replica.location(),
                replica.tree(),
                options.level(),
                outcome(look, age),
                look.files(),
                look.states(),
                look.damages(),
                look.latest(),
                age,
                look.objects(),
                look.requests(),
                look.bytesRead(),
                duration);
    }

    private Verification.Outcome outcome(LtxLook look, Optional<Duration> age) {
        if (!look.damages().isEmpty()) {
            return Verification.Outcome.DAMAGED;
        }
        if (look.files() == 0) {
            return Verification.Outcome.EMPTY;
        }
        boolean stale = options.maxAge().isPresent()
                && (age.isEmpty() || age.get().compareTo(options.maxAge().get()) > 0);
        return stale ? Verification.Outcome.STALE : Verification.Outcome.OK;
    }
}
