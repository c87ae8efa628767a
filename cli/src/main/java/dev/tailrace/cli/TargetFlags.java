// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.replica.Position;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.RestoreTarget;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The flags that say which state is wanted; at most one of them. */
final class TargetFlags {

    private final Argument<String> index;
    private final Argument<String> timestamp;
    private final Argument<String> position;
    private final Argument<String> txid;
    private final Argument<Boolean> exact;

    TargetFlags(Flags flags) {
        index = flags.text("index");
        timestamp = flags.text("timestamp");
        position = flags.text("tx");
        txid = flags.text("txid");
        exact = flags.toggle("exact");
    }

    /** Whether a time is refused at which the state is not known exactly. */
    boolean exact() {
        return exact.value();
    }

    /** Whether what was asked for names a place in one replica, which is another state, or none, in another one. */
    boolean liesInOneReplica() {
        return index.isGiven() || position.isGiven() || txid.isGiven();
    }

    /** What kind of state was asked for, in a word. */
    String kind() {
        if (index.isGiven()) {
            return "index";
        }
        return position.isGiven() || txid.isGiven() ? "transaction" : timestamp.isGiven() ? "time" : "state";
    }

    /**
     * What was asked for; without a flag, the newest state.
     *
     * @param note is told how a flag was understood, where that is not certain
     * @throws IllegalArgumentException if a flag cannot be understood, is about the future, or is not the only one
     */
    RestoreTarget target(Instant now, Consumer<String> note) {
        if (Stream.of(index, timestamp, position, txid)
                        .filter(Argument::isGiven)
                        .count()
                > 1) {
            throw new IllegalArgumentException("only one of -index, -timestamp, -tx and -txid can be given");
        }
        if (exact.value() && !timestamp.isGiven()) {
            throw new IllegalArgumentException("-exact belongs to -timestamp; all other states are exact");
        }
        if (txid.isGiven()) {
            return RestoreTarget.atTxid(Txid.parse(txid.value()));
        }
        if (index.isGiven()) {
            return RestoreTarget.atIndex(WalIndexNumber.parse(index.value()));
        }
        if (position.isGiven()) {
            return RestoreTarget.atPosition(Position.parse(position.value()));
        }
        return timestamp.isGiven() ? at(Moment.parse(timestamp.value(), now), now, note) : RestoreTarget.latest();
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
