// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.Stalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one worker finds while another is still at it, in the order in which a test lets them go on. */
@Timeout(60)
class LtxRunTest {

    private static final RestoreOptions TWO_WORKERS =
            RestoreOptions.builder().parallelism(2).requests(2).build();

    private final LtxStore replica = new LtxStore(512);

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(replica.store().openStreams()).isZero();
    }

    private DamagedReplicaException failure(BlockCompression compression) throws IOException {
        LtxRestorePlan plan = LtxRestorer.of(replica.client()).plan();
        LtxRun run = new LtxRun(plan, replica.client(), TWO_WORKERS, compression, DatabaseOutput.NOWHERE);
        return catchThrowableOfType(DamagedReplicaException.class, run::run);
    }

    @Test
    void damageIsToldThoughTheStoreDoesNotAnswerForAnotherFile() throws IOException {
        replica.snapshot(9, 1, 2, 1);
        byte[] bytes = replica.content(2, 2, 2, Map.of(1, 2)).bytes();
        bytes[bytes.length - 1] ^= 1;
        replica.put(0, 2, 2, bytes);
        CountDownLatch asked = new CountDownLatch(1);
        replica.store().hook((operation, name) -> {
            if (operation.equals("open") && name.equals(key(9, 1, 1))) {
                asked.countDown();
                Stalls.forever();
            } else if (operation.equals("open")) {
                Stalls.until(asked);
            }
        });

        assertThat(failure(BlockCompressions.installed()).damage().key()).isEqualTo(key(0, 2, 2));
    }

    /** A salvage leaves out what is blamed. */
    @Test
    void theDamagedNewerFileIsBlamedThoughTheOlderOneIsSeenToDifferFromItFirst() throws IOException {
        replica.snapshot(9, 1, 2, 1);
        byte[] bytes = replica.content(2, 2, 2, Map.of(1, 2)).bytes();
        ByteBuffer.wrap(bytes).putInt(8, 1024);
        replica.put(0, 2, 2, bytes);
        CountDownLatch seen = new CountDownLatch(1);
        replica.store().hook((operation, name) -> {
            if (operation.equals("read") && name.equals(key(9, 1, 1))) {
                seen.countDown();
            }
        });
        BlockCompression slow = new Held(BlockCompressions.installed(), seen);

        assertThat(failure(slow).damage().key()).isEqualTo(key(0, 2, 2));
    }

    /** Decodes nothing until then, and a little longer, so that the other worker comes as far as it can. */
    private record Held(BlockCompression compression, CountDownLatch until) implements BlockCompression {

        @Override
        public String description() {
            return compression.description();
        }

        @Override
        public int decompress(
                byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit)
                throws IOException {
            Stalls.until(until);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return compression.decompress(source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
        }

        @Override
        public int compress(
                byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit) {
            return compression.compress(source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
        }

        @Override
        public Checksum newChecksum() {
            return compression.newChecksum();
        }
    }
}
