// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreTargetException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of what replaces a database and what is durable before what, and every state in which a killed run leaves it. */
class ReplacementTest {

    private static final String ASIDE = ".replaced-by-tailrace";

    @TempDir
    Path folder;

    private final List<String> steps = new ArrayList<>();
    private FailingDisk.Hook hook = (operation, path) -> {};
    private final Disk disk = FailingDisk.failing((operation, path) -> {
        if (!operation.equals("entry")) {
            steps.add(operation + " " + folder.relativize(Path.of(path)));
        }
        hook.before(operation, path);
    });
    private Path target;
    private Path restored;
    private Replacement replacement;

    @BeforeEach
    void name() throws IOException {
        target = folder.resolve("a.db");
        restored = Files.writeString(folder.resolve("restored"), "new");
        replacement = new Replacement(disk, new TargetFile(disk, target, true));
    }

    private Path put(String suffix) throws IOException {
        return Files.writeString(folder.resolve("a.db" + suffix), "old" + suffix);
    }

    private void putOld() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
            put(suffix);
        }
    }

    private void assertOld() throws IOException {
        for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
            assertThat(folder.resolve("a.db" + suffix)).hasContent("old" + suffix);
        }
        assertThat(names()).containsExactly("a.db", "a.db-journal", "a.db-shm", "a.db-wal", "restored");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void eachStepIsDurableBeforeTheNextOneThatReliesOnIt() throws IOException {
        putOld();

        replacement.replaceBy(restored);

        assertThat(steps)
                .containsExactly(
                        "link a.db" + ASIDE,
                        "syncFolder ",
                        "rename a.db-wal",
                        "rename a.db-shm",
                        "rename a.db-journal",
                        "syncFolder ",
                        "rename restored",
                        "syncFolder ",
                        "delete a.db-wal" + ASIDE,
                        "delete a.db-shm" + ASIDE,
                        "delete a.db-journal" + ASIDE,
                        "delete a.db" + ASIDE,
                        "syncFolder ");
        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("a.db");
    }

    /** Else the second name could be gone for good while the WAL is still aside, and the next run would take it for old. */
    @Test
    void sidecarsAreBackForGoodBeforeTheSecondNameGoes() throws IOException {
        putOld();
        hook = (operation, path) -> {
            if (path.equals(restored.toString())) {
                throw new IOException("no");
            }
        };

        assertThatThrownBy(() -> replacement.replaceBy(restored))
                .hasMessage("no")
                .hasNoSuppressedExceptions();

        assertOld();
        assertThat(steps.subList(steps.indexOf("rename restored") + 1, steps.size()))
                .containsExactly(
                        "rename a.db-wal" + ASIDE,
                        "rename a.db-shm" + ASIDE,
                        "rename a.db-journal" + ASIDE,
                        "syncFolder ",
                        "delete a.db" + ASIDE,
                        "syncFolder ");
    }

    @Test
    void nothingIsDoneWhereNothingWasLeft() throws IOException {
        putOld();

        replacement.settle();

        assertThat(steps).isEmpty();
        assertOld();
    }

    @Test
    void aNewDatabaseThatWasNotTidiedUpAfterStaysAndTheOldGoes() throws IOException {
        Files.writeString(target, "new");
        for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
            put(suffix + ASIDE);
        }

        replacement.settle();

        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("a.db", "restored");
        assertThat(steps).endsWith("delete a.db" + ASIDE, "syncFolder ");
    }

    @Test
    void aSecondNameAloneGoes() throws IOException {
        put("");
        Files.createLink(folder.resolve("a.db" + ASIDE), target);

        replacement.settle();

        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("a.db", "restored");
    }

    @Test
    void sidecarsOfNoDatabaseAtAllGoBack() throws IOException {
        Files.writeString(folder.resolve("a.db-wal" + ASIDE), "old-wal");

        replacement.settle();

        assertThat(folder.resolve("a.db-wal")).hasContent("old-wal");
        assertThat(names()).containsExactly("a.db-wal", "restored");
    }

    @Test
    void oldSidecarsGoWhereTheDatabaseIsAnother() throws IOException {
        Files.writeString(target, "new");
        put("-wal" + ASIDE);

        replacement.settle();

        assertThat(names()).containsExactly("a.db", "restored");
    }

    @Test
    void aSidecarThatIsThereTwiceIsLeftToDecide() throws IOException {
        put("");
        Files.createLink(folder.resolve("a.db" + ASIDE), target);
        put("-wal");
        put("-wal" + ASIDE);

        assertThatThrownBy(replacement::settle)
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContainingAll(target + "-wal" + ASIDE, "there is a new " + target + "-wal;");

        assertThat(names()).containsExactly("a.db", "a.db-wal", "a.db-wal" + ASIDE, "a.db" + ASIDE, "restored");
    }

    @Test
    void whatAKilledRunLeftIsSettledFirst() throws IOException {
        put("");
        put("-wal" + ASIDE);
        Files.createLink(folder.resolve("a.db" + ASIDE), target);

        replacement.replaceBy(restored);

        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("a.db");
        assertThat(steps.get(0)).isEqualTo("rename a.db-wal" + ASIDE);
    }

    @Test
    void aTargetThatIsNotThereIsJustPut() throws IOException {
        replacement.replaceBy(restored);

        assertThat(target).hasContent("new");
        assertThat(steps).doesNotContain("link a.db" + ASIDE);
    }

    @Test
    void aDatabaseAloneIsReplacedWithoutLinksAndOneWithASidecarIsNot() throws IOException {
        hook = (operation, path) -> {
            if (operation.equals("link")) {
                throw new FileSystemException(path, null, "Operation not permitted");
            }
        };
        for (String suffix : List.of("-wal", "-shm", "-journal")) {
            put("");
            Path sidecar = put(suffix);

            assertThatThrownBy(() -> replacement.replaceBy(restored))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("cannot replace " + target + " safely, its file system has no links");

            assertThat(target).hasContent("old");
            assertThat(sidecar).hasContent("old" + suffix);
            Files.delete(sidecar);
        }
        replacement.replaceBy(restored);
        assertThat(target).hasContent("new");
        assertThat(names()).containsExactly("a.db");
    }

    @Test
    void aFailureAfterTheReplacementDoesNotBringTheOldBack() throws IOException {
        putOld();
        hook = (operation, path) -> {
            if (operation.equals("delete")) {
                throw new IOException("no");
            }
        };

        assertThatThrownBy(() -> replacement.replaceBy(restored))
                .hasMessage("no")
                .hasNoSuppressedExceptions();

        assertThat(target).hasContent("new");
        assertThat(folder.resolve("a.db-wal")).doesNotExist();
    }

    @Test
    void aFailureToGoBackIsToldWithTheOneBeforeIt() throws IOException {
        putOld();
        hook = (operation, path) -> {
            if (path.equals(restored.toString())) {
                throw new IOException("first");
            }
            if (path.equals(target + "-shm" + ASIDE) && operation.equals("rename")) {
                throw new IOException("second");
            }
        };

        assertThatThrownBy(() -> replacement.replaceBy(restored))
                .hasMessage("first")
                .satisfies(
                        e -> assertThat(e.getSuppressed()).singleElement().hasToString("java.io.IOException: second"));

        // What the next run needs to go on with it.
        assertThat(folder.resolve("a.db" + ASIDE)).exists();
    }
}
