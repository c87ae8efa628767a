// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.error.TailraceException;
import dev.tailrace.restore.RestoreOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something done to a copy of a replica, and what a restore of it must come to.
 *
 * @param change what is done to the copy
 * @param options of the restore by the library; empty where only the command line has a word for it
 * @param arguments of the restore on the command line
 */
record DamageCase(Change change, Optional<Options> options, List<String> arguments, Outcome outcome) {

    /** What is done to the copy. */
    interface Change {
        void make(WideReplica replica) throws IOException;
    }

    /** What is asked of the restore. */
    interface Options {
        void set(RestoreOptions.Builder options, WideReplica replica);
    }

    /** What a restore comes to. */
    sealed interface Outcome {
        int exitCode();
    }

    /** The newest state, byte for byte. */
    record Right() implements Outcome {
        @Override
        public int exitCode() {
            return 0;
        }
    }

    /**
     * An exact older state, since the copy is a replica as it stood earlier.
     *
     * @param reason why nobody can know that something is missing
     * @param end the state is that of the last commit before this place
     */
    record Older(String reason, Function<WideReplica, Place> end) implements Outcome {
        @Override
        public int exitCode() {
            return 0;
        }
    }

    /** @param key what the message names: the object, or the folder where one is missing */
    record Damaged(Function<WideReplica, String> key) implements Outcome {
        @Override
        public int exitCode() {
            return 4;
        }
    }

    /** @param hint what the message says */
    record Refused(Class<? extends TailraceException> type, int exitCode, String hint) implements Outcome {}

    /** @param hint what the message says */
    record Usage(String hint) implements Outcome {
        @Override
        public int exitCode() {
            return 2;
        }
    }
}
