// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnswerStreamTest {

    private static final int SIZE = 200_000;

    private final byte[] bytes = new byte[SIZE];
    private final BlockingCalls calls = new BlockingCalls("tailrace-test-", "test://bucket");
    private final ObjectInfo info =
            new ObjectInfo("key", SIZE, Instant.EPOCH, Optional.empty(), Optional.of("version"));

    AnswerStreamTest() {
        new Random(3).nextBytes(bytes);
    }

    @AfterEach
    void closes() {
        calls.close();
    }

    private static class Body implements AnswerBody {

        private final InputStream in;
        private final CountDownLatch finished = new CountDownLatch(1);
        private final CountDownLatch dropped = new CountDownLatch(1);

        Body(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
            return AnswerBody.readAvailable(in, target, wanted);
        }

        @Override
        public void finish() {
            finished.countDown();
        }

        @Override
        public void drop() {
            dropped.countDown();
        }
    }

    private Body body(int from, int to) {
        return new Body(new ByteArrayInputStream(bytes, from, to - from));
    }

    private AnswerStream stream(AnswerBody body, ContentRange content, long from, long to) throws IOException {
        return new AnswerStream(calls, "test://bucket", info, body, content, from, to, () -> false);
    }

    @Test
    void givesTheRangeAndGivesTheConnectionBack() throws Exception {
        Body body = body(100, 150_000);
        try (AnswerStream stream = stream(body, new ContentRange(100, 150_000, SIZE), 100, 150_000)) {
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 100, 150_000));
        }
        assertThat(body.finished.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(body.dropped.getCount()).isEqualTo(1);
    }

    @Test
    void passesOverWhatAStoreWithoutRangesSendsAroundTheRange() throws Exception {
        Body body = body(0, SIZE);
        try (AnswerStream stream = stream(body, new ContentRange(0, SIZE, SIZE), 70_001, 70_003)) {
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 70_001, 70_003));
        }
        assertThat(body.dropped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerThatEndsEarlyIsALossAtTheByteReached() throws IOException {
        try (AnswerStream stream = stream(body(0, 1000), new ContentRange(0, SIZE, SIZE), 0, SIZE)) {
            assertThat(stream.readNBytes(1000)).isEqualTo(Arrays.copyOf(bytes, 1000));
            assertThatThrownBy(stream::read)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("cannot read key in test://bucket beyond byte 1000, wanted to 200000: the connection"
                            + " ended early; try again later");
            assertThatThrownBy(stream::read).hasMessageContaining("beyond byte 1000");
        }
    }

    @Test
    void anAnswerThatEndsBeforeTheRangeBeginsIsALossToo() {
        assertThatThrownBy(() -> stream(body(0, 1000), new ContentRange(0, SIZE, SIZE), 2000, SIZE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("beyond byte 1000");
    }

    @Test
    void whyNothingCameIsSaid() throws IOException {
        AnswerBody silent = new Body(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
                throw new SocketTimeoutException("Read timed out");
            }
        };
        try (AnswerStream stream = stream(silent, new ContentRange(0, SIZE, SIZE), 0, SIZE)) {
            assertThatThrownBy(stream::read).hasMessageContaining("nothing came for too long (Read timed out)");
        }
    }

    @Test
    void closingBeforeTheEndDropsTheConnection() throws Exception {
        Body body = body(0, SIZE);
        AnswerStream stream = stream(body, new ContentRange(0, SIZE, SIZE), 0, SIZE);
        assertThat(stream.read()).isEqualTo(bytes[0] & 0xff);
        stream.close();
        assertThat(body.dropped.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(body.finished.getCount()).isEqualTo(1);
        assertThatThrownBy(stream::read).hasMessage("stream is closed: key in test://bucket");
    }

    @Test
    void closingTheStoreDropsConnectionsAndLetsReadersGo() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Body stalled = new Body(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
                reading.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return 0;
            }
        };
        AnswerStream stream = stream(stalled, new ContentRange(0, SIZE, SIZE), 0, SIZE);
        Thread closer = new Thread(() -> {
            try {
                reading.await();
            } catch (InterruptedException e) {
                return;
            }
            calls.close();
        });
        closer.start();
        assertThatThrownBy(stream::read)
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("store is closed");
        closer.join();
        assertThat(stalled.dropped.await(10, TimeUnit.SECONDS)).isTrue();
        end.countDown();
        assertThatThrownBy(() -> calls.run(abandoned -> 1, discarded -> {})).isInstanceOf(StoreAccessException.class);
    }

    @Test
    void anInterruptedReaderIsLetGoAndStaysInterrupted() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Body stalled = new Body(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int wanted, BooleanSupplier abandoned) {
                boolean ended = false;
                while (!ended) {
                    try {
                        ended = end.await(1, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        // As clients do that cannot be interrupted.
                        ended = false;
                    }
                }
                return 0;
            }
        };
        try (AnswerStream stream = stream(stalled, new ContentRange(0, SIZE, SIZE), 0, SIZE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(stream::read).hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
        end.countDown();
    }
}
