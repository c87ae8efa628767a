// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.FaultyStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.RetryPolicy;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaWritingTest {

    private static final Generation GENERATION = ReplicaBytes.GENERATION;
    private static final Generation OTHER = new Generation("fedcba9876543210");
    private static final String FOLDER = "generations/0123456789abcdef/";

    private final MemoryStore store = new MemoryStore();
    private final FaultyStore faulty = new FaultyStore(store);
    private final ReplicaClient client = ReplicaClient.over("memory", faulty, RetryPolicy.NEVER);

    @AfterEach
    void leavesNothingOpen() {
        assertThat(store.openStreams()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "V03_FLAT, 0, 0, 00000000, 00000000_00000000",
        "V03_FLAT, 0x3e8, 0x3e9, 000003e8, 000003e8_000003e9",
        "NESTED, 0x3e8, 0x3e9, 000003e8, 000003e8/000003e9",
        "V04_BETA, 0x3e8, 0x3e9, 00000000000003e8, 00000000000003e8/00000000000003e9",
        "V03_FLAT, 0x123456789, 0x23456789a, 123456789, 123456789_23456789a",
        "NESTED, 0x123456789, 0, 123456789, 123456789/00000000",
        "V04_BETA, 0x7fffffffffffffff, 0, 7fffffffffffffff, 7fffffffffffffff/0000000000000000"
    })
    void peer96BuildsKeys(ReplicaLayout layout, String index, String offset, String snapshot, String segment) {
        Position position = new Position(GENERATION, Long.decode(index), Long.decode(offset));

        assertThat(layout.snapshotKey(GENERATION, position.index()))
                .isEqualTo(FOLDER + "snapshots/" + snapshot + ".snapshot.lz4");
        assertThat(layout.walSegmentKey(position)).isEqualTo(FOLDER + "wal/" + segment + ".wal.lz4");
    }

    @Test
    void peer98BlankGenerationHasNoKeys() {
        assertThatThrownBy(() -> new Generation("")).hasMessage("generation required");
        assertThatThrownBy(() -> ReplicaLayout.NESTED.snapshotKey(GENERATION, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesTheV03LayoutUnlessToldOtherwise() throws IOException {
        client.writeSnapshot(GENERATION, 1, source());
        ReplicaClient.over("memory", store, RetryPolicy.NEVER).writeWalSegment(position(1, 0), source());
        ReplicaClient.over("memory", store, RetryPolicy.NEVER, ReplicaLayout.NESTED)
                .writeWalSegment(new Position(OTHER, 1, 0), source());

        assertThat(store.keys())
                .containsExactly(
                        FOLDER + "snapshots/00000001.snapshot.lz4",
                        FOLDER + "wal/00000001_00000000.wal.lz4",
                        "generations/fedcba9876543210/wal/00000001/00000000.wal.lz4");
    }

    @Test
    void findsNamesThatNoLayoutWrites() throws IOException {
        store.put(FOLDER + "snapshots/0000000001.snapshot.lz4", new byte[] {1});
        store.put(FOLDER + "wal/00000001_000000000.wal.lz4", new byte[] {2});

        try (var snapshot = client.openSnapshot(GENERATION, 1);
                var segment = client.openWalSegment(position(1, 0))) {
            assertThat(snapshot.readAllBytes()).containsExactly(1);
            assertThat(segment.readAllBytes()).containsExactly(2);
        }
        client.deleteWalSegments(List.of(position(1, 0)));
        client.deleteSnapshot(GENERATION, 1);
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void deletesEveryNameOfOnePlace() throws IOException {
        for (ReplicaLayout layout : ReplicaLayout.values()) {
            new ReplicaBytes(store, layout, GENERATION).snapshot(1, new byte[1]).segment(1, 0, new byte[1]);
        }

        client.deleteSnapshot(GENERATION, 1);
        client.deleteWalSegments(List.of(position(1, 0)));
        assertThat(store.keys()).isEmpty();
    }

    @Test
    void deletesThatSnapshotAndNoOther() throws IOException {
        ReplicaBytes replica = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION);
        replica.snapshot(0, new byte[1]).snapshot(1, new byte[1]).snapshot(2, new byte[1]);
        store.put(FOLDER + "snapshots/readme", new byte[1]);

        client.deleteSnapshot(GENERATION, 1);

        assertThat(store.keys())
                .containsExactly(replica.snapshotKey(0), replica.snapshotKey(2), FOLDER + "snapshots/readme");
    }

    @Test
    void findsTheSnapshotAskedForAmongNamesThatNoLayoutWrites() throws IOException {
        for (int index = 0; index < 3; index++) {
            store.put(FOLDER + "snapshots/000000000" + index + ".snapshot.lz4", new byte[] {(byte) index});
        }
        try (var snapshot = client.openSnapshot(GENERATION, 1)) {
            assertThat(snapshot.readAllBytes()).containsExactly(1);
        }
        assertThatThrownBy(() -> client.openSnapshot(GENERATION, 3))
                .isInstanceOfSatisfying(
                        ObjectMissingException.class,
                        missing -> assertThat(missing.key()).isEqualTo(FOLDER + "snapshots/00000003.snapshot.lz4"));
    }

    @Test
    void tellsAndOpensWhatItHasWritten() throws IOException {
        SnapshotInfo snapshot = client.writeSnapshot(GENERATION, 1, ObjectSource.of(new byte[] {1, 2, 3}));
        WalSegmentInfo segment = client.writeWalSegment(position(1, 9), ObjectSource.of(new byte[] {4, 5}));

        assertThat(snapshot.index()).isEqualTo(1);
        assertThat(snapshot.size()).isEqualTo(3);
        assertThat(segment.position()).isEqualTo(position(1, 9));
        GenerationCatalog catalog = client.catalog(GENERATION);
        assertThat(catalog.snapshots()).containsExactly(snapshot);
        assertThat(catalog.segments()).containsExactly(segment);
        try (var first = client.openSnapshot(snapshot);
                var second = client.openWalSegment(segment)) {
            assertThat(first.readAllBytes()).containsExactly(1, 2, 3);
            assertThat(second.readAllBytes()).containsExactly(4, 5);
        }
    }

    @Test
    void deletesObjectsThatWereListed() throws IOException {
        new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION)
                .snapshot(1, new byte[1])
                .segment(1, 0, new byte[1])
                .segment(1, 9, new byte[1]);
        List<ObjectInfo> segments = client.catalog(GENERATION).segments().stream()
                .map(WalSegmentInfo::object)
                .toList();
        faulty.failAt("delete", new StoreAccessException("denied", "memory://test", null));
        assertThatThrownBy(() -> client.deleteObjects(segments)).hasMessage("cannot delete 2 objects: denied");
        faulty.failAt("delete", new StoreAccessException("denied", "memory://test", null));
        assertThatThrownBy(() -> client.deleteObjects(segments.subList(1, 2)))
                .hasMessage("cannot delete 1 object: denied");

        ReplicaClient.over("memory", store, RetryPolicy.NEVER).deleteObjects(segments);

        assertThat(store.keys()).containsExactly(FOLDER + "snapshots/00000001.snapshot.lz4");
    }

    @Test
    void opensWhatItsLayoutNamesWithoutListing() throws IOException {
        client.writeSnapshot(GENERATION, 1, source());
        client.writeWalSegment(position(1, 0), source());

        client.openSnapshot(GENERATION, 1).close();
        client.openWalSegment(position(1, 0)).close();
        assertThat(store.listed()).isEmpty();
        assertThatThrownBy(() -> client.openWalSegment(position(2, 0)))
                .isInstanceOfSatisfying(
                        ObjectMissingException.class,
                        missing -> assertThat(missing.key()).isEqualTo(FOLDER + "wal/00000002_00000000.wal.lz4"));
        assertThat(store.listed()).containsOnlyKeys(FOLDER + "wal/");
    }

    @Test
    void deletesSegmentsInBatchesByOneListing() throws IOException {
        List<Position> positions = new ArrayList<>();
        ReplicaBytes replica = new ReplicaBytes(store, ReplicaLayout.NESTED, GENERATION);
        for (int i = 0; i < 1_001; i++) {
            positions.add(position(i / 10, i % 10));
            store.put(replica.walKey(i / 10, i % 10), new byte[1]);
        }
        store.put(replica.walKey(200, 0), new byte[1]);

        client.deleteWalSegments(positions);

        assertThat(store.keys()).containsExactly(replica.walKey(200, 0));
        assertThat(faulty.deletions()).extracting(List::size).containsExactly(1_000, 1);
        assertThat(store.listed().values()).hasToString("[1]");
    }

    @ParameterizedTest
    @EnumSource
    void deletesTheNewestStateLast(ReplicaLayout layout) throws IOException {
        ReplicaBytes replica = new ReplicaBytes(store, layout, GENERATION);
        for (int index = 0; index < 4; index++) {
            store.put(replica.walKey(index, 0), new byte[1]);
            store.put(replica.walKey(index, 9), new byte[1]);
        }
        for (int index = 0; index < 3; index++) {
            store.put(replica.snapshotKey(index), new byte[1]);
        }
        store.put(FOLDER + "wal/x.wal.lz4", new byte[1]);

        client.deleteGeneration(GENERATION);

        assertThat(store.keys()).isEmpty();
        assertThat(faulty.deletions())
                .containsExactly(
                        List.of(FOLDER + "wal/x.wal.lz4", replica.snapshotKey(0), replica.snapshotKey(1)),
                        List.of(replica.walKey(1, 9), replica.walKey(1, 0), replica.walKey(0, 9), replica.walKey(0, 0)),
                        List.of(replica.walKey(3, 9), replica.walKey(3, 0), replica.walKey(2, 9), replica.walKey(2, 0)),
                        List.of(replica.snapshotKey(2)));
    }

    @Test
    void generationWithoutSnapshotIsDeletedToo() throws IOException {
        new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION).segment(1, 0, new byte[1]);

        client.deleteGeneration(GENERATION);
        client.deleteGeneration(GENERATION);

        assertThat(store.keys()).isEmpty();
        assertThat(faulty.deletions()).hasSize(1);
    }

    @Test
    void failureToDeleteTellsWhatIsLeft() throws IOException {
        ReplicaBytes replica = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, GENERATION);
        replica.snapshot(0, new byte[1]).snapshot(1, new byte[1]);
        replica.segment(1, 0, new byte[1]).segment(1, 9, new byte[1]);
        faulty.failAfter(1, "delete", new StoreUnavailableException("no route; left: KEY", "memory://test", null));

        assertThatThrownBy(() -> client.deleteGeneration(GENERATION))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage(
                        "cannot delete generation 0123456789abcdef: no route; left: KEY; 1 more were not tried, from "
                                + replica.snapshotKey(1) + " on")
                .hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(store.keys()).containsExactly(replica.snapshotKey(1), replica.walKey(1, 0), replica.walKey(1, 9));

        faulty.failAt("delete", new StoreAccessException("denied", "memory://test", null));
        assertThatThrownBy(() -> client.deleteSnapshot(GENERATION, 1))
                .isInstanceOf(StoreAccessException.class)
                .hasMessage("cannot delete the snapshot of index 00000001 of generation 0123456789abcdef: denied");
        IOException foreign = new EOFException("marker");
        faulty.failAt("delete", foreign);
        assertThatThrownBy(() -> client.deleteWalSegments(List.of(position(1, 0))))
                .isSameAs(foreign);
    }

    @Test
    void segmentsTellAllThatTheirObjectsTold() {
        Instant time = Instant.parse("2000-01-01T00:00:00Z");
        for (String key : List.of(
                FOLDER + "wal/00000001_00000009.wal.lz4",
                FOLDER + "wal/00000001/00000009.wal.lz4",
                FOLDER + "wal/0000000000000001/0000000000000009.wal.lz4",
                FOLDER + "wal/000000001_000000009.wal.lz4",
                "anything")) {
            for (ObjectInfo object : List.of(
                    new ObjectInfo(key, 3, time, Optional.empty(), Optional.empty()),
                    new ObjectInfo(key, 3, time, Optional.of(time.plusSeconds(1)), Optional.of("v1")))) {
                WalSegmentInfo segment = new WalSegmentInfo(GENERATION, 1, 9, object);
                assertThat(segment.object()).isEqualTo(object);
                assertThat(segment.createdAt()).isEqualTo(object.createdAt());
                assertThat(segment.size()).isEqualTo(3);
                assertThat(segment)
                        .isEqualTo(new WalSegmentInfo(GENERATION, 1, 9, object))
                        .hasSameHashCodeAs(new WalSegmentInfo(GENERATION, 1, 9, object))
                        .isNotEqualTo(new WalSegmentInfo(OTHER, 1, 9, object))
                        .isNotEqualTo(new WalSegmentInfo(GENERATION, 1, 8, object))
                        .hasToString(
                                "WalSegmentInfo[position=0123456789abcdef/00000001:00000009, object=" + object + "]");
            }
        }
    }

    private static Position position(long index, long offset) {
        return new Position(GENERATION, index, offset);
    }

    private static ObjectSource source() {
        return ObjectSource.of(new byte[3]);
    }
}
