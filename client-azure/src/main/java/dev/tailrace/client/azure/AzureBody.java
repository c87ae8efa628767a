// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.store.http.AnswerBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The body of one answer; closing it drops the connection, from any thread, unless its end has been seen. */
final class AzureBody implements AnswerBody {

    private final InputStream body;
    private final @Nullable Duration stallTimeout;
    private long left;

    /**
     * A body that has not been read from.
     *
     * @param stallTimeout null where the client has one of its own
     * @param length how many bytes of it are wanted
     */
    AzureBody(InputStream body, @Nullable Duration stallTimeout, long length) {
        this.body = body;
        this.stallTimeout = stallTimeout;
        left = length;
    }

    @Override
    public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
        try (StallWatch watch = StallWatch.over(this::drop, stallTimeout)) {
            int count;
            try {
                count = AnswerBody.readAvailable(body, target, wanted);
            } catch (IOException | RuntimeException e) {
                throw watch.hasExpired() ? stalled() : lost(e);
            }
            if (count == 0 && watch.hasExpired()) {
                throw stalled();
            }
            left -= count;
            if (left == 0 && !abandoned.getAsBoolean()) {
                seeEnd();
            }
            return count;
        }
    }

    /** Sees the end of the answer, so that the connection can be used again. What comes instead is of no interest. */
    private void seeEnd() {
        try {
            if (body.read() >= 0) {
                drop();
            }
        } catch (IOException | RuntimeException e) {
            drop();
        }
    }

    private SocketTimeoutException stalled() {
        return new SocketTimeoutException("limit " + (stallTimeout == null ? 0 : stallTimeout.toSeconds()) + " s");
    }

    private static IOException lost(Exception cause) {
        String message = cause.getMessage();
        return message == null ? new IOException(cause) : new IOException(AzureFailures.quoted(message), cause);
    }

    @Override
    public void drop() {
        try {
            body.close();
        } catch (IOException e) {
            // Nobody reads of it any more, and there is nothing else to let go of.
            return;
        }
    }
}
