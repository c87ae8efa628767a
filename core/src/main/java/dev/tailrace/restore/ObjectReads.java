// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;

/** Opens the objects of a plan, and counts what is read of them. Safe for use by many threads. */
final class ObjectReads {

    private final ReplicaClient replica;
    private final RestoreListener listener;
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    ObjectReads(ReplicaClient replica, RestoreListener listener) {
        this.replica = replica;
        this.listener = listener;
    }

    InputStream open(SnapshotInfo snapshot) throws IOException {
        requests.increment();
        return new Counted(replica.openSnapshot(snapshot));
    }

    InputStream open(WalSegmentInfo segment) throws IOException {
        requests.increment();
        return new Counted(replica.openWalSegment(segment));
    }

    long requests() {
        return requests.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    private final class Counted extends FilterInputStream {

        Counted(ObjectStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count(read);
            return read;
        }

        private void count(int read) {
            if (read > 0) {
                bytes.add(read);
                listener.read(read);
            }
        }
    }
}
