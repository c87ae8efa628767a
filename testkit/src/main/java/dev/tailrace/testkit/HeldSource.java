// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits in the middle until it is told to go on. */
final class HeldSource implements ObjectSource {

    private final byte[] content;
    private final CountDownLatch half = new CountDownLatch(1);
    private final CountDownLatch going = new CountDownLatch(1);

    HeldSource(byte[] content) {
        this.content = content;
    }

    void awaitHalf() throws InterruptedException {
        assertThat(half.await(1, TimeUnit.MINUTES)).isTrue();
    }

    void goOn() {
        going.countDown();
    }

    @Override
    public InputStream open() {
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        return new InputStream() {
            @Override
            public int read() {
                hold();
                return in.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                hold();
                return in.read(target, offset, Math.min(length, 64 << 10));
            }

            private void hold() {
                if (in.available() > content.length / 2) {
                    return;
                }
                half.countDown();
                try {
                    going.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @Override
    public long size() {
        return content.length;
    }
}
