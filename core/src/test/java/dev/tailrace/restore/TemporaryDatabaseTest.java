// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreTargetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps by which a temporary file becomes the target, and whose file it is that stands under its name. */
class TemporaryDatabaseTest {

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    @TempDir
    Path folder;

    private final List<String> steps = new ArrayList<>();
    private FailingDisk.Hook hook = (operation, path) -> {};
    private final Disk disk = FailingDisk.failing((operation, path) -> {
        // The first argument of what is done to an open file is no path.
        steps.add(path.startsWith("/") ? operation + " " + folder.relativize(Path.of(path)) : operation);
        hook.before(operation, path);
    });
    private Path target;
    private Path temporary;

    @BeforeEach
    void name() {
        name("a.db");
    }

    private void name(String path) {
        target = folder.resolve(path);
        temporary = folder.resolve(path + ".tailrace-tmp");
    }

    private TargetFile file(boolean replaces) {
        return new TargetFile(disk, target, replaces);
    }

    private TemporaryDatabase create(boolean replaces) throws IOException {
        return TemporaryDatabase.create(disk, file(replaces), OWNER);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private void publishNew(boolean replaces) throws IOException {
        try (TemporaryDatabase database = create(replaces)) {
            database.write(bytes("new"), 0);
            database.complete(3);
            database.publish();
        }
        assertThat(target).hasContent("new");
        assertThat(temporary).doesNotExist();
    }

    @Test
    void theNamesOfFoldersThatWereMadeAreMadeDurableToo() throws IOException {
        for (boolean replaces : new boolean[] {false, true}) {
            name(replaces + "/b/a.db");
            steps.clear();
            publishNew(replaces);

            assertThat(steps)
                    .containsSubsequence("force", "syncFolder " + replaces + "/b", "syncFolder ")
                    .containsSubsequence("force", "syncFolder " + replaces + "/b", "syncFolder " + replaces);
        }
    }

    @Test
    void aTargetWhoseFoldersNameIsNotKnownToLastIsTakenBack() {
        for (boolean replaces : new boolean[] {false, true}) {
            name(replaces + "/b/a.db");
            String outer = folder.resolve(Boolean.toString(replaces)).toString();
            hook = (operation, path) -> {
                if (operation.equals("syncFolder") && path.equals(outer)) {
                    throw new IOException("lost");
                }
            };
            assertThatThrownBy(() -> publishNew(replaces))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("cannot put in place " + target + ": lost");

            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void anEmptyFileIsRenamedOverAndTheNameMadeDurable() throws IOException {
        Files.createFile(target);

        publishNew(false);

        assertThat(steps)
                .containsSubsequence("force", "rename a.db.tailrace-tmp", "syncFolder ", "close")
                .doesNotContain("link a.db");
    }

    @Test
    void isAsLongAsItIsCompletedToAndForcedAfterThat() throws IOException {
        for (int length : new int[] {2, 10, 2_000_000}) {
            steps.clear();
            try (TemporaryDatabase database = create(false)) {
                database.write(bytes("0123456789"), 0);
                database.complete(length);

                assertThat(temporary).hasSize(length);
                assertThat(steps.get(steps.size() - 1)).isEqualTo("force");
                ByteBuffer read = ByteBuffer.allocate(12);
                assertThat(database.read(read, 0)).isTrue();
                assertThat(new String(read.array(), US_ASCII))
                        .isEqualTo("0123456789".substring(0, Math.min(10, length))
                                + "\0".repeat(12 - Math.min(10, length)));
            }
            assertThat(folder).isEmptyDirectory();
        }
        long writes = steps.stream().filter(step -> step.startsWith("write")).count();
        // What makes it known again, the bytes, and the last one.
        assertThat(writes).isEqualTo(3);
    }

    @Test
    void aFileOfItsSizeIsNeitherCutNorWrittenTo() throws IOException {
        try (TemporaryDatabase database = create(false)) {
            database.write(bytes("0123456789"), 0);
            steps.clear();
            database.complete(10);
        }
        assertThat(steps).startsWith("size", "size", "force");
    }

    @Test
    void failuresOfReadingBackSayWhatWasDone() throws IOException {
        try (TemporaryDatabase database = create(false)) {
            hook = (operation, path) -> {
                if (operation.equals("read")) {
                    throw new IOException("broken");
                }
            };
            assertThatThrownBy(() -> database.read(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessage("cannot read back " + target + ": broken");
        }
    }

    /** Closing any descriptor of a file drops the locks that this process has on it. */
    @Test
    void aFileThatThisProcessHoldsIsRefusedAndNeverOpened() throws IOException {
        try (TemporaryDatabase first = create(false)) {
            steps.clear();
            assertThatThrownBy(() -> create(false))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("another restore to " + target + " is going on, it holds " + temporary);

            assertThat(steps).noneMatch(step -> step.startsWith("openExisting") || step.startsWith("delete"));
            assertThat(first.path()).isEqualTo(temporary).exists();
        }
        publishNew(false);
        Files.delete(target);
        publishNew(false);
    }

    @Test
    void aFileThatIsPublishedIsNotHeldAnyMore() throws IOException {
        publishNew(false);
        // As by a run that was killed, of a database that is then in nobody's use.
        Files.move(target, temporary);

        publishNew(false);
    }

    @Test
    void aFileThatARunHasGivenUpIsNotHeldAnyMore() throws IOException {
        Path moved = folder.resolve("moved");
        try (TemporaryDatabase database = create(false)) {
            Files.move(database.path(), moved);
        }
        Files.move(moved, temporary);

        publishNew(false);
    }

    /** It is a database in use: closing a descriptor would drop its locks. */
    @Test
    void aLeftoverWithASecondNameIsUnlinkedAndNeverOpened() throws IOException {
        Path inUse = Files.writeString(folder.resolve("in-use.db"), "in use");
        Files.createLink(temporary, inUse);

        publishNew(false);

        assertThat(inUse).hasContent("in use");
        assertThat(steps).noneMatch(step -> step.startsWith("openExisting"));
    }

    @Test
    void aLeftoverOfARunThatIsNoMoreIsTakenOver() throws IOException {
        Files.writeString(temporary, "leftover");

        publishNew(false);

        assertThat(steps)
                .containsSubsequence("openExisting a.db.tailrace-tmp", "tryLock", "delete a.db.tailrace-tmp", "close");
    }

    @Test
    void aLeftoverThatIsLockedIsRefusedAndStays() throws IOException {
        Files.writeString(temporary, "theirs");
        try (FileChannel theirs = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            theirs.lock();

            assertThatThrownBy(() -> create(false)).hasMessageContaining("is going on");

            assertThat(temporary).hasContent("theirs");
        }
        assertThat(steps).endsWith("tryLock", "close");
    }

    @Test
    void aLeftoverThatHasGivenItsNameToAnotherRunIsNotUnlinked() throws IOException {
        Files.writeString(temporary, "leftover");
        Path theirs = Files.writeString(folder.resolve("theirs"), "theirs");
        try (FileChannel locked = FileChannel.open(theirs, StandardOpenOption.WRITE)) {
            locked.lock();
            hook = (operation, path) -> {
                if (operation.equals("tryLock") && Files.exists(theirs)) {
                    Files.move(theirs, temporary, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                }
            };
            assertThatThrownBy(() -> create(false)).hasMessageContaining("is going on");

            assertThat(temporary).hasContent("theirs");
        }
    }

    @Test
    void aNewFileThatSomebodyTookForALeftoverIsMadeOnceMore() throws IOException {
        int[] made = {0};
        hook = (operation, path) -> {
            if (operation.equals("tryLock") && ++made[0] == 1) {
                Files.delete(temporary);
            }
        };

        publishNew(false);

        assertThat(made).containsExactly(2);
        assertThat(steps).containsSubsequence("create a.db.tailrace-tmp", "close", "create a.db.tailrace-tmp", "force");
    }

    @Test
    void givesUpAfterManyAttemptsAndRemovesTheFoldersItMade() {
        name("a/b/a.db");
        int[] made = {0};
        hook = (operation, path) -> {
            if (operation.equals("tryLock")) {
                made[0]++;
                Files.delete(temporary);
            }
        };

        assertThatThrownBy(() -> create(false)).hasMessageContaining("is going on");

        assertThat(made).containsExactly(20);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatSomebodyPutInItsPlaceIsNotRemoved() throws IOException {
        try (TemporaryDatabase database = create(false)) {
            Files.move(temporary, folder.resolve("moved"));
            Files.writeString(temporary, "theirs");
            assertThatThrownBy(database::publish)
                    .hasMessageContaining("the temporary file was taken away: " + temporary);
        }
        assertThat(temporary).hasContent("theirs");
        assertThat(target).doesNotExist();
    }

    @Test
    void aTargetThatSomebodyPutInItsPlaceIsNotWithdrawn() throws IOException {
        TemporaryDatabase database = create(false);
        hook = (operation, path) -> {
            if (operation.equals("syncFolder")) {
                Files.delete(target);
                Files.writeString(target, "theirs");
                throw new IOException("lost");
            }
        };
        assertThatThrownBy(database::publish).hasMessageContaining("lost").hasNoSuppressedExceptions();
        database.close();

        assertThat(target).hasContent("theirs");
        assertThat(steps).contains("close");
    }

    @Test
    void aFailureToWithdrawIsToldWithTheOneBeforeIt() throws IOException {
        try (TemporaryDatabase database = create(false)) {
            hook = (operation, path) -> {
                if (operation.equals("syncFolder") || (operation.equals("delete") && path.equals(target.toString()))) {
                    throw new IOException(operation + " failed");
                }
            };
            assertThatThrownBy(database::publish)
                    .hasMessageContaining("syncFolder failed")
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .singleElement()
                            .hasToString("java.io.IOException: delete failed"));
        }
    }

    @Test
    void theFileIsClosedWhetherItIsPublishedOrNot() throws IOException {
        publishNew(false);
        assertThat(steps.get(steps.size() - 1)).isEqualTo("close");
        steps.clear();
        Files.delete(target);
        create(false).close();
        assertThat(steps).endsWith("delete a.db.tailrace-tmp", "close");
    }

    @Test
    void aPlaceholderThatCannotBeReplacedDoesNotStay() throws IOException {
        hook = (operation, path) -> {
            if (operation.equals("link")) {
                throw new UnsupportedOperationException();
            }
            if (operation.equals("rename")) {
                assertThat(target).isEmptyFile();
                assertThat(Files.getPosixFilePermissions(target)).isEqualTo(OWNER);
                throw new IOException("lost");
            }
        };

        assertThatThrownBy(() -> publishNew(false)).hasMessageContaining("lost");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPlaceholderIsClosedBeforeItIsReplaced() throws IOException {
        hook = (operation, path) -> {
            if (operation.equals("link")) {
                throw new UnsupportedOperationException();
            }
        };

        publishNew(false);

        assertThat(steps)
                .containsSubsequence(
                        "link a.db", "create a.db", "close", "rename a.db.tailrace-tmp", "syncFolder ", "close");
    }

    @Test
    void whatCannotBeRemovedAfterAFailureIsToldWithIt() throws IOException {
        name("a/b/a.db");
        hook = (operation, path) -> {
            if (operation.equals("tryLock") || operation.equals("delete")) {
                throw new IOException(operation + " failed");
            }
        };

        assertThatThrownBy(() -> create(false))
                .hasMessageContaining("cannot write " + target + ": tryLock failed")
                // The folders made for it.
                .satisfies(e ->
                        assertThat(e.getSuppressed()).singleElement().hasToString("java.io.IOException: delete failed"))
                // The file itself.
                .satisfies(e -> assertThat(e.getCause().getSuppressed())
                        .singleElement()
                        .hasToString("java.io.IOException: delete failed"));
        assertThat(steps).contains("close");
    }

    @Test
    void aFolderThatSomebodyElseHasBegunToUseStaysWithoutAnError() throws IOException {
        name("a/b/a.db");
        try (TemporaryDatabase database = create(false)) {
            Files.writeString(folder.resolve("a/theirs"), "theirs");
            assertThat(database.path()).isEqualTo(temporary).exists();
        }
        assertThat(folder.resolve("a/theirs")).hasContent("theirs");
        assertThat(folder.resolve("a/b")).doesNotExist();
    }

    @Test
    void aSecondNameOfTheTargetIsRemovedAndNothingElse() throws IOException {
        TemporaryDatabase.removeSecondName(disk, file(false));
        Files.writeString(temporary, "leftover");
        TemporaryDatabase.removeSecondName(disk, file(false));
        Files.writeString(target, "database");
        TemporaryDatabase.removeSecondName(disk, file(false));
        assertThat(temporary).hasContent("leftover");

        Files.delete(temporary);
        TemporaryDatabase.removeSecondName(disk, file(false));
        Files.createLink(temporary, target);
        TemporaryDatabase.removeSecondName(disk, file(false));
        assertThat(temporary).doesNotExist();
        assertThat(target).hasContent("database");
        assertThat(steps).noneMatch(step -> step.startsWith("openExisting"));

        hook = (operation, path) -> {
            throw new IOException("broken");
        };
        assertThatThrownBy(() -> TemporaryDatabase.removeSecondName(disk, file(false)))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessage("cannot tidy up beside " + target + ": broken");
    }

    @Test
    void whatGoesNowhereIsNotKept() throws IOException {
        DatabaseOutput.NOWHERE.write(bytes("bytes"), 0);
        DatabaseOutput.NOWHERE.complete(5);
        assertThat(DatabaseOutput.NOWHERE.read(ByteBuffer.allocate(5), 0)).isFalse();
    }
}
