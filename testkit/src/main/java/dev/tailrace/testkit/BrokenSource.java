// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import dev.tailrace.store.ObjectSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails when so many bytes were read. */
record BrokenSource(int announced, int failAt) implements ObjectSource {

    @Override
    public InputStream open() {
        InputStream good = new ByteArrayInputStream(new byte[failAt]);
        return new InputStream() {
            @Override
            public int read() throws IOException {
                int value = good.read();
                if (value < 0) {
                    throw new IOException("the source breaks at byte " + failAt);
                }
                return value;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = good.read(target, offset, length);
                if (count < 0) {
                    throw new IOException("the source breaks at byte " + failAt);
                }
                return count;
            }
        };
    }

    @Override
    public long size() {
        return announced;
    }
}
