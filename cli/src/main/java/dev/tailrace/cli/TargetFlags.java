// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Position;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.RestoreTarget;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say which state is wanted; at most one of them. */
final class TargetFlags {

    @Option(names = {"-index", "--index"})
    private @Nullable String index;

    @Option(names = {"-timestamp", "--timestamp"})
    private @Nullable String timestamp;

    @Option(names = {"-tx", "--tx"})
    private @Nullable String position;

    @Option(names = {"-txid", "--txid"})
    private @Nullable String txid;

    @Option(
            names = {"-exact", "--exact"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean exact;

    /** Whether a time is refused at which the state is not known exactly. */
    boolean exact() {
        return exact;
    }

    /** Whether what was asked for names a place in one replica, which is another state, or none, in another one. */
    boolean liesInOneReplica() {
        return index != null || position != null || txid != null;
    }

    /** What kind of state was asked for, in a word. */
    String kind() {
        if (index != null) {
            return "index";
        }
        return position != null || txid != null ? "transaction" : timestamp != null ? "time" : "state";
    }

    /**
     * What was asked for; without a flag, the newest state.
     *
     * @param note is told how a flag was understood, where that is not certain
     * @throws IllegalArgumentException if a flag cannot be understood, is about the future, or is not the only one
     */
    RestoreTarget target(Instant now, Consumer<String> note) {
        if (Stream.of(index, timestamp, position, txid).filter(Objects::nonNull).count() > 1) {
            throw new IllegalArgumentException("only one of -index, -timestamp, -tx and -txid can be given");
        }
        if (exact && timestamp == null) {
            throw new IllegalArgumentException("-exact belongs to -timestamp; all other states are exact");
        }
        if (txid != null) {
            return RestoreTarget.atTxid(Txid.parse(txid));
        }
        if (index != null) {
            return RestoreTarget.atIndex(WalIndexNumber.parse(index));
        }
        if (position != null) {
            return RestoreTarget.atPosition(Position.parse(position));
        }
        return timestamp != null ? at(Moment.parse(timestamp, now), now, note) : RestoreTarget.latest();
    }

    private static RestoreTarget at(Moment moment, Instant now, Consumer<String> note) {
        if (moment.zoneAssumed()) {
            note.accept("-timestamp has no offset, taken as UTC: " + moment.instant());
        }
        if (moment.instant().isAfter(now)) {
            throw new IllegalArgumentException(
                    "-timestamp " + moment.instant() + " lies in the future: it is " + now + " now");
        }
        return RestoreTarget.atTimestamp(moment.instant());
    }
}
