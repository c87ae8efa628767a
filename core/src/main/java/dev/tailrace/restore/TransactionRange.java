// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Which transactions are wanted.
 *
 * @param generation those of this one; empty for all
 * @param since those after that position, in its generation
 * @param until those up to that position and including it, in its generation
 * @param first no more than so many, from the beginning
 * @param last no more than so many, from the end; not together with {@code first}
 */
public record TransactionRange(
        Optional<Generation> generation,
        Optional<Position> since,
        Optional<Position> until,
        OptionalLong first,
        OptionalInt last) {

    private static final TransactionRange ALL = new TransactionRange(
            Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

    /** @throws IllegalArgumentException if the parts contradict one another, or a number is negative */
    public TransactionRange {
        requireNonNull(generation, "generation");
        requireNonNull(since, "since");
        requireNonNull(until, "until");
        if (Stream.of(generation, since.map(Position::generation), until.map(Position::generation))
                        .flatMap(Optional::stream)
                        .distinct()
                        .count()
                > 1) {
            throw new IllegalArgumentException("a range of transactions lies in one generation; found "
                    + Stream.of(generation, since, until)
                            .flatMap(Optional::stream)
                            .map(Object::toString)
                            .toList());
        }
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

    /** Every transaction of every generation. */
    public static TransactionRange all() {
        return ALL;
    }

    /** The same, in one generation only. */
    public TransactionRange in(Generation wanted) {
        return new TransactionRange(Optional.of(wanted), since, until, first, last);
    }

    /** The same, after a position. */
    public TransactionRange since(Position position) {
        return new TransactionRange(generation, Optional.of(position), until, first, last);
    }

    /** The same, up to a position and including it. */
    public TransactionRange until(Position position) {
        return new TransactionRange(generation, since, Optional.of(position), first, last);
    }

    /** The first of them, at least 0. */
    public TransactionRange first(long number) {
        return new TransactionRange(generation, since, until, OptionalLong.of(number), last);
    }

    /** The last of them, at least 0; held in memory. */
    public TransactionRange last(int number) {
        return new TransactionRange(generation, since, until, first, OptionalInt.of(number));
    }

    /** The one generation that all of them lie in; empty if they may lie in any. */
    Optional<Generation> onlyGeneration() {
        return generation.or(() -> since.map(Position::generation)).or(() -> until.map(Position::generation));
    }

    boolean contains(Position position) {
        return (since.isEmpty() || position.compareTo(since.get()) > 0)
                && (until.isEmpty() || position.compareTo(until.get()) <= 0);
    }

    /** Whether transactions of a WAL index may be among them. */
    boolean reaches(long index) {
        return (since.isEmpty() || index >= since.get().index())
                && (until.isEmpty()
                        || index < until.get().index()
                        || (index == until.get().index() && until.get().offset() > 0));
    }
}
