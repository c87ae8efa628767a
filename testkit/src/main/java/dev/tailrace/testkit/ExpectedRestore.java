// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a real Litestream binary made of a {@link ReplicaFixture} for one set of arguments.
 *
 * @param tool the binary, such as {@code litestream v0.3.13}; another one's choices by timestamp may differ
 * @param generation the argument {@code -generation}
 * @param index the argument {@code -index}: a WAL index in hexadecimal
 * @param timestamp the argument {@code -timestamp}
 * @param txid the argument {@code -txid}: 16 hexadecimal digits
 * @param exitCode 0 if it restored
 * @param error what was printed last where it did not
 * @param sha256 of the restored file, in lower-case hexadecimal
 * @param sizeBytes of the restored file
 * @param pageSize of the restored file, in bytes
 * @param pageCount of the restored file
 * @param logicalSha256 of the contents of all tables, row by row
 * @param rowCount of all tables; empty where they cannot be read
 * @param integrityCheck the first 200 characters that {@code PRAGMA integrity_check} gave
 * @param selected which files led to the result
 * @param mustNotMatch whether the result is a corrupt database in spite of exit code 0: to be refused, never repeated
 * @param notes why this point was chosen
 */
public record ExpectedRestore(
        String tool,
        Optional<String> generation,
        Optional<String> index,
        Optional<Instant> timestamp,
        Optional<String> txid,
        int exitCode,
        Optional<String> error,
        Optional<String> sha256,
        OptionalLong sizeBytes,
        OptionalInt pageSize,
        OptionalLong pageCount,
        Optional<String> logicalSha256,
        OptionalLong rowCount,
        Optional<String> integrityCheck,
        Optional<Selection> selected,
        boolean mustNotMatch,
        String notes) {

    public ExpectedRestore {
        requireNonNull(tool, "tool");
        requireNonNull(notes, "notes");
    }

    /** Whether it gave a database that Tailrace must give as well, byte for byte. */
    public boolean mustMatch() {
        return exitCode == 0 && sha256.isPresent() && !mustNotMatch;
    }

    /** Whether no argument was given: the newest state. */
    public boolean isLatest() {
        return generation.isEmpty() && index.isEmpty() && timestamp.isEmpty() && txid.isEmpty();
    }

    /** The arguments as on a command line and the tool, for the name of a test. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tool);
        generation.ifPresent(value -> text.append(" -generation ").append(value));
        index.ifPresent(value -> text.append(" -index ").append(value));
        timestamp.ifPresent(value -> text.append(" -timestamp ").append(value));
        txid.ifPresent(value -> text.append(" -txid ").append(value));
        return text.append(isLatest() ? " latest" : "").toString();
    }

    /** Which files led to a result. */
    public sealed interface Selection {

        /**
         * A snapshot and the WAL segments after it.
         *
         * @param snapshotIndex in hexadecimal, without leading zeros
         * @param lastWal index and offset of the last segment, {@code 4/1038}, in hexadecimal; empty if none was used
         * @param segments how many were used
         */
        record Wal(String generation, String snapshotIndex, Optional<String> lastWal, int segments)
                implements Selection {}

        /**
         * LTX files.
         *
         * @param files keys below the replica's root, in the order they were applied
         */
        record Ltx(List<String> files) implements Selection {}
    }
}
