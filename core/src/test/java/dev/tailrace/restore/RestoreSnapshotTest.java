// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestoreSnapshotTest {

    private static final byte[] DATABASE = ReplicaBytes.database(4096, 30, 1);

    @TempDir
    Path folder;

    private ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    @AfterEach
    void leavesNoStreamOpen() {
        assertThat(replica.store().openStreams()).isZero();
    }

    private SnapshotInfo snapshot(long index) throws IOException {
        return replica.client()
                .catalog(ReplicaBytes.GENERATION)
                .snapshotAtOrBefore(index)
                .orElseThrow();
    }

    private void leavesNothing() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void bringsBackTheFileWithoutTheWalThatFollows(ReplicaLayout layout) throws IOException {
        replica = ReplicaBytes.in(layout);
        replica.snapshot(2, DATABASE).snapshot(3, new byte[1]);
        replica.wal(
                2,
                WalBytes.ofIndex(4096, 2)
                        .frame(1, ReplicaBytes.page(4096, 1, 2), 1)
                        .bytes());
        SnapshotInfo snapshot = snapshot(2);
        replica.store().listed().clear();
        Path path = folder.resolve("db");

        RestoreResult result = Restorer.of(replica.client()).restoreSnapshot(snapshot, path);

        assertThat(path).hasBinaryContent(DATABASE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(result.pageCount()).isEqualTo(30);
        assertThat(result.position().toString()).isEqualTo(ReplicaBytes.GENERATION + "/00000002:00000000");
        assertThat(result.plan().layout() == ReplicaLayout.V04_BETA).isEqualTo(layout == ReplicaLayout.V04_BETA);
        assertThat(replica.store().listed()).isEmpty();
        assertThat(replica.store().opened()).containsOnlyKeys(replica.snapshotKey(2));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void doesNotReplaceADatabase() throws IOException {
        replica.snapshot(0, DATABASE);
        Path path = Files.writeString(folder.resolve("db"), "another's");
        assertThatThrownBy(() -> Restorer.of(replica.client()).restoreSnapshot(snapshot(0), path))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("output path already exists");
        assertThat(path).hasContent("another's");
    }

    @Test
    void refusesWhatIsNoDatabaseAndSaysWhatIsLeft() throws IOException {
        replica.snapshot(0, DATABASE).snapshot(1, new byte[4096]);
        assertThatThrownBy(() -> Restorer.of(replica.client()).restoreSnapshot(snapshot(1), folder.resolve("db")))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining("snapshot is no SQLite database")
                .hasMessageContaining("still restorable");
        leavesNothing();
    }

    @Test
    void failsIfTheSnapshotIsGone() throws IOException {
        replica.snapshot(0, DATABASE);
        SnapshotInfo snapshot = snapshot(0);
        replica.store().remove(replica.snapshotKey(0));
        assertThatThrownBy(() -> Restorer.of(replica.client()).restoreSnapshot(snapshot, folder.resolve("db")))
                .isInstanceOf(ObjectMissingException.class);
        leavesNothing();
    }
}
