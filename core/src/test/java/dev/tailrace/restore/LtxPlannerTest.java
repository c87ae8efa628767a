// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.key;
import static dev.tailrace.fixture.LtxStore.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.Damage;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.replica.Txid;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LtxPlannerTest {

    private final LtxStore replica = new LtxStore(512);

    private LtxRestorePlan plan(RestoreTarget target, LtxBounds bounds) throws IOException {
        RestoreOptions options = RestoreOptions.builder().target(target).build();
        return new LtxPlanner(replica.client(), options, bounds).plan();
    }

    private static LtxBounds around(String key) {
        return LtxBounds.STRICT.keepingAwayFrom(Damage.of(key, "altered")).orElseThrow();
    }

    private static RestoreTarget txid(long number) {
        return RestoreTarget.atTxid(new Txid(number));
    }

    @Test
    void bestEffortTakesTheStateBeforeATransactionWhoseOnlyFileIsDamaged() throws Exception {
        replica.snapshot(9, 1, 2, 1).file(0, 2, 2, 2, Map.of(1, 2)).file(0, 3, 3, 2, Map.of(1, 3));

        LtxRestorePlan plan = plan(txid(3), around(key(0, 3, 3)));

        assertThat(plan.txid()).isEqualTo(new Txid(2));
        assertThat(plan.leftOut()).extracting(Damage::key).containsExactly(key(0, 3, 3));
    }

    @Test
    void bestEffortSaysThatATransactionIsNotAvailableWhereNothingBeforeItIsLeft() {
        replica.snapshot(9, 1, 2, 1).snapshot(9, 4, 2, 4);

        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> plan(txid(1), around(key(9, 1, 1))))
                .withMessageContaining("nearest are " + new Txid(4) + " after it");
    }

    @Test
    void bestEffortWithoutDamageTakesNoOtherStateThanTheOneAskedFor() {
        replica.snapshot(9, 1, 2, 1).file(1, 2, 4, 2, Map.of(1, 4));

        for (long absent : new long[] {3, 5}) {
            assertThatExceptionOfType(TargetNotAvailableException.class)
                    .isThrownBy(() -> plan(txid(absent), LtxBounds.SALVAGE));
        }
    }

    @Test
    void bestEffortSaysWhichHeaderCouldNotTellItsTime() throws Exception {
        replica.snapshot(9, 1, 2, 1).file(0, 2, 2, 2, Map.of(1, 2)).put(0, 3, 3, new byte[120]);

        LtxRestorePlan plan = plan(RestoreTarget.atTimestamp(Instant.ofEpochMilli(time(3))), LtxBounds.SALVAGE);

        assertThat(plan.txid()).isEqualTo(new Txid(2));
        assertThat(plan.leftOut()).extracting(Damage::key).containsExactly(key(0, 3, 3));
    }

    @Test
    void theNextStateIsALaterOneAlsoWhereSeveralFilesEndAlike() throws Exception {
        replica.snapshot(9, 1, 2, 1)
                .file(0, 2, 2, 2, Map.of(1, 2))
                .file(1, 2, 3, 2, Map.of(1, 3))
                .file(0, 3, 3, 2, Map.of(1, 3))
                .snapshot(9, 3, 2, 3)
                .file(0, 4, 4, 2, Map.of(1, 4));

        assertThat(plan(txid(3), LtxBounds.STRICT).next())
                .get()
                .satisfies(next -> assertThat(next.txid()).isEqualTo(new Txid(4)));
        assertThat(plan(txid(4), LtxBounds.STRICT).next()).isEmpty();
    }

    @Test
    void twoPlansReadTheSameOnlyIfFilesAndDamageAreThoseOfTheOther() throws Exception {
        replica.snapshot(9, 1, 2, 1).file(0, 2, 2, 2, Map.of(1, 2));
        LtxRestorePlan first = plan(txid(1), LtxBounds.STRICT);
        LtxBounds noted = new LtxBounds(true, Set.of(), List.of(Damage.of(key(0, 2, 2), "altered")));

        assertThat(first.readsAs(plan(txid(1), LtxBounds.STRICT))).isTrue();
        assertThat(first.readsAs(plan(txid(2), LtxBounds.STRICT))).isFalse();
        assertThat(first.readsAs(plan(txid(1), noted))).isFalse();
    }
}
