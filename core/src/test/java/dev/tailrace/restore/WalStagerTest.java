// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.TestCompression;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalStagerTest {

    private static final int LONGEST_WRITE = 128 << 10;

    @TempDir
    Path folder;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.NESTED);
    private final CountingDisk disk = new CountingDisk();
    private final Turns turns = new Turns();

    @AfterEach
    void leavesNoStream() {
        assertThat(replica.store().openStreams()).isZero();
    }

    /** Stages index 0; returns where. */
    private Path stage() throws IOException {
        Path path = folder.resolve("wal");
        WalStager stager =
                new WalStager(ObjectReads.oneByOne(replica.client()), "memory://test", new TestCompression(), turns);
        try (Disk.DiskFile file = disk.disk().create(path, PosixFilePermissions.fromString("rw-------"))) {
            stager.stage(
                    replica.client().catalog(ReplicaBytes.GENERATION).segments(),
                    file,
                    new TargetFile(disk.disk(), path, false));
        }
        return path;
    }

    /** The runtime keeps memory outside of the heap for each thread that writes, as much as its longest write. */
    @Test
    void writesLargeBlocksInStepsAndEachByteOnce() throws IOException {
        byte[] wal = new byte[6 * LONGEST_WRITE + 1];
        new Random(1).nextBytes(wal);
        // What cannot be compressed is one block of the frame each, of up to 4 MiB.
        replica.segment(0, 0, Arrays.copyOf(wal, 2 * LONGEST_WRITE))
                .segment(0, 2 * LONGEST_WRITE, Arrays.copyOfRange(wal, 2 * LONGEST_WRITE, wal.length));

        assertThat(stage()).hasBinaryContent(wal);
        assertThat(disk.count("write")).isEqualTo(2 + 5);
        assertThat(disk.bytesWritten()).isEqualTo(wal.length);
    }

    @Test
    void eachBlockComesBehindTheOneBeforeItAndEachSegmentToo() throws IOException {
        byte[] wal = new byte[300_000];
        new Random(2).nextBytes(wal);
        replica.framed(LzFrames.SMALL::of)
                .segment(0, 0, Arrays.copyOf(wal, 200_000))
                .segment(0, 200_000, Arrays.copyOfRange(wal, 200_000, wal.length));

        assertThat(stage()).hasBinaryContent(wal);
        assertThat(disk.count("write")).isEqualTo(4 + 2);
    }

    @Test
    void endsEarlyWhereTheWorkHasFailedElsewhere() {
        replica.segment(0, 0, new byte[1000]);
        turns.fail(new IOException("marker"));
        assertThatThrownBy(this::stage)
                .isInstanceOf(RestoreCancelledException.class)
                .hasRootCauseMessage("marker");
        assertThat(disk.count("write")).isZero();
    }
}
