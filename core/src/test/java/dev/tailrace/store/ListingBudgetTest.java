// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.UnsupportedReplicaException;
import org.junit.jupiter.api.Test;

class ListingBudgetTest {

    /** A small part of half of the heap: few objects fit. */
    private final ListingBudget budget = new ListingBudget("\"app/\" in file:///replica", "file:///replica", 10_000);

    private final long most = ListingBudget.most(20_000);

    @Test
    void holdsAsManyObjectsAsItsPartOfTheHeap() throws Exception {
        budget.take(most);
        assertThat(budget.taken()).isEqualTo(most);
        assertThatThrownBy(() -> budget.take(1))
                .isInstanceOf(UnsupportedReplicaException.class)
                .hasMessageContaining("\"app/\" in file:///replica lists more than " + most + " objects")
                .hasMessageContaining("TAILRACE_JAVA_OPTS=-Xmx");
    }

    @Test
    void takesAgainWhatWasGivenBack() throws Exception {
        budget.take(1);
        long earlier = budget.taken();
        for (int i = 0; i < 3; i++) {
            budget.take(most - 1);
            budget.giveBackTo(earlier);
            assertThat(budget.taken()).isEqualTo(1);
        }
        assertThatCode(() -> budget.take(most - 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> budget.take(1)).isInstanceOf(UnsupportedReplicaException.class);
    }

    @Test
    void refusesToGiveBackWhatWasNotTaken() throws Exception {
        budget.take(2);
        budget.giveBackTo(2);
        assertThatThrownBy(() -> budget.giveBackTo(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("room for 3 objects, where it is taken for 2");
        assertThatThrownBy(() -> budget.giveBackTo(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget.taken()).isEqualTo(2);
    }
}
