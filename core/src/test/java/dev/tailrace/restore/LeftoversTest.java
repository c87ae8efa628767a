// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said to be left of a damaged replica, whatever comes of looking at it. */
class LeftoversTest {

    private static final String TOLD = "replica memory is damaged: key: hole; ";

    private final DamagedReplicaException failure = new DamagedReplicaException(Damage.of("key", "hole"));

    @AfterEach
    void forgetTheInterrupt() {
        Thread.interrupted();
    }

    private DamagedReplicaException told(Leftovers.Proof proof) throws RestoreCancelledException {
        return new Leftovers("memory").told(failure, Optional.of(proof));
    }

    private static Leftovers.Proof throwing(IOException e) {
        return () -> {
            throw e;
        };
    }

    private static void assertTold(DamagedReplicaException told, boolean salvageable, String left) {
        assertThat(told).hasMessage(TOLD + left);
        assertThat(told.isSalvageable()).isEqualTo(salvageable);
    }

    @Test
    void tellsWhatWasProved() throws RestoreCancelledException {
        DamagedReplicaException told = told(() -> "all but one");

        assertTold(told, true, "all but one");
        assertThat(told).hasCause(failure);
    }

    @Test
    void saysThatNothingIsLeftWhereTheDamageCannotBeKeptAwayFromOrNothingComesBeforeIt()
            throws RestoreCancelledException {
        assertTold(new Leftovers("memory").told(failure, Optional.empty()), false, "nothing before it can be restored");
        for (IOException none : new IOException[] {
            new DamagedReplicaException(Damage.of("other", "hole")),
            new EmptyReplicaException("empty", "memory"),
            new TargetNotAvailableException("not there", "memory"),
            new UnsupportedReplicaException("unknown", "memory")
        }) {
            assertTold(told(throwing(none)), false, "nothing before it can be restored");
            assertThat(failure.getSuppressed()).contains(none);
        }
    }

    @Test
    void saysPerhapsWhereThereIsMoreDamageThanIsLookedAt() throws RestoreCancelledException {
        TooManyPlansException many = new TooManyPlansException(3);
        assertThat(many).hasMessage("no end of the damage after 3 plans");

        DamagedReplicaException told = told(throwing(many));

        assertThat(told).hasMessageStartingWith(TOLD + "perhaps restorable, by best effort: an older state");
        assertThat(told.isSalvageable()).isTrue();
        assertThat(failure.getSuppressed()).containsExactly(many);
    }

    @Test
    void saysThatItIsNotKnownWhereTheStoreDoesNotAnswer() throws RestoreCancelledException {
        StoreUnavailableException gone = new StoreUnavailableException("gone", "memory", null);
        assertTold(told(throwing(gone)), false, "what is restorable before it could not be read: gone");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        NoProviderException missing = new NoProviderException("no zstd");
        assertTold(
                told(() -> {
                    throw missing;
                }),
                false,
                "what is restorable before it could not be read: no zstd");
        assertThat(failure.getSuppressed()).containsExactly(gone, missing);
    }

    @Test
    void passesOnThatItWasCancelledWithTheDamage() {
        RestoreCancelledException cancelled = new RestoreCancelledException("cancelled", null);

        assertThatThrownBy(() -> told(throwing(cancelled))).isSameAs(cancelled).hasSuppressedException(failure);
    }

    @Test
    void aReadThatAnInterruptEndedIsNoAnswerAndTheInterruptStays() {
        for (boolean byItself : new boolean[] {true, false}) {
            IOException ended = byItself ? new InterruptedIOException("ended") : new IOException("broken");
            assertThatThrownBy(() -> told(() -> {
                        if (!byItself) {
                            Thread.currentThread().interrupt();
                        }
                        throw ended;
                    }))
                    .isInstanceOf(RestoreCancelledException.class)
                    .hasMessageContaining("restore was interrupted")
                    .hasCause(ended)
                    .hasSuppressedException(failure);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
