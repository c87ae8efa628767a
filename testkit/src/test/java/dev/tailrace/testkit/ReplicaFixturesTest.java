// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaFixturesTest {

    @Test
    void holdsEveryLayoutAndScenario() throws IOException {
        assertThat(ReplicaFixtures.layouts()).containsExactly("v03-flat", "seed-nested", "v04-nested16", "ltx");
        assertThat(ReplicaFixtures.of("v03-flat")).hasSize(14);
        assertThat(ReplicaFixtures.of("seed-nested")).hasSize(8);
        assertThat(ReplicaFixtures.of("v04-nested16")).hasSize(8);
        assertThat(ReplicaFixtures.of("ltx")).hasSize(14);
        assertThat(ReplicaFixtures.all()).hasSize(44);
    }

    @Test
    void unpacksEveryFileWithItsTimeToTheNanosecond(@TempDir Path folder) throws IOException {
        boolean nanosecondsSeen = false;
        for (ReplicaFixture fixture : ReplicaFixtures.all()) {
            Path root = fixture.unpackInto(folder.resolve(fixture.toString()));
            Map<String, Instant> found = new TreeMap<>();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    found.put(
                            root.relativize(file).toString(),
                            Files.getLastModifiedTime(file).toInstant());
                }
            }
            assertThat(found).as(fixture.toString()).isEqualTo(fixture.times());
            nanosecondsSeen |= found.values().stream().anyMatch(time -> time.getNano() % 1_000 != 0);
        }
        assertThat(nanosecondsSeen).isTrue();
    }

    @Test
    void loadsEveryReplicaIntoMemoryWithItsTimes() throws IOException {
        for (ReplicaFixture fixture : ReplicaFixtures.all()) {
            Map<String, Instant> found = new TreeMap<>();
            try (InMemoryObjectStore store = fixture.inMemory();
                    ObjectIterator objects = store.list("", "")) {
                while (objects.hasNext()) {
                    ObjectInfo info = objects.next();
                    found.put(info.key(), info.createdAt());
                }
            }
            assertThat(found).as(fixture.toString()).isEqualTo(fixture.times());
        }
    }

    @Test
    void tellsWhatRealLitestreamRestored() throws IOException {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "twogen");

        assertThat(fixture.litestreamVersion()).isEqualTo("v0.3.13");
        assertThat(fixture.pageSize()).isEqualTo(4096);
        assertThat(fixture.timeline().get(0).at()).isEqualTo("2026-11-22T14:45:59.167289614Z");
        ExpectedRestore latest = fixture.restores().get(0);
        assertThat(latest.isLatest()).isTrue();
        assertThat(latest.mustMatch()).isTrue();
        assertThat(latest.sha256()).contains("b8ced3645e206c05b7e3afbf7ff41fd3c100cd4bf35c14743fa6db5929737555");
        assertThat(latest.sizeBytes()).hasValue(40960);
        assertThat(latest.selected())
                .contains(new ExpectedRestore.Selection.Wal("6295e55f45cb6323", "0", Optional.of("4/1038"), 13));
        assertThat(latest).hasToString("litestream v0.3.13 latest");
    }

    @Test
    void tellsWhichLtxFilesWereChosen() throws IOException {
        ExpectedRestore latest = ReplicaFixtures.of("ltx", "tiny").restores().get(0);

        assertThat(latest.selected().orElseThrow())
                .isInstanceOfSatisfying(
                        ExpectedRestore.Selection.Ltx.class,
                        ltx -> assertThat(ltx.files())
                                .hasSize(8)
                                .startsWith("ltx/9/0000000000000001-0000000000000001.ltx"));
    }

    @Test
    void marksCorruptResultsOfRealLitestream() throws IOException {
        List<ExpectedRestore> corrupt = ReplicaFixtures.of("v03-flat", "snapshot-ahead").restores().stream()
                .filter(ExpectedRestore::mustNotMatch)
                .toList();

        assertThat(corrupt).isNotEmpty().allSatisfy(restore -> {
            assertThat(restore.mustMatch()).isFalse();
            assertThat(restore.exitCode()).isZero();
        });
        assertThat(corrupt).anySatisfy(restore -> assertThat(restore.rowCount()).isEmpty());
    }

    @Test
    void holdsTheFailureTables() throws IOException {
        List<FailureCase> cases = ReplicaFixtures.failureCases();

        assertThat(cases).hasSize(313);
        for (FailureCase failure : cases) {
            String[] name = failure.base().split("/", 2);
            assertThat(ReplicaFixtures.layouts()).contains(name[0]);
        }
        assertThat(cases.get(0).what()).isEqualTo("intact");
        assertThat(cases.get(0).result()).contains("right");
    }

    @Test
    void refusesUnknownNames() {
        assertThatThrownBy(() -> ReplicaFixtures.of("v02")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReplicaFixtures.of("ltx", "medium"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such fixture: ltx/medium");
    }
}
