// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.store.SpooledSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link ReplicaClient} promises, in every layout, as tests. A backend's test extends this class and says how to
 * open a store; where its storage cannot do what is asked, it overrides one of the predicates here, or one test, with a
 * sentence that says why. Peer numbers are those of the tests that Litestream runs over its own clients.
 *
 * <p>All tests use the same place, one after another, never two at once. It is emptied before and after each test, and what a
 * test leaves behind fails it: open streams and listings, threads, and {@link #leftovers()}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class ReplicaClientContract extends StorageContract {

    private static final Generation FIRST = new Generation("155fe292f8333c72");
    private static final Generation SECOND = new Generation("5efbd8d042012dca");
    private static final Generation THIRD = new Generation("b16ddcf5c697540f");

    /** For subclasses. */
    protected ReplicaClientContract() {}

    /** A client over a store of {@link #openStore}, which is closed by the caller. */
    protected ReplicaClient openClient(ObjectStore over, ReplicaLayout layout) {
        return ReplicaClient.over("contract", over, RetryPolicy.NEVER, layout);
    }

    // ---- generations

    @ParameterizedTest
    @EnumSource
    protected void peer75ListsGenerationsAscending(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        client.writeSnapshot(SECOND, 0, source("x"));
        client.writeSnapshot(THIRD, 0, source("x"));
        client.writeWalSegment(new Position(FIRST, 0, 0), source("x"));
        putJunk("generations/not-a-generation/snapshots/00000000.snapshot.lz4");
        putJunk("generations/155FE292F8333C72/snapshots/00000000.snapshot.lz4");
        putJunk("generations/155fe292f8333c720/snapshots/00000000.snapshot.lz4");

        assertThat(client.generations()).containsExactly(FIRST, SECOND, THIRD);
    }

    @ParameterizedTest
    @EnumSource
    protected void peer76EmptyPlaceHasNoGenerations(ReplicaLayout layout) throws IOException {
        assertThat(client(layout).generations()).isEmpty();
        assertThat(client(layout).foreignFormats()).isEmpty();
    }

    @Test
    protected void peers79And81And84And88And90And94BlankGenerationCannotBeNamed() {
        assertThatThrownBy(() -> new Generation(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("generation required");
        assertThatThrownBy(() -> Position.parse("/00000000:00000000")).hasMessage("generation required");
    }

    // ---- snapshots

    @ParameterizedTest
    @EnumSource
    protected void peer77ListsSnapshotsAscending(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        SnapshotInfo tenth = client.writeSnapshot(SECOND, 0xa, source("xyz"));
        SnapshotInfo first = client.writeSnapshot(SECOND, 1, source("x"));
        client.writeSnapshot(FIRST, 0, source("other"));
        client.writeSnapshot(THIRD, 5, source("other"));
        client.writeWalSegment(new Position(SECOND, 1, 0), source("wal"));

        ReplicaIterator<SnapshotInfo> snapshots = client.snapshots(SECOND);
        assertThat(snapshots.hasNext()).isTrue();
        assertSame(snapshots.next(), first, 1, 1);
        assertSame(snapshots.next(), tenth, 0xa, 3);
        assertThat(snapshots.hasNext()).isFalse();
        assertThatThrownBy(snapshots::next).isInstanceOf(NoSuchElementException.class);
        snapshots.close();
        snapshots.close();
    }

    @ParameterizedTest
    @EnumSource
    protected void peer78UnknownGenerationHasNoSnapshots(ReplicaLayout layout) throws IOException {
        client(layout).writeSnapshot(SECOND, 1, source("x"));

        assertThat(client(layout).snapshots(FIRST).toList()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    protected void peers80And82WritesAndReadsSnapshot(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        SnapshotInfo written = client.writeSnapshot(SECOND, 1_000, source("foobar"));

        assertThat(written.generation()).isEqualTo(SECOND);
        assertThat(written.index()).isEqualTo(1_000);
        assertThat(written.size()).isEqualTo(6);
        assertThat(Duration.between(written.createdAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(15));
        assertThat(keys())
                .containsExactly("generations/5efbd8d042012dca/snapshots/"
                        + switch (layout) {
                            case V03_FLAT, NESTED -> "000003e8.snapshot.lz4";
                            case V04_BETA -> "00000000000003e8.snapshot.lz4";
                        });
        assertThat(text(client.openSnapshot(SECOND, 1_000))).isEqualTo("foobar");
        assertThat(text(client.openSnapshot(written))).isEqualTo("foobar");
        assertThat(text(client.openSnapshot(client.snapshots(SECOND).toList().get(0))))
                .isEqualTo("foobar");
    }

    @ParameterizedTest
    @EnumSource
    protected void peer83AbsentSnapshotIsMissing(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        SnapshotInfo written = client.writeSnapshot(SECOND, 1_000, source("foobar"));

        assertMissing(() -> client.openSnapshot(SECOND, 1_001), "3e9");
        assertMissing(() -> client.openSnapshot(FIRST, 1_000), "155fe292f8333c72");
        client.deleteSnapshot(SECOND, 1_000);
        assertMissing(() -> client.openSnapshot(written), "3e8");
    }

    @ParameterizedTest
    @EnumSource
    protected void replacesSnapshot(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        client.writeSnapshot(SECOND, 1, source("first"));
        client.writeSnapshot(SECOND, 1, source("second!"));

        assertThat(client.snapshots(SECOND).toList())
                .extracting(SnapshotInfo::size)
                .containsExactly(7L);
        assertThat(text(client.openSnapshot(SECOND, 1))).isEqualTo("second!");
    }

    @ParameterizedTest
    @EnumSource
    protected void deletesSnapshotAlsoTwice(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        client.writeSnapshot(SECOND, 1, source("x"));
        client.writeSnapshot(SECOND, 2, source("x"));
        client.writeSnapshot(THIRD, 1, source("x"));
        client.writeWalSegment(new Position(SECOND, 1, 0), source("x"));

        client.deleteSnapshot(SECOND, 1);
        client.deleteSnapshot(SECOND, 1);
        client.deleteSnapshot(FIRST, 1);

        assertMissing(() -> client.openSnapshot(SECOND, 1), "1");
        assertThat(client.snapshots(SECOND).toList())
                .extracting(SnapshotInfo::index)
                .containsExactly(2L);
        assertThat(client.walSegments(SECOND).toList()).hasSize(1);
        assertThat(client.snapshots(THIRD).toList()).hasSize(1);
    }

    // ---- WAL segments

    @ParameterizedTest
    @EnumSource
    protected void peer85ListsSegmentsAscending(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        List<Position> positions = new ArrayList<>(List.of(
                new Position(SECOND, 1, 0),
                new Position(SECOND, 2, 0),
                new Position(SECOND, 2, 5),
                new Position(SECOND, 0xa, 0x10),
                new Position(SECOND, 0x123456789L, 0),
                new Position(SECOND, 0x123456789L, 0x23456789aL)));
        List<WalSegmentInfo> written = new ArrayList<>();
        Collections.shuffle(positions, new Random(1));
        for (Position position : positions) {
            written.add(client.writeWalSegment(position, source("x".repeat((int) (position.index() % 7)))));
        }
        client.writeWalSegment(new Position(FIRST, 0, 0), source("other"));
        client.writeWalSegment(new Position(THIRD, 3, 0), source("other"));
        client.writeSnapshot(SECOND, 1, source("snapshot"));

        Collections.sort(positions);
        written.sort((one, other) -> one.position().compareTo(other.position()));
        ReplicaIterator<WalSegmentInfo> segments = client.walSegments(SECOND);
        for (int i = 0; i < positions.size(); i++) {
            WalSegmentInfo segment = segments.next();
            assertThat(segment.position()).isEqualTo(positions.get(i));
            assertThat(segment.size()).isEqualTo(positions.get(i).index() % 7);
            assertSame(segment.object(), written.get(i).object());
        }
        assertThat(segments.hasNext()).isFalse();
        assertThatThrownBy(segments::next).isInstanceOf(NoSuchElementException.class);
        segments.close();
        segments.close();
    }

    @ParameterizedTest
    @EnumSource
    protected void peers86And87WithoutWalThereAreNoSegments(ReplicaLayout layout) throws IOException {
        client(layout).writeSnapshot(SECOND, 1, source("x"));

        assertThat(client(layout).walSegments(FIRST).toList()).isEmpty();
        assertThat(client(layout).walSegments(SECOND).toList()).isEmpty();
        assertThat(client(layout).catalog(FIRST).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    protected void peers89And91WritesAndReadsSegment(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        Position position = new Position(SECOND, 1_000, 2_000);
        WalSegmentInfo written = client.writeWalSegment(position, source("foobar"));

        assertThat(written.position()).isEqualTo(position);
        assertThat(written.size()).isEqualTo(6);
        assertThat(Duration.between(written.createdAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(15));
        assertThat(keys())
                .containsExactly("generations/5efbd8d042012dca/wal/"
                        + switch (layout) {
                            case V03_FLAT -> "000003e8_000007d0.wal.lz4";
                            case NESTED -> "000003e8/000007d0.wal.lz4";
                            case V04_BETA -> "00000000000003e8/00000000000007d0.wal.lz4";
                        });
        assertThat(text(client.openWalSegment(position))).isEqualTo("foobar");
        assertThat(text(client.openWalSegment(written))).isEqualTo("foobar");
        assertThat(text(client.openWalSegment(
                        client.walSegments(SECOND).toList().get(0))))
                .isEqualTo("foobar");
    }

    @ParameterizedTest
    @EnumSource
    protected void peer92AbsentSegmentIsMissing(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        client.writeWalSegment(new Position(SECOND, 1_000, 2_000), source("foobar"));

        assertMissing(() -> client.openWalSegment(new Position(SECOND, 1_000, 2_001)), "7d1");
        assertMissing(() -> client.openWalSegment(new Position(SECOND, 1_001, 2_000)), "3e9");
        assertMissing(() -> client.openWalSegment(new Position(FIRST, 1_000, 2_000)), "155fe292f8333c72");
    }

    @ParameterizedTest
    @EnumSource
    protected void peer93DeletesSegmentsOfSeveralGenerations(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        Position one = new Position(FIRST, 1, 2);
        Position kept = new Position(FIRST, 1, 0);
        Position other = new Position(SECOND, 3, 4);
        for (Position position : List.of(one, kept, other)) {
            client.writeWalSegment(position, source(position.toString()));
        }
        client.writeSnapshot(FIRST, 1, source("x"));
        List<Position> positions = List.of(one, other, one, new Position(THIRD, 1, 2), new Position(FIRST, 9, 9));

        client.deleteWalSegments(positions);
        client.deleteWalSegments(positions);
        client.deleteWalSegments(List.of());

        assertMissing(() -> client.openWalSegment(one), "2");
        assertMissing(() -> client.openWalSegment(other), "4");
        assertThat(text(client.openWalSegment(kept))).isEqualTo(kept.toString());
        assertThat(client.snapshots(FIRST).toList()).hasSize(1);
    }

    // ---- whole generations

    @ParameterizedTest
    @EnumSource
    protected void deletesGenerationAlsoTwice(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        for (Generation generation : List.of(FIRST, SECOND, THIRD)) {
            for (int index = 0; index < 4; index++) {
                client.writeSnapshot(generation, index, source("x"));
                client.writeWalSegment(new Position(generation, index, 0), source("x"));
                client.writeWalSegment(new Position(generation, index, 9), source("x"));
            }
        }
        putJunk("generations/" + SECOND + "/wal/00000001.wal.lz4.tmp");
        putJunk("generations/" + SECOND + "/readme");

        client.deleteGeneration(SECOND);
        client.deleteGeneration(SECOND);

        assertThat(keys()).hasSize(24).noneMatch(key -> key.contains(SECOND.name()));
        assertThat(client.generations()).containsExactly(FIRST, THIRD);
        assertThat(client.catalog(SECOND).isEmpty()).isTrue();
    }

    // ---- what holds of all

    @ParameterizedTest
    @EnumSource
    protected void passesOverWhatIsNoObjectOfAReplica(ReplicaLayout layout) throws IOException {
        ReplicaClient client = client(layout);
        client.writeSnapshot(SECOND, 1, source("x"));
        client.writeWalSegment(new Position(SECOND, 1, 0), source("x"));
        String folder = "generations/" + SECOND + "/";
        for (String junk : List.of(
                "snapshots/00000002.snapshot.lz4.tmp",
                "snapshots/0000002.snapshot.lz4",
                "snapshots/0000000G.snapshot.lz4",
                "snapshots/readme",
                "wal/00000001_00000009.wal.lz4.tmp",
                "wal/.hidden",
                "notes.txt")) {
            putJunk(folder + junk);
        }

        GenerationCatalog catalog = client.catalog(SECOND);
        assertThat(catalog.snapshots()).hasSize(1);
        assertThat(catalog.segments()).hasSize(1);
        assertThat(catalog.ignoredNames()).isEqualTo(7);
        assertThat(catalog.damages()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    protected void findsWhatWasWrittenInAnotherLayout(ReplicaLayout written) throws IOException {
        Position position = new Position(SECOND, 0x3e8, 0x7d0);
        for (ReplicaLayout layout : ReplicaLayout.values()) {
            client(written).writeSnapshot(SECOND, 0x3e8, source("snapshot"));
            client(written).writeWalSegment(position, source("segment"));
            ReplicaClient client = client(layout);

            assertThat(client.catalog(SECOND).segments()).hasSize(1);
            assertThat(text(client.openSnapshot(SECOND, 0x3e8))).isEqualTo("snapshot");
            assertThat(text(client.openWalSegment(position))).isEqualTo("segment");
            client.deleteSnapshot(SECOND, 0x3e8);
            client.deleteWalSegments(List.of(position));
            assertThat(keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    protected void keepsRecordedTimes(ReplicaLayout layout) throws IOException {
        Assumptions.assumeTrue(supportsRecordedTimes(), "no recorded times");
        ReplicaClient client = client(layout);
        Instant time = Instant.parse("2000-01-02T03:04:05.678901234Z");
        Instant kept = time.truncatedTo(recordedTimePrecision());
        PutOptions options = PutOptions.NONE.recordedAt(time);
        SnapshotInfo snapshot = client.writeSnapshot(SECOND, 1, source("x"), options);
        WalSegmentInfo segment = client.writeWalSegment(new Position(SECOND, 1, 0), source("x"), options);

        assertThat(snapshot.createdAt().truncatedTo(recordedTimePrecision())).isEqualTo(kept);
        assertThat(segment.createdAt().truncatedTo(recordedTimePrecision())).isEqualTo(kept);
        if (listsRecordedTimes()) {
            GenerationCatalog catalog = client.catalog(SECOND);
            assertThat(catalog.snapshots().get(0).createdAt().truncatedTo(recordedTimePrecision()))
                    .isEqualTo(kept);
            assertThat(catalog.segments().get(0).createdAt().truncatedTo(recordedTimePrecision()))
                    .isEqualTo(kept);
        }
    }

    @ParameterizedTest
    @EnumSource
    protected void writesOnlyWhereTheConditionHolds(ReplicaLayout layout) throws IOException {
        Assumptions.assumeTrue(supportsConditions(), "no conditions");
        ReplicaClient client = client(layout);
        Position position = new Position(SECOND, 1, 0);
        PutOptions ifAbsent = PutOptions.NONE.ifAbsent();
        SnapshotInfo snapshot = client.writeSnapshot(SECOND, 1, source("first"), ifAbsent);
        WalSegmentInfo segment = client.writeWalSegment(position, source("first"), ifAbsent);

        assertThatThrownBy(() -> client.writeSnapshot(SECOND, 1, source("second"), ifAbsent))
                .isInstanceOf(ObjectChangedException.class);
        assertThatThrownBy(() -> client.writeWalSegment(position, source("second"), ifAbsent))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(text(client.openSnapshot(snapshot))).isEqualTo("first");
        assertThat(text(client.openWalSegment(segment))).isEqualTo("first");

        Assumptions.assumeTrue(supportsVersions(), "no versions");
        PutOptions ifFirst =
                PutOptions.NONE.ifVersion(snapshot.object().version().orElseThrow());
        client.writeSnapshot(SECOND, 1, source("second"), ifFirst);
        assertThatThrownBy(() -> client.writeSnapshot(SECOND, 1, source("third!"), ifFirst))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(text(client.openSnapshot(SECOND, 1))).isEqualTo("second");
        assertThatThrownBy(() -> text(client.openSnapshot(snapshot))).isInstanceOf(ObjectChangedException.class);
    }

    @ParameterizedTest
    @EnumSource
    protected void writesWhatCanBeReadOnlyOnce(ReplicaLayout layout) throws IOException {
        byte[] content = new byte[300_000];
        new Random(2).nextBytes(content);
        try (SpooledSource source = SpooledSource.of(new ByteArrayInputStream(content))) {
            client(layout).writeSnapshot(SECOND, 1, source);
        }

        try (ObjectStream stream = client(layout).openSnapshot(SECOND, 1)) {
            assertThat(stream.info().size()).isEqualTo(content.length);
            assertThat(stream.readAllBytes()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource
    protected void failedWriteLeavesNothing(ReplicaLayout layout) throws IOException {
        ObjectSource broken = new ObjectSource() {
            @Override
            public ByteArrayInputStream open() throws IOException {
                throw new IOException("marker");
            }

            @Override
            public long size() {
                return 1;
            }
        };

        assertThatThrownBy(() -> client(layout).writeSnapshot(SECOND, 1, broken))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client(layout).writeWalSegment(new Position(SECOND, 1, 0), broken))
                .isInstanceOf(IOException.class);
        assertThat(keys()).isEmpty();
        assertThat(client(layout).catalog(SECOND).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    protected void refusesNegativeIndexes(ReplicaLayout layout) {
        ReplicaClient client = client(layout);

        assertThatThrownBy(() -> client.writeSnapshot(SECOND, -1, source("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.openSnapshot(SECOND, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.deleteSnapshot(SECOND, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- what the tests are made of

    private ReplicaClient client(ReplicaLayout layout) {
        return openClient(store, layout);
    }

    private void putJunk(String key) throws IOException {
        store.put(key, source("junk"), PutOptions.NONE);
    }

    private List<String> keys() throws IOException {
        return list(store, "", "").stream().map(ObjectInfo::key).toList();
    }

    private void assertSame(SnapshotInfo listed, SnapshotInfo written, long index, long size) {
        assertThat(listed.generation()).isEqualTo(SECOND);
        assertThat(listed.index()).isEqualTo(index);
        assertThat(listed.size()).isEqualTo(size);
        assertSame(listed.object(), written.object());
    }

    private void assertSame(ObjectInfo listed, ObjectInfo written) {
        assertThat(listed.key()).isEqualTo(written.key());
        assertThat(listed.size()).isEqualTo(written.size());
        assertThat(listed.version()).isEqualTo(written.version());
        assertThat(listed.createdAt().truncatedTo(storedTimePrecision()))
                .isEqualTo(written.createdAt().truncatedTo(storedTimePrecision()));
    }

    private interface Opening {
        ObjectStream open() throws IOException;
    }

    private static void assertMissing(Opening opening, String inKey) {
        assertThatThrownBy(() -> opening.open().close())
                .isInstanceOfSatisfying(
                        ObjectMissingException.class,
                        missing -> assertThat(missing.key()).contains(inKey));
    }

    private static ObjectSource source(String content) {
        return ObjectSource.of(content.getBytes(UTF_8));
    }

    private static String text(ObjectStream stream) throws IOException {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }
}
