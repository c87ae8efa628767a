// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.TestCompression;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.restore.StepReading.SnapshotSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotReaderTest {

    private static final int PAGE = 4096;
    private static final byte[] DATABASE = ReplicaBytes.database(PAGE, 40, 1);

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
    private final Turns turns = new Turns();
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final SnapshotReader reader =
            new SnapshotReader(ObjectReads.oneByOne(replica.client()), new TestCompression(), turns);

    @AfterEach
    void leavesNoStream() {
        assertThat(replica.store().openStreams()).isZero();
    }

    /** Reads the snapshot of index 0; its pages come to where they can be compared, each in its turn and whole. */
    private SnapshotSize read(int pageSize) throws IOException {
        seen.reset();
        return reader.read(
                replica.client().catalog(ReplicaBytes.GENERATION).snapshots().get(0), (page, bytes, offset, length) -> {
                    assertThat(length).isEqualTo(pageSize);
                    assertThat(page).isEqualTo(1 + seen.size() / pageSize);
                    seen.write(bytes, offset, length);
                });
    }

    static Stream<LzFrames> frames() {
        return Stream.of(
                LzFrames.SMALL,
                LzFrames.SMALL.withBlockLength(50),
                LzFrames.SMALL.withBlockLength(3333),
                LzFrames.SMALL.withBlockLength(PAGE),
                LzFrames.SMALL.withBlockLength(5 * PAGE + 1),
                LzFrames.LINKED.withBlockLength(1000),
                LzFrames.LINKED,
                LzFrames.SMALL.withStoredBlocks(),
                LzFrames.SMALL.withSizeCode(7));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void givesEachPageOnceAndWholeHoweverBlocksEnd(LzFrames frames) throws IOException {
        replica.framed(frames::of).snapshot(0, DATABASE);
        assertThat(read(PAGE)).isEqualTo(new SnapshotSize(40, PAGE));
        assertThat(seen.toByteArray()).isEqualTo(DATABASE);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 32768, 65536})
    void readsPagesOfAnySizeAndOneSnapshotAfterTheOther(int pageSize) throws IOException {
        replica.snapshot(0, DATABASE);
        read(PAGE);
        byte[] database = ReplicaBytes.database(pageSize, 5, 2);
        replica.framed(LzFrames.SMALL.withBlockLength(700)::of).snapshot(0, database);
        assertThat(read(pageSize)).isEqualTo(new SnapshotSize(5, pageSize));
        assertThat(seen.toByteArray()).isEqualTo(database);
    }

    private void damaged(byte[] object, String problem) {
        replica.store().put(replica.snapshotKey(0), object);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> read(PAGE))
                .satisfies(e -> assertThat(e.damage().key()).isEqualTo(replica.snapshotKey(0)))
                .withMessageContaining(problem);
    }

    @Test
    void provesTheObjectToItsEnd() {
        byte[] object = LzFrames.SMALL.of(DATABASE);
        byte[] other = object.clone();
        other[other.length - 1] ^= 1;
        damaged(other, "");
        damaged(Arrays.copyOf(object, object.length - 1), "");
        damaged(Arrays.copyOf(object, object.length + 1), "");
        damaged(new byte[0], "");
    }

    @Test
    void refusesWhatIsNoWholeDatabase() {
        byte[] random = new byte[2 * PAGE];
        new Random(1).nextBytes(random);
        damaged(LzFrames.SMALL.of(random), "snapshot is no SQLite database");
        damaged(LzFrames.SMALL.of(Arrays.copyOf(DATABASE, 99)), "snapshot ends inside the database's header");
        damaged(LzFrames.SMALL.of(Arrays.copyOf(DATABASE, 3 * PAGE - 1)), "snapshot ends inside a page");
    }

    @Test
    void endsEarlyWhereTheWorkHasFailedElsewhere() {
        replica.snapshot(0, DATABASE);
        turns.fail(new IOException("marker"));
        assertThatThrownBy(() -> read(PAGE))
                .isInstanceOf(RestoreCancelledException.class)
                .hasRootCauseMessage("marker");
        assertThat(seen.size()).isZero();
    }
}
