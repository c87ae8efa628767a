// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxTransactionLog;
import dev.tailrace.restore.LtxTransactionRange;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which part of the log is wanted, in each format that it can be in.
 *
 * @param generations empty if the flags name what only LTX files have
 * @param ltx empty if they name what only generations have
 */
record LogRange(Optional<TransactionRange> generations, Optional<LtxTransactionRange> ltx) {

    /** Takes a line, and says whether anybody still wants more. */
    interface Output {
        boolean print(LoggedTransaction transaction) throws IOException;
    }

    /** @throws IllegalArgumentException if what the flags say cannot be, alone or together */
    static LogRange of(
            Optional<String> generation,
            Optional<String> since,
            Optional<String> until,
            OptionalLong first,
            OptionalInt last) {
        TransactionRange range = TransactionRange.all();
        LtxTransactionRange ltx = LtxTransactionRange.all();
        if (first.isPresent()) {
            range = range.first(first.getAsLong());
            ltx = ltx.first(first.getAsLong());
        }
        if (last.isPresent()) {
            range = range.last(last.getAsInt());
            ltx = ltx.last(last.getAsInt());
        }
        boolean byNumber = isNumber(since) || isNumber(until);
        if (byNumber && (generation.isPresent() || isPosition(since) || isPosition(until))) {
            throw new IllegalArgumentException("a transaction number cannot be used together with a generation or a"
                    + " position: they are of different formats");
        }
        if (byNumber) {
            ltx = since.isPresent() ? ltx.since(number(since.get())) : ltx;
            ltx = until.isPresent() ? ltx.until(number(until.get())) : ltx;
            return new LogRange(Optional.empty(), Optional.of(ltx));
        }
        range = generation.isPresent() ? range.in(new Generation(generation.get())) : range;
        range = since.isPresent() ? range.since(Position.parse(since.get())) : range;
        range = until.isPresent() ? range.until(Position.parse(until.get())) : range;
        boolean any = generation.isEmpty() && since.isEmpty() && until.isEmpty();
        return new LogRange(Optional.of(range), any ? Optional.of(ltx) : Optional.empty());
    }

    /** All digits of one, with nothing else: a position has a slash. */
    private static boolean isNumber(Optional<String> text) {
        return text.isPresent() && text.get().indexOf('/') < 0;
    }

    private static Txid number(String text) {
        try {
            return Txid.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "no position and no transaction number: \"" + text + "\"; expected, as the log prints them,"
                            + " generation/index:offset or 16 hexadecimal digits",
                    e);
        }
    }

    private static boolean isPosition(Optional<String> text) {
        return text.isPresent() && !isNumber(text);
    }

    /** Whether only a part is wanted that one replica at a time can be asked for. */
    boolean isOfOneReplica() {
        return generations.isEmpty() || ltx.isEmpty();
    }

    /** Reads what a replica has of it, generations first. */
    void read(String replica, ReplicaClient client, Output output) throws IOException {
        List<LtxReplicaClient> trees = client.ltxReplicas();
        boolean onlyLtx = !trees.isEmpty() && client.generations().isEmpty();
        if (generations.isEmpty() && trees.isEmpty()) {
            throw otherFormat(
                    client,
                    "no LTX files of Litestream 0.5, which alone have transaction numbers; its"
                            + " transactions have positions");
        }
        if (ltx.isEmpty() && onlyLtx) {
            throw otherFormat(
                    client,
                    "LTX files of Litestream 0.5, whose transactions have numbers, and no generations"
                            + " or positions");
        }
        if (generations.isPresent() && !onlyLtx) {
            TransactionLog.of(client, generations.get())
                    .read(transaction -> output.print(LoggedTransaction.of(replica, transaction)));
        }
        if (ltx.isPresent()) {
            for (LtxReplicaClient tree : trees) {
                LtxTransactionLog.of(tree, ltx.get())
                        .read(transaction -> output.print(LoggedTransaction.of(replica, transaction)));
            }
        }
    }

    private static TargetNotAvailableException otherFormat(ReplicaClient client, String held) {
        return new TargetNotAvailableException(client.location() + " holds " + held, client.location());
    }
}
