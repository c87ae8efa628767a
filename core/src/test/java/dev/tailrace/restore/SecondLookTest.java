// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may have changed while it was read is planned once more, and not for ever. */
class SecondLookTest {

    private static final Damage DAMAGE = Damage.of("wal", "it is torn");

    private final List<String> warnings = new ArrayList<>();
    private final List<Integer> executed = new ArrayList<>();

    /** Plans are numbers, and each fresh one is the next of a list. */
    private SecondLook<Integer> look(Integer... fresh) {
        List<Integer> left = new ArrayList<>(List.of(fresh));
        RestoreListener listener = new RestoreListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
        return new SecondLook<>(listener) {
            @Override
            Integer fresh() throws IOException {
                if (left.isEmpty()) {
                    throw new EmptyReplicaException("nothing is left", "memory");
                }
                return left.remove(0);
            }

            @Override
            boolean sameReading(Integer one, Integer other) {
                return one.equals(other);
            }
        };
    }

    private SecondLook.Execution<Integer, String> failing(IOException failure, int until) {
        return plan -> {
            executed.add(plan);
            if (executed.size() <= until) {
                throw failure;
            }
            return "restored by " + plan;
        };
    }

    @Test
    void looksOnceWhereAllIsWell() throws IOException {
        assertThat(look().execute(1, failing(new DamagedReplicaException(DAMAGE), 0)))
                .isEqualTo("restored by 1");
        assertThat(warnings).isEmpty();
    }

    @Test
    void goesByAnotherPlanWhereThereIsOne() throws IOException {
        List<IOException> failures = List.of(
                new DamagedReplicaException(DAMAGE),
                new ObjectMissingException("wal", "memory", null),
                new ObjectChangedException("wal", "1", "2", "memory", null));
        for (IOException failure : failures) {
            executed.clear();
            warnings.clear();
            assertThat(look(2).execute(1, failing(failure, 1))).isEqualTo("restored by 2");
            assertThat(executed).containsExactly(1, 2);
            assertThat(warnings).containsExactly("the replica changed while it was read; restoring from a new plan");
        }
    }

    @Test
    void whatTheSamePlanShowsAgainIsDamage() {
        DamagedReplicaException damage = new DamagedReplicaException(DAMAGE);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> look(1).execute(1, failing(damage, 9)))
                .isSameAs(damage);
        assertThat(executed).containsExactly(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsListedAgainAndMissingIsDamage() {
        ObjectMissingException missing = new ObjectMissingException("wal", "memory", null);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> look(2, 2).execute(1, failing(missing, 9)))
                .withCause(missing)
                .satisfies(e -> assertThat(e.damage())
                        .isEqualTo(Damage.of("wal", "object is listed but cannot be opened, it does not exist")));
        assertThat(executed).containsExactly(1, 2);
    }

    @Test
    void aReplicaThatChangesEachTimeIsGivenUpAfterFive() {
        DamagedReplicaException damage = new DamagedReplicaException(DAMAGE);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> look(2, 3, 4, 5, 6, 7, 8).execute(1, failing(damage, 99)))
                .isSameAs(damage);
        assertThat(executed).containsExactly(1, 2, 3, 4, 5);
        assertThat(warnings).hasSize(4);
    }

    @Test
    void aFreshPlanThatCannotBeMadeKeepsWhatFailedBefore() {
        DamagedReplicaException damage = new DamagedReplicaException(DAMAGE);
        assertThatExceptionOfType(EmptyReplicaException.class)
                .isThrownBy(() -> look().execute(1, failing(damage, 9)))
                .satisfies(e -> assertThat(e).hasSuppressedException(damage));
    }

    @Test
    void anotherFailureIsThatOfTheRestore() {
        IOException failure = new IOException("the disk is full");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> look(2).execute(1, failing(failure, 9)))
                .isSameAs(failure);
        assertThat(executed).containsExactly(1);
    }
}
