// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Something that goes wrong in a {@link FaultInjectingObjectStore}, once: at one call of a kind, or in the middle of what that
 * call opened.
 *
 * @param call the kind of call
 * @param number which of them, counted from 1
 * @param at after how many bytes of the stream, or objects of the listing, that the call opened, bytes of the source that is
 *     to be stored, or keys that are to be deleted; -1 for the call itself
 * @param effect what happens
 */
public record Fault(Call call, int number, long at, Effect effect) {

    /** The kinds of calls. */
    public enum Call {
        LIST,
        LIST_FOLDERS,
        STAT,
        OPEN,
        PUT,
        DELETE
    }

    /** What happens. */
    public sealed interface Effect {

        /** The store cannot be reached: {@link dev.tailrace.error.StoreUnavailableException}. */
        record Unavailable() implements Effect {}

        /** The store refuses: {@link dev.tailrace.error.StoreAccessException}. */
        record Refused() implements Effect {}

        /** The stream, the source or the listing ends as if that were all. */
        record Cut() implements Effect {}

        /**
         * The next byte of the stream or the source comes with one bit changed; or what the store tells of an object (the
         * next one of the listing, the one looked at, the one stored) has a size too great by one.
         */
        record Corrupt() implements Effect {}

        /** The work of the call is done, but nobody hears of it: {@link dev.tailrace.error.StoreUnavailableException}. */
        record AnswerLost() implements Effect {}

        /** Nothing comes for so long, then the time-out has passed: {@link dev.tailrace.error.StoreUnavailableException}. */
        record TimedOut(Duration duration) implements Effect {
            public TimedOut {
                requireNonNull(duration, "duration");
            }
        }

        /** Nothing comes for so long, or until the store is closed or the thread interrupted; then it goes on. */
        record Stall(Duration duration) implements Effect {
            public Stall {
                requireNonNull(duration, "duration");
            }
        }

        /** Something else happens at that moment, such as the deletion of an object; then it goes on. */
        record Action(Runnable action) implements Effect {
            public Action {
                requireNonNull(action, "action");
            }
        }
    }

    public Fault {
        requireNonNull(call, "call");
        requireNonNull(effect, "effect");
        if (number < 1 || at < -1) {
            throw new IllegalArgumentException("no such fault: " + call + " " + number + " at " + at);
        }
    }

    /** The call itself. */
    public static Fault of(Call call, int number, Effect effect) {
        return new Fault(call, number, -1, effect);
    }

    /** In the middle of what the call opened, after {@code at} bytes or objects. */
    public static Fault within(Call call, int number, long at, Effect effect) {
        return new Fault(call, number, at, effect);
    }
}
