// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.Stalls;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one worker finds while another is still at it, and what is read once more. */
@Timeout(60)
class RestoreRunTest {

    private static final int PAGE = 512;

    private final ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, database(PAGE, 3, 0));

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(replica.store().openStreams()).isZero();
    }

    private static WalBytes wal(int index, int transactions) {
        WalBytes wal = WalBytes.ofIndex(PAGE, index);
        for (int n = 1; n <= transactions; n++) {
            wal.frame(2, page(PAGE, 2, 100 * index + n), 3);
        }
        return wal;
    }

    private RestoreRun run(RestoreOptions options) throws IOException {
        RestorePlan plan = Restorer.of(replica.client(), options).plan();
        return new RestoreRun(plan, replica.client(), options, BlockCompressions.installed(), DatabaseOutput.NOWHERE);
    }

    @Test
    void damageIsToldThoughTheStoreDoesNotAnswerForAnotherObject() throws IOException {
        byte[] damaged = wal(1, 1).bytes();
        damaged[damaged.length - 1] ^= 1;
        replica.wal(0, wal(0, 1).bytes()).wal(1, damaged);
        CountDownLatch asked = new CountDownLatch(1);
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && key.equals(replica.walKey(0, 0))) {
                asked.countDown();
                Stalls.forever();
            } else if (operation.equals("open") && key.equals(replica.walKey(1, 0))) {
                Stalls.until(asked);
            }
        });
        RestoreRun run = run(RestoreOptions.builder().parallelism(2).requests(2).build());

        assertThat(catchThrowableOfType(DamagedReplicaException.class, run::run)
                        .damage()
                        .key())
                .isEqualTo(replica.walKey(1, 0));
    }

    /** Who pays for requests and bytes is told of all of them. */
    @Test
    void countsWhatIsReadOnceMore() throws IOException {
        WalBytes wal = wal(0, 3);
        replica.wal(0, wal.bytes(), wal.commitEnds());
        AtomicLong opened = new AtomicLong();
        replica.store().hook((operation, key) -> {
            if (operation.equals("open")) {
                opened.incrementAndGet();
            }
        });
        Position second = new Position(ReplicaBytes.GENERATION, 0, wal.commitEnds()[1]);
        RestoreRun run = run(RestoreOptions.builder()
                .target(RestoreTarget.atPosition(second))
                .build());
        run.run();

        long snapshot = replica.store().get(replica.snapshotKey(0)).length;
        long cut = 0;
        for (int begin : new int[] {0, wal.commitEnds()[0]}) {
            cut += replica.store().get(replica.walKey(0, begin)).length;
        }
        long rest = replica.store().get(replica.walKey(0, wal.commitEnds()[1])).length;
        assertThat(opened).hasValue(6);
        assertThat(run.requests()).isEqualTo(6);
        assertThat(run.bytesRead()).isEqualTo(snapshot + cut + cut + rest);
    }
}
