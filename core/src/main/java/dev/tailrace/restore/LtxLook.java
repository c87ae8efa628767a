// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One look at all files of a replica, as one listing gave them, as far as the level asks. For one thread, and to be used once. */
final class LtxLook {

    private final LtxReplicaClient replica;
    private final VerifyOptions options;
    private final List<LtxFileInfo> files;
    private final LtxChains chains;
    private final List<Damage> damages = new ArrayList<>();
    /** Files that need not be read any more: they are proved, or known to be damaged. */
    private final Set<String> known = new HashSet<>();

    private Optional<LtxRestorePlan.State> latest = Optional.empty();
    private long objects;
    private long requests;
    private long bytesRead;

    LtxLook(LtxReplicaClient replica, VerifyOptions options, List<LtxFileInfo> files) {
        this.replica = replica;
        this.options = options;
        this.files = files;
        chains = new LtxChains(files, replica.location());
    }

    /**
     * Looks.
     *
     * @throws dev.tailrace.error.ObjectMissingException if a file is gone
     * @throws dev.tailrace.error.ObjectChangedException if one was replaced
     */
    void run() throws IOException {
        chains.hole().map(DamagedReplicaException::damage).ifPresent(damages::add);
        if (files.isEmpty()) {
            return;
        }
        if (options.level() == VerifyLevel.NAMES) {
            latest = chains.furthest(Long.MAX_VALUE).map(LtxLook::state);
            return;
        }
        BlockCompression compression = BlockCompressions.installed();
        latest = newestState(compression);
        proveOthers(compression);
    }

    private static LtxRestorePlan.State state(LtxChain chain) {
        LtxFileInfo newest = chain.files().get(chain.files().size() - 1);
        return new LtxRestorePlan.State(newest.maxTxid(), newest.createdAt());
    }

    /** The newest state that can be put together; what stands in its way is noted, and gone around. */
    private Optional<LtxRestorePlan.State> newestState(BlockCompression compression) throws IOException {
        while (true) {
            List<LtxFileInfo> left =
                    files.stream().filter(file -> !known.contains(file.key())).toList();
            Optional<LtxChain> chain = new LtxChains(left, replica.location()).furthest(Long.MAX_VALUE);
            if (chain.isEmpty()) {
                return Optional.empty();
            }
            LtxRestorePlan plan = new LtxRestorePlan(
                    replica.location(),
                    replica.tree(),
                    chain.get().files(),
                    RestoreTarget.latest(),
                    state(chain.get()).timestamp(),
                    Optional.empty(),
                    List.of(),
                    List.of());
            LtxRun run = new LtxRun(plan, replica, options.restore(), compression, DatabaseOutput.NOWHERE);
            try {
                run.run();
                plan.files().forEach(file -> known.add(file.key()));
                return Optional.of(new LtxRestorePlan.State(plan.txid(), run.timestamp()));
            } catch (DamagedReplicaException e) {
                if (!known.add(e.damage().key())) {
                    throw e;
                }
                damages.add(e.damage());
            } finally {
                objects += plan.objects();
                requests += run.requests();
                bytesRead += run.bytesRead();
            }
        }
    }

    private void proveOthers(BlockCompression compression) throws IOException {
        List<LtxFileInfo> others =
                files.stream().filter(file -> !known.contains(file.key())).toList();
        LtxFileProofs proofs = new LtxFileProofs(replica, options, compression, others);
        try {
            damages.addAll(proofs.run());
        } finally {
            objects += others.size();
            requests += proofs.requests();
            bytesRead += proofs.bytesRead();
        }
    }

    /** Adds what else was found. */
    void found(Damage damage) {
        if (damages.stream().noneMatch(other -> other.key().equals(damage.key()))) {
            damages.add(damage);
        }
    }

    /** Adds what a restore has read. */
    void read(LtxRestoreResult result) {
        objects += result.objectsRead();
        requests += result.requests();
        bytesRead += result.bytesRead();
    }

    int files() {
        return files.size();
    }

    int states() {
        return chains.states().size();
    }

    List<Damage> damages() {
        return damages;
    }

    Optional<LtxRestorePlan.State> latest() {
        return latest;
    }

    long objects() {
        return objects;
    }

    long requests() {
        return requests;
    }

    long bytesRead() {
        return bytesRead;
    }
}
