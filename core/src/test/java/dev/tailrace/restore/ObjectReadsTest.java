// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which objects are read ahead, in which order, and what is counted and told of their bytes. */
@Timeout(20)
class ObjectReadsTest {

    private static final int PAGE = 512;
    private static final int FRAME = 24 + PAGE;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
    private final MemoryStore store = replica.store();
    private final List<String> opened = new ArrayList<>();
    private long told;

    @AfterEach
    void leavesNoStream() {
        assertThat(store.openStreams()).isZero();
    }

    /** Reads ahead on the calling thread, all that it may, as soon as it is started. */
    private RestoreOptions options() {
        return RestoreOptions.builder()
                .executor(Runnable::run)
                .listener(new RestoreListener() {
                    @Override
                    public void read(long bytes) {
                        assertThat(bytes).isPositive();
                        told += bytes;
                    }
                })
                .build();
    }

    private RestorePlan plan() throws IOException {
        replica.snapshot(0, database(PAGE, 3, 0));
        for (int index = 0; index < 3; index++) {
            WalBytes wal = WalBytes.ofIndex(PAGE, index)
                    .frame(2, page(PAGE, 2, index), 0)
                    .frame(1, page(PAGE, 1, index), 3);
            replica.wal(index, wal.bytes(), 32 + FRAME);
        }
        RestorePlan plan = Restorer.of(replica.client()).plan();
        note(store);
        return plan;
    }

    private void note(MemoryStore watched) {
        watched.hook((operation, key) -> {
            if (operation.equals("open")) {
                opened.add(key);
            }
        });
    }

    private static List<String> newestFirst(RestorePlan plan) {
        List<String> keys = new ArrayList<>();
        for (int i = plan.walIndexes().size() - 1; i >= 0; i--) {
            plan.walIndexes()
                    .get(i)
                    .segments()
                    .forEach(segment -> keys.add(segment.object().key()));
        }
        return keys;
    }

    private void takes(ObjectReads reads, WalSegmentInfo segment) throws IOException {
        try (InputStream stream = reads.open(segment)) {
            assertThat(stream.readAllBytes())
                    .isEqualTo(store.get(segment.object().key()));
        }
    }

    @Test
    void aPlanIsReadAheadTheNewestWalFirstAndTheSnapshotLast() throws IOException {
        RestorePlan plan = plan();
        try (ObjectReads reads = ObjectReads.of(plan, replica.client(), options())) {
            assertThat(opened).isEmpty();
            reads.start(7);

            List<String> expected = newestFirst(plan);
            expected.add(plan.snapshot().object().key());
            assertThat(opened).isEqualTo(expected);
            long bytes = 0;
            for (WalIndex index : plan.walIndexes()) {
                for (WalSegmentInfo segment : index.segments()) {
                    takes(reads, segment);
                    bytes += segment.object().size();
                    assertThat(reads.bytes()).isEqualTo(bytes);
                    assertThat(told).isEqualTo(bytes);
                }
            }
            try (InputStream snapshot = reads.open(plan.snapshot())) {
                assertThat(snapshot.read()).isNotNegative();
                assertThat(reads.bytes()).isEqualTo(bytes + 1);
                assertThat(snapshot.readAllBytes())
                        .hasSize(store.get(plan.snapshot().object().key()).length - 1);
                assertThat(snapshot.read()).isEqualTo(-1);
            }
            assertThat(reads.bytes()).isEqualTo(told).isEqualTo(plan.bytes());
            assertThat(reads.requests()).isEqualTo(7);
            assertThat(opened).hasSize(7);
        }
    }

    @Test
    void ltxFilesAreReadAheadTheNewestFirst() throws IOException {
        LtxStore ltx = new LtxStore(PAGE)
                .snapshot(9, 1, 4, 1)
                .file(0, 2, 2, 4, Map.of(2, 2))
                .file(0, 3, 3, 4, Map.of(3, 3));
        LtxRestorePlan plan = LtxRestorer.of(ltx.client()).plan();
        note(ltx.store());
        try (ObjectReads reads = ObjectReads.of(plan, ltx.client(), options())) {
            reads.start(3);

            List<String> expected = new ArrayList<>();
            plan.files().forEach(file -> expected.add(0, file.object().key()));
            assertThat(opened).hasSize(3).isEqualTo(expected);
            for (LtxFileInfo file : plan.files()) {
                try (InputStream stream = reads.open(file)) {
                    assertThat(stream.readAllBytes())
                            .isEqualTo(ltx.store().get(file.object().key()));
                }
            }
            assertThat(reads.bytes()).isEqualTo(told).isEqualTo(plan.bytes());
        }
    }

    @Test
    void headersAreThoseOfTheFirstSegmentsAndNobodyIsToldOfThem() throws IOException {
        RestorePlan plan = plan();
        try (ObjectReads reads = ObjectReads.ofHeaders(plan, replica.client(), options())) {
            reads.start(3);

            assertThat(opened).containsExactly(replica.walKey(2, 0), replica.walKey(1, 0), replica.walKey(0, 0));
            takes(reads, plan.walIndexes().get(2).segments().get(0));
            assertThat(reads.bytes()).isPositive();
            assertThat(told).isZero();
        }
    }

    @Test
    void oneIndexIsReadAheadInItsOrderAndNobodyIsToldOfIt() throws IOException {
        WalIndex index = plan().walIndexes().get(1);
        try (ObjectReads reads = ObjectReads.of(index, replica.client(), options())) {
            reads.start(2);

            assertThat(opened).containsExactly(replica.walKey(1, 0), replica.walKey(1, 32 + FRAME));
            takes(reads, index.segments().get(0));
            takes(reads, index.segments().get(1));
            assertThat(reads.requests()).isEqualTo(2);
            assertThat(told).isZero();
        }
    }

    @Test
    void whatIsReadOneByOneIsAskedForWhenItIsOpened() throws IOException {
        List<WalSegmentInfo> segments = plan().walIndexes().get(0).segments();
        try (ObjectReads reads = ObjectReads.oneByOne(replica.client())) {
            reads.start(10);
            assertThat(opened).isEmpty();

            takes(reads, segments.get(1));
            takes(reads, segments.get(0));

            assertThat(opened).containsExactly(replica.walKey(0, 32 + FRAME), replica.walKey(0, 0));
            assertThat(reads.bytes())
                    .isEqualTo(segments.get(0).object().size()
                            + segments.get(1).object().size());
        }
    }

    @Test
    void aSegmentThatIsOpenedOnceMoreIsAskedForAndCountedOnceMore() throws IOException {
        RestorePlan plan = plan();
        WalSegmentInfo segment = plan.walIndexes().get(0).segments().get(0);
        try (ObjectReads reads = ObjectReads.of(plan, replica.client(), options())) {
            takes(reads, segment);
            try (InputStream again = reads.openAgain(segment)) {
                assertThat(again.readAllBytes())
                        .isEqualTo(store.get(segment.object().key()));
            }
            assertThat(reads.requests()).isEqualTo(2);
            assertThat(reads.bytes())
                    .isEqualTo(told)
                    .isEqualTo(2 * segment.object().size());
        }
    }

    @Test
    void bytesThatAreReadOneByOneAreCountedWhateverTheyAre() throws IOException {
        RestorePlan plan = plan();
        WalSegmentInfo segment = plan.walIndexes().get(0).segments().get(0);
        assertThat(store.get(segment.object().key())).contains(0);
        try (ObjectReads reads = ObjectReads.of(plan, replica.client(), options());
                InputStream stream = reads.open(segment)) {
            int length = 0;
            while (stream.read() >= 0) {
                length++;
            }
            assertThat(reads.bytes())
                    .isEqualTo(length)
                    .isEqualTo(told)
                    .isEqualTo(segment.object().size());
        }
    }

    @Test
    void aSegmentThatIsPassedOverIsNotReadAhead() throws IOException {
        RestorePlan plan = plan();
        try (ObjectReads reads = ObjectReads.of(plan, replica.client(), options())) {
            reads.passOver(plan.walIndexes().get(1).segments().get(0));
            reads.start(6);

            assertThat(opened).hasSize(6).doesNotContain(replica.walKey(1, 0));
        }
    }

    @Test
    void nobodyReadsAheadAfterItWasClosed() throws IOException {
        ObjectReads closed = ObjectReads.of(plan(), replica.client(), options());
        closed.close();
        closed.start(7);
        assertThat(opened).isEmpty();
    }
}
