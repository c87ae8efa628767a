// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.store.ObjectSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SourceStreamTest {

    private static final byte[] BYTES = {0, 1, (byte) 0xff, 3, 4};

    private final AtomicBoolean closed = new AtomicBoolean();

    /** A source that announces another size than it has. */
    private ObjectSource announcing(long size) {
        return new ObjectSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(BYTES) {
                    @Override
                    public void close() {
                        closed.set(true);
                    }
                };
            }

            @Override
            public long size() {
                return size;
            }
        };
    }

    @Test
    void givesARangeAndNoByteMore() throws IOException {
        try (InputStream in = SourceStream.open(announcing(5), 1, 3, () -> false)) {
            assertThat(in.read()).isEqualTo(1);
            assertThat(in.read()).isEqualTo(0xff);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[9])).isEqualTo(-1);
        }
        assertThat(closed).isTrue();
    }

    @Test
    void givesTheWholeOfAnEmptySource() throws IOException {
        try (InputStream in = SourceStream.open(ObjectSource.of(new byte[0]), 0, 0, () -> false)) {
            assertThat(in.readAllBytes()).isEmpty();
        }
    }

    @Test
    void failsWhereTheSourceEndsEarlyOrGoesOn() throws IOException {
        try (InputStream in = SourceStream.open(announcing(6), 0, 6, () -> false)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(SourceFailure.class)
                    .hasStackTraceContaining("the source ends early: it announced 6 bytes");
        }
        try (InputStream in = SourceStream.open(announcing(4), 0, 4, () -> false)) {
            // At the last byte, and not after it, when it would have been sent.
            assertThatThrownBy(() -> in.read(new byte[4]))
                    .isInstanceOf(SourceFailure.class)
                    .hasStackTraceContaining("the source goes on: it announced 4 bytes");
        }
    }

    @Test
    void doesNotLookForTheEndOfTheSourceWhereThatIsNotItsOwn() throws IOException {
        try (InputStream in = SourceStream.open(announcing(4), 0, 3, () -> false)) {
            assertThat(in.readAllBytes()).containsExactly(BYTES[0], BYTES[1], BYTES[2]);
        }
    }

    @Test
    void failsOnceNobodyWaitsForIt() throws IOException {
        AtomicBoolean abandoned = new AtomicBoolean();
        try (InputStream in = SourceStream.open(announcing(5), 0, 5, abandoned::get)) {
            assertThat(in.read()).isZero();
            abandoned.set(true);
            assertThatThrownBy(in::read).isInstanceOf(SourceFailure.class).hasStackTraceContaining("nobody waits");
        }
    }

    @Test
    void closesASourceThatIsShorterThanItsBeginning() {
        assertThatThrownBy(() -> SourceStream.open(announcing(9), 7, 9, () -> false))
                .isInstanceOf(SourceFailure.class);
        assertThat(closed).isTrue();
    }
}
