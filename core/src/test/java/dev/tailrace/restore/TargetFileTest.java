// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand where a database is to come, and what is said where it may not. */
class TargetFileTest {

    @TempDir
    Path folder;

    private FailingDisk.Hook hook = (operation, path) -> {};
    private final Disk disk = FailingDisk.failing((operation, path) -> hook.before(operation, path));
    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("a.db");
    }

    private TargetFile target(boolean replaces) {
        return new TargetFile(disk, path, replaces);
    }

    @Test
    void aPathThatNamesNoFileIsRefused() {
        for (String none : new String[] {"", " ", "/"}) {
            assertThatThrownBy(() -> new TargetFile(disk, Path.of(none), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("restore path required");
        }
    }

    @Test
    void aRelativePathHasAFolder() {
        TargetFile relative = new TargetFile(disk, Path.of("a.db"), false);

        assertThat(relative.folder()).isEqualTo(Path.of("a.db").toAbsolutePath().getParent());
        assertThat(relative.beside("-wal")).isEqualTo(Path.of("a.db-wal"));
        assertThat(relative.path()).isEqualTo(Path.of("a.db"));
    }

    @Test
    void onlyAnEmptyFileMayStandThere() throws IOException {
        assertThat(target(false).check()).isFalse();
        Files.createFile(path);
        assertThat(target(false).check()).isTrue();
        Files.writeString(path, "x");
        assertThatThrownBy(() -> target(false).check())
                .isInstanceOf(RestoreTargetException.class)
                .hasMessage("output path already exists: " + path + "; choose another one, or move it away first");
        Files.delete(path);
        Files.createDirectory(path);
        assertThatThrownBy(() -> target(false).check()).hasMessageContaining("output path already exists");
        Files.delete(path);
        for (String suffix : TargetFile.SIDECARS) {
            Path sidecar = Files.createFile(folder.resolve("a.db" + suffix));
            assertThatThrownBy(() -> target(false).check())
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("in the way: " + sidecar + ";");
            Files.delete(sidecar);
        }
    }

    @Test
    void anyFileButNothingElseIsReplaced() throws IOException {
        assertThat(target(true).replaces()).isTrue();
        assertThat(target(false).replaces()).isFalse();
        assertThat(target(true).check()).isFalse();
        Files.createFile(path);
        // It is not taken for none: what stands there is replaced with all of its steps.
        assertThat(target(true).check()).isFalse();
        Files.writeString(path, "old");
        Files.createFile(folder.resolve("a.db-wal"));
        assertThat(target(true).check()).isFalse();
        Files.delete(path);
        Files.createSymbolicLink(path, folder.resolve("a.db-wal"));
        assertThatThrownBy(() -> target(true).check())
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("output path is no file and will not be replaced: " + path);
    }

    @Test
    void whatCannotBeLookedAtIsNotTakenForAbsent() {
        hook = (operation, at) -> {
            throw new IOException("broken");
        };
        assertThatThrownBy(() -> target(false).check())
                .isInstanceOf(RestoreTargetException.class)
                .hasMessage("cannot look at " + path + ": broken");
        assertThatThrownBy(() -> target(true).settleInterruptedReplacement())
                .isInstanceOf(RestoreTargetException.class)
                .hasMessage("cannot settle an interrupted replacement of " + path + ": broken");
    }

    @Test
    void aFailureIsToldWithWhatCanBeDone() {
        RestoreTargetException typed = new RestoreTargetException("typed", null);
        assertThat(target(false).failed("write", typed)).isSameAs(typed);
        ClosedByInterruptException interrupted = new ClosedByInterruptException();
        assertThat(target(false).failed("write", interrupted))
                .isInstanceOf(RestoreCancelledException.class)
                .hasMessageContaining("restore of " + path + " was interrupted")
                .hasCause(interrupted);
        assertThat(target(false).failed("write", new AccessDeniedException("x")))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessage("cannot write " + path + ": permission denied on x; run as a user that may write to "
                        + folder + ", or choose another output path");
        assertThat(target(false).failed("write", new FileSystemException("x", null, "Read-only file system")))
                .hasMessage("cannot write " + path + ": Read-only file system");
        assertThat(target(false).failed("write", new FileSystemException("x")))
                .hasMessage("cannot write " + path + ": x");
        assertThat(target(false).failed("write", new IOException("broken")))
                .hasMessage("cannot write " + path + ": broken");
    }

    @Test
    void aFullDiskIsToldWithTheRoomThereIs() {
        for (String full : new String[] {"No space left on device", "Disk quota exceeded"}) {
            assertThat(target(false).failed("write", new IOException(full)))
                    .hasMessageMatching(
                            "cannot write \\Q" + path + "\\E: " + full + ", [1-9][0-9]* bytes are free in \\Q" + folder
                                    + "\\E; make room, or choose another output path");
        }
        hook = (operation, at) -> {
            throw new IOException("broken");
        };
        assertThat(target(false).failed("write", new IOException("No space left on device")))
                .hasMessage(
                        "cannot write " + path + ": No space left on device; make room, or choose another output path");
    }
}
