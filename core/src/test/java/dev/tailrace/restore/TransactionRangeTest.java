// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import org.junit.jupiter.api.Test;

class TransactionRangeTest {

    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final TransactionRange ALL = TransactionRange.all();

    private static Position at(long index, long offset) {
        return new Position(A, index, offset);
    }

    @Test
    void isAfterItsBeginningAndUpToItsEnd() {
        TransactionRange range = ALL.since(at(1, 4128)).until(at(3, 4128));
        assertThat(range.contains(at(1, 4128))).isFalse();
        assertThat(range.contains(at(1, 8256))).isTrue();
        assertThat(range.contains(at(3, 4128))).isTrue();
        assertThat(range.contains(at(3, 8256))).isFalse();
        assertThat(ALL.contains(at(0, 0))).isTrue();
    }

    @Test
    void reachesTheIndexesThatItsTransactionsMayLieIn() {
        TransactionRange range = ALL.since(at(1, 4128)).until(at(3, 4128));
        assertThat(range.reaches(0)).isFalse();
        assertThat(range.reaches(1)).isTrue();
        assertThat(range.reaches(3)).isTrue();
        assertThat(range.reaches(4)).isFalse();
        assertThat(ALL.until(at(3, 0)).reaches(3)).isFalse();
        assertThat(ALL.reaches(7)).isTrue();
    }

    @Test
    void liesInTheGenerationThatAnyPartOfItNames() {
        assertThat(ALL.onlyGeneration()).isEmpty();
        assertThat(ALL.in(A).onlyGeneration()).contains(A);
        assertThat(ALL.since(at(0, 0)).onlyGeneration()).contains(A);
        assertThat(ALL.until(at(0, 0)).onlyGeneration()).contains(A);
    }

    @Test
    void refusesPartsThatContradictOneAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.in(B).since(at(0, 0)))
                .withMessageContainingAll("lies in one generation", A.name(), B.name());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.since(at(2, 0)).until(at(1, 0)))
                .withMessageContaining("before it begins");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.first(1).last(1))
                .withMessageContaining("either the first or the last");
        assertThatIllegalArgumentException().isThrownBy(() -> ALL.first(-1)).withMessageContaining("negative");
        assertThatIllegalArgumentException().isThrownBy(() -> ALL.last(-1)).withMessageContaining("negative");
    }

    @Test
    void keepsWhatWasAskedForAndMayBeEmpty() {
        TransactionRange range =
                TransactionRange.all().since(at(1, 0)).until(at(1, 0)).last(3);
        assertThat(range.last()).hasValue(3);
        assertThat(range.contains(at(1, 0))).isFalse();
    }
}
