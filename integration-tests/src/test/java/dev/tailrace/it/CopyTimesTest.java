// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixtures;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A moment means the same in a copy, also where a store's listings tell only when the copy was made. */
@Tag("thorough")
class CopyTimesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "v03-flat, tiny",
        "v03-flat, twogen",
        "seed-nested, twogen",
        "v04-nested16, twogen",
        "ltx, tiny",
        "ltx, mixed-v03-ltx"
    })
    void restoresTheSameStatesFromAStoreThatListsNoTimes(String layout, String scenario) throws Exception {
        RestorablePoints points = new RestorablePoints(folder);
        InMemoryObjectStore source = ReplicaFixtures.of(layout, scenario).inMemory();
        ObjectStore copy = new ListingWithoutTimes(new InMemoryObjectStore("memory:copy"));
        ObjectStore copyOfCopy = new InMemoryObjectStore("memory:copy-of-copy");

        ReplicaCopier.of(source, copy, CopyOptions.defaults()).copy();
        ReplicaCopier.of(copy, copyOfCopy, CopyOptions.defaults()).copy();

        Map<String, RestoreOptions> asked = points.asked(source);
        Map<String, String> expected = points.planned(source, asked);
        assertThat(points.planned(copy, asked)).isEqualTo(expected);
        assertThat(points.planned(copyOfCopy, asked)).isEqualTo(expected);
        assertThat(points.latest(copy)).isEqualTo(points.latest(source));
    }
}
