// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.replica.Txid;
import org.junit.jupiter.api.Test;

class LtxTransactionRangeTest {

    private static final LtxTransactionRange ALL = LtxTransactionRange.all();
    private static final Txid THIRD = new Txid(3);
    private static final Txid FIFTH = new Txid(5);

    @Test
    void isAfterItsBeginningAndUpToItsEnd() {
        LtxTransactionRange range = ALL.since(THIRD).until(FIFTH);

        assertThat(range.contains(THIRD)).isFalse();
        assertThat(range.contains(new Txid(4))).isTrue();
        assertThat(range.contains(FIFTH)).isTrue();
        assertThat(range.contains(new Txid(6))).isFalse();
        assertThat(ALL.contains(new Txid(1))).isTrue();
        assertThat(ALL.until(FIFTH).contains(new Txid(1))).isTrue();
        assertThat(ALL.since(THIRD).contains(new Txid(99))).isTrue();
    }

    @Test
    void keepsWhatWasAskedForAndMayBeEmpty() {
        LtxTransactionRange range =
                LtxTransactionRange.all().since(THIRD).until(THIRD).last(0);

        assertThat(range.since()).contains(THIRD);
        assertThat(range.until()).contains(THIRD);
        assertThat(range.last()).hasValue(0);
        assertThat(range.first()).isEmpty();
        assertThat(range.contains(THIRD)).isFalse();
        assertThat(ALL.first(0).first()).hasValue(0);
    }

    @Test
    void refusesPartsThatContradictOneAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.since(FIFTH).until(THIRD))
                .withMessageContainingAll("ends at " + THIRD, "begins after " + FIFTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.first(1).last(1))
                .withMessageContaining("either the first or the last");
        assertThatIllegalArgumentException().isThrownBy(() -> ALL.first(-1)).withMessageContaining("negative");
        assertThatIllegalArgumentException().isThrownBy(() -> ALL.last(-1)).withMessageContaining("negative");
    }
}
