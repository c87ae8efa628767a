// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Txid;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which states of a replica of Litestream 0.5 are wanted.
 *
 * @param since those after that transaction
 * @param until those up to that transaction and including it
 * @param first no more than so many, from the beginning
 * @param last no more than so many, from the end; not together with {@code first}
 */
public record LtxTransactionRange(Optional<Txid> since, Optional<Txid> until, OptionalLong first, OptionalInt last) {

    private static final LtxTransactionRange ALL =
            new LtxTransactionRange(Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

    /** @throws IllegalArgumentException if the parts contradict one another, or a number is negative */
    public LtxTransactionRange {
        requireNonNull(since, "since");
        requireNonNull(until, "until");
        if (since.isPresent() && until.isPresent() && since.get().compareTo(until.get()) > 0) {
            throw new IllegalArgumentException(
                    "the range ends at " + until.get() + ", before it begins after " + since.get());
        }
        if (first.isPresent() && last.isPresent()) {
            throw new IllegalArgumentException("either the first or the last transactions of a range can be asked for");
        }
        if (first.orElse(0) < 0 || last.orElse(0) < 0) {
            throw new IllegalArgumentException("the number of transactions cannot be negative");
        }
    }

    /** Every state. */
    public static LtxTransactionRange all() {
        return ALL;
    }

    /** The same, after a transaction. */
    public LtxTransactionRange since(Txid txid) {
        return new LtxTransactionRange(Optional.of(txid), until, first, last);
    }

    /** The same, up to a transaction and including it. */
    public LtxTransactionRange until(Txid txid) {
        return new LtxTransactionRange(since, Optional.of(txid), first, last);
    }

    /** The first of them, at least 0. */
    public LtxTransactionRange first(long number) {
        return new LtxTransactionRange(since, until, OptionalLong.of(number), last);
    }

    /** The last of them, at least 0. */
    public LtxTransactionRange last(int number) {
        return new LtxTransactionRange(since, until, first, OptionalInt.of(number));
    }

    boolean contains(Txid txid) {
        return (since.isEmpty() || txid.compareTo(since.get()) > 0)
                && (until.isEmpty() || txid.compareTo(until.get()) <= 0);
    }
}
