// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Every state of a replica of Litestream 0.5 that can be restored, as {@link TransactionLog} tells those of generations. Each is
 * told when its file is read and proved by its checksum; no file is read that the range does not ask for. Blocks; interrupting
 * the calling thread cancels it. Safe for use by many threads.
 */
public final class LtxTransactionLog {

    /** Hears of states. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * The next state, in the thread that called {@link LtxTransactionLog#read}.
         *
         * @return whether to go on
         * @throws IOException what {@link LtxTransactionLog#read} then throws
         */
        boolean visit(LtxTransaction transaction) throws IOException;
    }

    private final LtxReplicaClient replica;
    private final LtxTransactionRange range;

    private LtxTransactionLog(LtxReplicaClient replica, LtxTransactionRange range) {
        this.replica = requireNonNull(replica, "replica");
        this.range = requireNonNull(range, "range");
    }

    /**
     * The log of a replica.
     *
     * @param replica stays the caller's to close
     */
    public static LtxTransactionLog of(LtxReplicaClient replica, LtxTransactionRange range) {
        return new LtxTransactionLog(replica, range);
    }

    /**
     * Reads the states, from the oldest to the newest. A file that is compacted away meanwhile takes the states with it that
     * only it told apart.
     *
     * @throws DamagedReplicaException if a file is damaged, or, when all before has been told, if transactions are missing
     *     within the range: what lies behind them cannot be restored
     * @throws EmptyReplicaException if there are no files
     * @throws dev.tailrace.error.UnsupportedReplicaException if a file is of LTX version 1 or 2, or there are more files than
     *     the heap can list
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails, or the visitor
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     */
    public void read(Visitor visitor) throws IOException {
        if (range.first().orElse(1) == 0 || range.last().orElse(1) == 0) {
            return;
        }
        LtxChains chains = new LtxChains(LtxListing.of(replica), replica.location());
        Optional<DamagedReplicaException> hole = chains.hole();
        List<LtxFileInfo> states = chains.states();
        if (states.isEmpty() && hole.isEmpty()) {
            chains.newest();
        }
        // Damage behind what is wanted is none of its business.
        boolean whole = range.until().isPresent()
                && !states.isEmpty()
                && states.get(states.size() - 1)
                                .maxTxid()
                                .compareTo(range.until().get())
                        >= 0;
        if (read(wanted(states), visitor)
                && hole.isPresent()
                && !whole
                && range.first().isEmpty()) {
            throw hole.get();
        }
    }

    private List<LtxFileInfo> wanted(List<LtxFileInfo> states) {
        List<LtxFileInfo> inside =
                states.stream().filter(file -> range.contains(file.maxTxid())).toList();
        int size = inside.size();
        if (range.last().isPresent()) {
            return inside.subList(Math.max(0, size - range.last().getAsInt()), size);
        }
        return inside.subList(0, (int) Math.min(size, range.first().orElse(size)));
    }

    /** Tells of all of them; false if that was enough before. */
    private boolean read(List<LtxFileInfo> files, Visitor visitor) throws IOException {
        BlockCompression compression = BlockCompressions.installed();
        RestoreOptions limits = RestoreOptions.defaults();
        LtxPage page = new LtxPage();
        Optional<Instant> after = Optional.empty();
        try (ObjectReads reads = new ObjectReads(
                replica,
                RestoreListener.NONE,
                FetchLimits.of(limits.requests(), limits.parallelism()),
                files.stream().map(LtxFileInfo::object).iterator(),
                Optional.empty())) {
            reads.start(files.size());
            for (LtxFileInfo info : files) {
                LtxTransaction transaction;
                try (LtxFile file = LtxFile.open(info, reads, compression)) {
                    transaction = read(info, file.reader(), page, after);
                } catch (ObjectMissingException e) {
                    continue;
                }
                if (!visitor.visit(transaction)) {
                    return false;
                }
                after = Optional.of(transaction.timestamp());
            }
        }
        return true;
    }

    private static LtxTransaction read(LtxFileInfo info, LtxReader reader, LtxPage page, Optional<Instant> after)
            throws IOException {
        byte[] decoded = new byte[reader.header().pageSize()];
        long pages = 0;
        while (reader.nextPage(page)) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            pages++;
        }
        reader.finish();
        return new LtxTransaction(
                info,
                after,
                reader.header().timestamp(),
                pages,
                reader.header().pageSize(),
                reader.header().commit());
    }
}
