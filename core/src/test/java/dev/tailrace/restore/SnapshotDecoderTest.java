// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class SnapshotDecoderTest {

    private static final int PAGE = 4096;
    private static final byte[] DATABASE = ReplicaBytes.database(PAGE, 60, 1);

    @TempDir
    Path folder;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);

    private byte[] restored(int parallelism) throws IOException {
        Path path = folder.resolve("db");
        Files.deleteIfExists(path);
        RestoreOptions options =
                RestoreOptions.builder().parallelism(parallelism).build();
        return Files.readAllBytes(
                Restorer.of(replica.client(), options).restoreTo(path).path());
    }

    static Stream<LzFrames> frames() {
        return Stream.of(
                LzFrames.SMALL,
                LzFrames.SMALL.withBlockLength(50),
                LzFrames.SMALL.withBlockLength(3333),
                LzFrames.SMALL.withBlockLength(2 * PAGE),
                LzFrames.LINKED.withBlockLength(1000),
                LzFrames.LINKED);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void bringsEachPageFromTheSnapshotOrFromTheWalHoweverBlocksEnd(LzFrames frames) throws IOException {
        replica.framed(frames::of).snapshot(0, DATABASE);
        assertThat(restored(1)).isEqualTo(DATABASE);
        assertThat(restored(4)).isEqualTo(DATABASE);

        WalBytes wal = WalBytes.ofIndex(PAGE, 0)
                .frame(3, ReplicaBytes.page(PAGE, 3, 2), 0)
                .frame(58, ReplicaBytes.page(PAGE, 58, 2), 58);
        replica.wal(0, wal.bytes());
        assertThat(restored(1)).isEqualTo(wal.appliedTo(DATABASE));
        assertThat(restored(4)).isEqualTo(wal.appliedTo(DATABASE));
    }

    @Test
    void theEndOfTheObjectIsProvedToo() {
        replica.framed(LzFrames.SMALL::of).snapshot(0, DATABASE);
        byte[] object = replica.store().get(replica.snapshotKey(0));

        byte[] other = object.clone();
        other[other.length - 1] ^= 1;
        for (byte[] damaged : new byte[][] {other, Arrays.copyOf(object, object.length - 1)}) {
            replica.store().put(replica.snapshotKey(0), damaged);
            assertThatExceptionOfType(DamagedReplicaException.class)
                    .isThrownBy(() -> restored(2))
                    .withMessageContaining(replica.snapshotKey(0));
            assertThat(folder).isEmptyDirectory();
        }
    }
}
