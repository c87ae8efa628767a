// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system is asked for, step by step, and what becomes of it where it refuses. */
class LocalDiskTest {

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    @TempDir
    Path folder;

    private final WatchedFiles files = new WatchedFiles();
    private final LocalDisk disk = new LocalDisk();
    private Path real;
    private Path path;

    @BeforeEach
    void name() {
        real = folder.resolve("a.db");
        path = files.watched(real);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String read(Disk.DiskFile file, int length, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(bytes, position);
        return new String(bytes.array(), 0, bytes.position(), US_ASCII);
    }

    @Test
    void contentsAreForcedToTheDiskWithTheirLength() throws IOException {
        try (Disk.DiskFile file = disk.create(path, OWNER)) {
            file.write(bytes("content"), 0);
            file.force();
        }

        assertThat(files.steps()).containsSubsequence("write a.db", "force with metadata a.db", "close a.db");
    }

    @Test
    void namesAreForcedToTheDiskByTheirFolder() throws IOException {
        disk.syncFolder(files.watched(folder));

        String name = folder.getFileName().toString();
        assertThat(files.steps())
                .containsExactly("open to read " + name, "force with metadata " + name, "close " + name);
    }

    @Test
    void foldersAreNotOpenedWhereTheyCannotBe() throws IOException {
        files.withoutAttributes();

        disk.syncFolder(files.watched(folder));

        assertThat(files.steps()).isEmpty();
    }

    @Test
    void whatIsWrittenOrReadInPartsGoesOnWhereTheLastOneEnded() throws IOException {
        files.atMost(3);
        try (Disk.DiskFile file = disk.create(path, OWNER)) {
            file.write(bytes("0123456789"), 2);

            assertThat(real).hasBinaryContent("\0\0000123456789".getBytes(US_ASCII));
            assertThat(read(file, 8, 3)).isEqualTo("12345678");
            assertThat(read(file, 8, 8)).isEqualTo("6789");
            assertThat(read(file, 8, 12)).isEmpty();
            assertThat(file.size()).isEqualTo(12);
            file.truncate(5);
            assertThat(real).hasSize(5);
        }
    }

    @Test
    void aFileThatExistsIsNeverOpenedAsANewOne() throws IOException {
        Files.writeString(real, "theirs");

        assertThatThrownBy(() -> disk.create(path, OWNER)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(real).hasContent("theirs");
    }

    @Test
    void aFileHasThePermissionsThatTheProcessWouldTakeAway() throws IOException {
        for (String mode : new String[] {"rw-rw-rw-", "r--------", "rwxrwxrwx"}) {
            disk.create(path, PosixFilePermissions.fromString(mode)).close();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                    .isEqualTo(mode);
            Files.delete(real);
        }
    }

    @Test
    void aFileWhosePermissionsCannotBeSetDoesNotStay() {
        files.hook((step, at) -> {
            if (step.equals("setPermissions")) {
                assertThat(at).exists();
                throw new IOException("not permitted");
            }
        });

        assertThatThrownBy(() -> disk.create(path, OWNER)).hasMessage("not permitted");

        assertThat(real).doesNotExist();
        assertThat(files.steps()).endsWith("close a.db", "delete a.db");
    }

    @Test
    void aFileIsMadeWhereThereAreNoPermissions() throws IOException {
        files.withoutAttributes();
        try (Disk.DiskFile file = disk.create(path, OWNER)) {
            file.write(bytes("content"), 0);
            assertThat(read(file, 7, 0)).isEqualTo("content");
            assertThat(file.tryLock()).isTrue();
        }

        assertThat(real).hasContent("content");
        assertThat(files.steps()).contains("lock a.db");
    }

    @Test
    void aFileThatThisProcessHoldsCannotBeTakenOnceMore() throws IOException {
        try (Disk.DiskFile file = disk.create(path, OWNER);
                Disk.DiskFile other = disk.openExisting(path)) {
            assertThat(file.tryLock()).isTrue();
            assertThat(other.tryLock()).isFalse();
        }
        try (Disk.DiskFile other = disk.openExisting(path)) {
            assertThat(other.tryLock()).isTrue();
        }
        assertThat(files.steps()).contains("open to write a.db").doesNotContain("lock shared a.db");
    }

    @Test
    void aFileThatAnotherProcessHoldsCannotBeTaken() throws IOException {
        files.lockedElsewhere();
        try (Disk.DiskFile file = disk.create(path, OWNER)) {
            assertThat(file.tryLock()).isFalse();
        }
    }

    @Test
    void aFileThatMayOnlyBeReadIsTakenAsOne() throws IOException {
        Files.writeString(real, "theirs");
        files.hook((step, at) -> {
            if (step.equals("open to write")) {
                throw new AccessDeniedException(at.toString());
            }
        });

        try (Disk.DiskFile file = disk.openExisting(path)) {
            assertThat(file.tryLock()).isTrue();
        }

        assertThat(files.steps())
                .containsExactly("open to write a.db", "open to read a.db", "lock shared a.db", "close a.db");
    }

    @Test
    void aFileSystemWithoutLocksTakesNobodyTheRestore() throws IOException {
        try (Disk.DiskFile file = disk.create(path, OWNER)) {
            files.hook((step, at) -> {
                if (step.equals("lock")) {
                    throw new IOException("No locks available");
                }
            });
            assertThat(file.tryLock()).isTrue();
        }
    }

    @Test
    void aFileThatIsClosedCannotBeTaken() throws IOException {
        Disk.DiskFile file = disk.create(path, OWNER);
        file.close();

        assertThatThrownBy(file::tryLock).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void missingFoldersAreMadeAndNamedTheOutermostFirst() throws IOException {
        assertThat(disk.createFolders(folder.resolve("a/b/c")))
                .containsExactly(folder.resolve("a"), folder.resolve("a/b"), folder.resolve("a/b/c"));
        assertThat(folder.resolve("a/b/c")).isDirectory();
        assertThat(disk.createFolders(folder.resolve("a/b/c"))).isEmpty();
    }

    @Test
    void foldersThatWereMadeAreRemovedWhereTheNextOneCannotBe() {
        files.hook((step, at) -> {
            if (step.equals("createDirectory") && at.endsWith("c")) {
                assertThat(at.getParent()).isDirectory();
                throw new IOException("no room");
            }
        });

        assertThatThrownBy(() -> disk.createFolders(files.watched(folder.resolve("a/b/c"))))
                .hasMessage("no room")
                .hasNoSuppressedExceptions();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void foldersThatSomebodyElseUsesAlreadyAreLeftToThem() {
        files.hook((step, at) -> {
            if (step.equals("createDirectory") && at.endsWith("b")) {
                Files.writeString(at.resolveSibling("theirs"), "theirs");
                throw new IOException("no room");
            }
        });

        assertThatThrownBy(() -> disk.createFolders(files.watched(folder.resolve("a/b"))))
                .hasMessage("no room")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(folder.resolve("a/theirs")).hasContent("theirs");
    }

    @Test
    void aFolderThatSomebodyElseHasMadeMeanwhileIsNotOurs() throws IOException {
        files.hook((step, at) -> {
            if (step.equals("createDirectory") && at.endsWith("a")) {
                Files.createDirectory(at);
            }
        });

        assertThat(disk.createFolders(files.watched(folder.resolve("a/b"))))
                .map(Path::toString)
                .containsExactly(folder.resolve("a/b").toString());
    }

    @Test
    void aFileInThePlaceOfAFolderIsAnError() throws IOException {
        files.hook((step, at) -> {
            if (step.equals("createDirectory")) {
                Files.writeString(at, "theirs");
            }
        });

        assertThatThrownBy(() -> disk.createFolders(files.watched(folder.resolve("a"))))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(folder.resolve("a")).hasContent("theirs");
    }

    @Test
    void aFileWithASecondNameIsKnown() throws IOException {
        assertThat(disk.hasOtherNames(real)).isFalse();
        Files.writeString(real, "content");
        assertThat(disk.hasOtherNames(real)).isFalse();
        Path second = folder.resolve("second");
        disk.link(second, real);
        assertThat(disk.hasOtherNames(real)).isTrue();
        assertThat(disk.entry(second)).isEqualTo(disk.entry(real));

        files.withoutAttributes();
        assertThat(disk.hasOtherNames(path)).isFalse();
    }

    @Test
    void whatStandsAtAPathIsToldWithoutFollowingLinks() throws IOException {
        assertThat(disk.entry(real)).isEmpty();
        Files.writeString(real, "content");
        assertThat(disk.entry(real)).hasValueSatisfying(entry -> {
            assertThat(entry.isRegularFile()).isTrue();
            assertThat(entry.isSymbolicLink()).isFalse();
            assertThat(entry.size()).isEqualTo(7);
        });
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        assertThat(disk.entry(link)).hasValueSatisfying(entry -> {
            assertThat(entry.isRegularFile()).isFalse();
            assertThat(entry.isSymbolicLink()).isTrue();
        });
        assertThatThrownBy(() -> disk.openExisting(link)).isInstanceOf(IOException.class);
    }

    @Test
    void aRenameTakesTheOtherPlaceAndADeletionMindsNoAbsence() throws IOException {
        Files.writeString(real, "new");
        Path other = Files.writeString(folder.resolve("other"), "old");

        disk.rename(real, other);
        assertThat(other).hasContent("new");
        assertThat(real).doesNotExist();

        disk.delete(other);
        disk.delete(other);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void roomIsThatOfTheFileSystem() throws IOException {
        assertThat(disk.usableSpace(folder)).isPositive();
    }
}
