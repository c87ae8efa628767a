// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A small replica among a {@link Crowd}, as the packed command line meets it, with the heap that its launcher gives. */
@Tag("slow")
class TenMillionNamesTest {

    private static final int UNSUPPORTED = 7;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FOREIGN_AMONG_WAL", "FOREIGN_AMONG_LTX", "MANY_GENERATIONS", "LARGE_GENERATIONS"})
    void restoresWhatLiesAmongNamesThatAreNotPartOfIt(Crowd crowd) throws Exception {
        Path replica = replica(crowd);
        requireSameState(CrowdedStoreProvider.url(crowd, replica), replica);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"SEGMENTS", "SEGMENTS_OF_TWO_LAYOUTS", "WAL_OF_NO_LAYOUT", "LTX_FILES"})
    void refusesMoreNamesOfItsOwnThanMemoryHolds(Crowd crowd) throws Exception {
        String url = CrowdedStoreProvider.url(crowd, replica(crowd));

        requireTooMany("restore", "-o", folder.resolve("restored.db").toString(), url);
        requireTooMany("restore", "-dry-run", url);
        requireTooMany("info", url);

        assertThat(folder.resolve("restored.db")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FOREIGN_AMONG_WAL", "FOREIGN_AMONG_LTX"})
    void tellsOfWhatLiesAmongForeignNames(Crowd crowd) throws Exception {
        String told = requireEnd(0, "info", "info", CrowdedStoreProvider.url(crowd, replica(crowd)));

        assertThat(told).contains("restorable   20");
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"MANY_GENERATIONS", "LARGE_GENERATIONS"})
    void listsNoMoreGenerationsThanMemoryHolds(Crowd crowd) throws Exception {
        String url = CrowdedStoreProvider.url(crowd, replica(crowd));

        requireTooMany("info", url);
        requireTooMany("wal", url);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = "LTX_FILES")
    void listsNoMoreLtxFilesThanMemoryHolds(Crowd crowd) throws Exception {
        requireTooMany("ltx", CrowdedStoreProvider.url(crowd, replica(crowd)));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FOREIGN_AMONG_WAL", "FOREIGN_AMONG_LTX"})
    void copiesWhatLiesAmongForeignNames(Crowd crowd) throws Exception {
        Path replica = replica(crowd);
        Path copy = folder.resolve("copy");
        requireEnd(0, "copy", "copy", CrowdedStoreProvider.url(crowd, replica), copy.toString());

        requireSameState(copy.toString(), replica);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"FOREIGN_AMONG_WAL", "FOREIGN_AMONG_LTX"})
    void plansADeletionAmongForeignNames(Crowd crowd) throws Exception {
        String url = CrowdedStoreProvider.url(crowd, replica(crowd));

        requireEnd(0, "prune", "prune", "-dry-run", "-keep", "1000d", url);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"FOREIGN_AMONG_WAL", "FOREIGN_AMONG_LTX"})
    void neitherCopiesNorPrunesMoreNamesThanMemoryHolds(Crowd crowd) throws Exception {
        String url = CrowdedStoreProvider.url(crowd, replica(crowd));
        Path copy = folder.resolve("copy");

        requireTooMany("copy", url, copy.toString());
        requireTooMany("prune", "-dry-run", "-keep", "1000d", url);

        assertThat(copy)
                .satisfiesAnyOf(
                        none -> assertThat(none).doesNotExist(),
                        empty -> assertThat(empty).isEmptyDirectory());
    }

    /** What a URL restores to is what the replica by itself does. */
    private void requireSameState(String url, Path replica) throws Exception {
        requireEnd(0, "alone", "restore", "-o", folder.resolve("alone.db").toString(), "file://" + replica);
        requireEnd(0, "restored", "restore", "-o", folder.resolve("restored.db").toString(), url);
        assertThat(folder.resolve("restored.db")).hasSameBinaryContentAs(folder.resolve("alone.db"));
    }

    private void requireTooMany(String... arguments) throws Exception {
        assertThat(requireEnd(UNSUPPORTED, arguments[0], arguments))
                .contains("too many for a heap of", "TAILRACE_JAVA_OPTS=-Xmx");
    }

    /** Runs a command to its end; gives what it printed. */
    private String requireEnd(int exitCode, String name, String... arguments) throws Exception {
        Path services = Files.createDirectories(folder.resolve("backend/META-INF/services"));
        Files.writeString(services.resolve(ObjectStoreProvider.class.getName()), CrowdedStoreProvider.class.getName());
        // A folder more to find backends in, without the other tests' seeing this one.
        List<String> bounds =
                List.of("-Xmx72m", "-XX:MaxDirectMemorySize=36m", "-Xbootclasspath/a:" + folder.resolve("backend"));
        try (ChildJvm child = ChildJvm.tailrace(folder.resolve(name + ".out"), bounds, arguments)) {
            int code = child.exitCode();
            assertThat(code).as(child.told()).isEqualTo(exitCode);
            return child.output();
        }
    }

    private Path replica(Crowd crowd) throws IOException {
        if (crowd.folders().get(0).startsWith("ltx/")) {
            Path ltx = folder.resolve("replica");
            return Files.exists(ltx) ? ltx : ReplicaFixtures.of("ltx").get(0).unpackInto(ltx);
        }
        return examples().resolve("fruits");
    }

    private static Path examples() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("examples/fruits"))) {
                return at.resolve("examples");
            }
        }
        throw new IOException("no examples/fruits in this folder or above it");
    }
}
