// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A failure keeps its type, by which callers and exit codes tell what is wrong. */
class SameFailureTest {

    private static final String STORE = "memory://test";

    private static void assertIn(IOException failure, Class<? extends IOException> type) {
        assertThat(SameFailure.in("read", failure, STORE))
                .isExactlyInstanceOf(type)
                .hasMessage("read: marker")
                .hasCause(failure);
    }

    @Test
    void namesTheStepInFrontOfWhatHappened() {
        assertIn(new StoreAccessException("marker", STORE, null), StoreAccessException.class);
        assertIn(new RestoreTargetException("marker", null), RestoreTargetException.class);
        assertIn(new StoreUnavailableException("marker", STORE, null), StoreUnavailableException.class);
        assertIn(new IOException("marker"), StoreUnavailableException.class);
    }

    @Test
    void leavesAsItIsWhatNamesItsKeyAlready() {
        for (IOException failure : List.of(
                new DamagedReplicaException(Damage.of("key", "marker")),
                new ObjectMissingException("key", STORE, null),
                new ObjectChangedException("key", "one", "two", STORE, null),
                new RestoreCancelledException("marker", null))) {
            assertThat(SameFailure.in("read", failure, STORE)).isSameAs(failure);
        }
    }

    private static Exception assertAgain(Exception failure, Class<? extends Exception> type) {
        Exception again = SameFailure.again(failure, STORE);
        assertThat(again).isNotSameAs(failure).isExactlyInstanceOf(type).hasMessage(failure.getMessage());
        return again;
    }

    @Test
    void tellsTheSameOnceMoreByAnotherOfItsType() {
        DamagedReplicaException damaged = new DamagedReplicaException(Damage.of("key", "marker"));
        assertThat(((DamagedReplicaException) assertAgain(damaged, DamagedReplicaException.class)).damage())
                .isEqualTo(damaged.damage());
        assertAgain(new TargetNotAvailableException("marker", STORE), TargetNotAvailableException.class);
        assertAgain(new StoreUnavailableException("marker", STORE, null), StoreUnavailableException.class);
        assertAgain(new StoreAccessException("marker", STORE, null), StoreAccessException.class);
        ObjectMissingException missing = new ObjectMissingException("key", STORE, null);
        assertThat(((ObjectMissingException) assertAgain(missing, ObjectMissingException.class)).key())
                .isEqualTo("key");
        assertAgain(new UnsupportedReplicaException("marker", STORE), UnsupportedReplicaException.class);
        assertAgain(new IllegalArgumentException("marker"), IllegalArgumentException.class);
        assertAgain(new NoProviderException("marker"), NoProviderException.class);
        assertAgain(new IOException("marker"), IOException.class);
        assertAgain(new IllegalStateException("marker"), IllegalStateException.class);
    }
}
