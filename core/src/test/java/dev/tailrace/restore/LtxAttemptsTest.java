// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How often LTX files are planned and read, and what is said of the damage that best effort stops before. */
class LtxAttemptsTest {

    private final LtxStore replica = new LtxStore(512);
    private final List<String> warnings = new ArrayList<>();
    private final List<LtxRestorePlan> executed = new ArrayList<>();

    private LtxAttempts attempts(LtxBounds bounds, int mostPlans) {
        RestoreOptions options = RestoreOptions.builder()
                .listener(new RestoreListener() {
                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }
                })
                .build();
        return new LtxAttempts(replica.client(), options, bounds, mostPlans);
    }

    private void three() {
        replica.snapshot(9, 1, 1, 1).file(0, 2, 2, 1, Map.of(1, 2)).file(0, 3, 3, 1, Map.of(1, 3));
    }

    private static DamagedReplicaException wrong(LtxRestorePlan plan) {
        return new DamagedReplicaException(Damage.of(plan.newestFile().key(), "it is wrong"));
    }

    /** Each execution may be the download of a large replica. */
    @Test
    void executesDamageOnce() {
        three();
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> attempts(LtxBounds.STRICT, 10).run(plan -> {
                    executed.add(plan);
                    throw wrong(plan);
                }))
                .satisfies(e -> assertThat(e.damage().key()).isEqualTo(key(0, 3, 3)));
        assertThat(executed).hasSize(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void bestEffortSaysEachDamageThatItStopsBefore() throws IOException {
        three();
        Txid left = attempts(LtxBounds.SALVAGE, 10).run(plan -> {
            executed.add(plan);
            if (plan.files().size() > 1) {
                throw wrong(plan);
            }
            return plan.txid();
        });
        assertThat(left).isEqualTo(new Txid(1));
        assertThat(executed).hasSize(3);
        assertThat(warnings)
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning).startsWith("stopping before damage: "))
                .anySatisfy(warning -> assertThat(warning).contains(key(0, 3, 3)))
                .anySatisfy(warning -> assertThat(warning).contains(key(0, 2, 2)));
    }

    @Test
    void plansNoMoreOftenThanItMay() {
        three();
        // Two plans for each damage: one that is executed, and one that shows the same again.
        assertThatThrownBy(() -> attempts(LtxBounds.SALVAGE, 2).run(plan -> {
                    executed.add(plan);
                    throw wrong(plan);
                }))
                .isInstanceOf(TooManyPlansException.class)
                .hasMessageContaining("after 2 plans");
        assertThat(executed).hasSize(1);
    }

    @Test
    void aHoleThatASecondListingDoesNotShowIsNone() throws IOException {
        replica.snapshot(9, 1, 1, 1).file(0, 3, 3, 1, Map.of(1, 3));
        AtomicBoolean listed = new AtomicBoolean();
        replica.store().hook((operation, name) -> {
            if (operation.equals("list") && listed.getAndSet(true)) {
                three();
            }
        });
        assertThat(attempts(LtxBounds.STRICT, 1).plan().txid()).isEqualTo(new Txid(3));
    }

    @Test
    void keepsAwayFromEachFileOnce() {
        Damage damage = Damage.of(key(0, 2, 2), "it is wrong");
        Optional<LtxBounds> bounds = attempts(LtxBounds.SALVAGE, 1).before(damage);
        assertThat(bounds).hasValueSatisfying(closer -> {
            assertThat(closer.leftOut()).containsExactly(damage);
            assertThat(attempts(closer, 1).before(damage)).isEmpty();
        });
    }
}
